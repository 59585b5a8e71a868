"""How a field of a request's body is asked for in a form: read from the body's own shape, never written twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from api.shapes.values import Note, Shape, Sum
from dunning.policy.parts import WrittenAs

WidgetKind = Literal["text", "lines", "amount", "day", "moment", "one-of", "yes", "parts"]
_LINES: Final = next(part.allowed for part in get_args(Note) if isinstance(part, WrittenAs))


@dataclass(frozen=True, slots=True)
class Widget:
    """`needed`: the body is none without it. `longest` is in characters, `options` are the words of `one-of`."""

    kind: WidgetKind
    needed: bool
    longest: int | None = None
    options: tuple[str, ...] = ()


def widget_of(shape: type[Shape], name: str) -> Widget:
    """The widget of a field of the body. Raises `LookupError` for one that no form can ask for."""
    field = shape.model_fields[name]
    annotation, more = _unwrapped(field.annotation)
    metadata = [*field.metadata, *more]
    longest = next((one.max_length for one in _each(metadata) if hasattr(one, "max_length")), None)
    kind = _kind(annotation, metadata)
    if kind is None:
        raise LookupError(f"{shape.__name__}.{name}: found {annotation}; allowed what a form can ask for")
    options = tuple(map(str, get_args(annotation))) if kind == "one-of" else ()
    return Widget(kind, field.is_required(), longest, options)


def _unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """The type itself, without `None` beside it, and what is annotated on the way."""
    more: list[Any] = []
    while True:
        if hasattr(annotation, "__metadata__"):
            more += annotation.__metadata__
            annotation = annotation.__origin__
            continue
        if get_origin(annotation) in {Union, UnionType}:
            annotation = next(one for one in get_args(annotation) if one is not type(None))
            continue
        return annotation, more


def _each(metadata: list[Any]) -> Iterator[Any]:
    """Also what stands in a `Field` that was annotated."""
    for one in metadata:
        yield one
        if isinstance(one, FieldInfo):
            yield from one.metadata


def _kind(annotation: Any, metadata: list[Any]) -> WidgetKind | None:
    if get_origin(annotation) is Literal:
        return "yes" if get_args(annotation) == (True,) else "one-of"
    if get_origin(annotation) is tuple:
        return "parts"
    if annotation is str:
        return "lines" if any(isinstance(one, WrittenAs) and one.allowed == _LINES for one in metadata) else "text"
    if not isinstance(annotation, type):
        return None
    kinds: tuple[tuple[type, WidgetKind], ...] = (
        (bool, "yes"), (datetime, "moment"), (date, "day"), (Sum, "amount"),
    )  # fmt: skip
    return next((kind for type_, kind in kinds if issubclass(annotation, type_)), None)
