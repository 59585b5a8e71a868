"""Makes a model's complaints readable for who wrote the file: the place as written there, the line, what is allowed.

What is allowed comes from the JSON Schema of the model, which describes the written form (short forms included),
not the fields that the model keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.document import Document, Place
from adapters.yaml import plain_value
from dunning.dates import DAY, MOMENT
from dunning.errors import MOST_MISTAKES, Mistake, as_path
from dunning.validation import ALLOWED, OBJECT, allowed

Schema = Mapping[str, Any]

SHOWN: Final = 60  # characters of what was found
_WRITTEN: Final[Mapping[str, str]] = {
    OBJECT: "a mapping",
    DAY: "a day such as 2026-03-31",
    MOMENT: "a moment such as 2026-03-31T09:00",
}
_IN_A_FILE: Final[Mapping[str, str]] = {
    **ALLOWED,
    **{kind: _WRITTEN[words] for kind, words in ALLOWED.items() if words in _WRITTEN},
    "string_type": "a text; in quotes where it looks like a number",
}


def mistakes_in_document(error: ValidationError, schema: Schema, document: Document, at: Place = ()) -> list[Mistake]:
    """The first complaints about the part of a document that stands `at` a place, in the order of their lines.

    One more than are shown, so that `capped` sees that there were more: each costs a walk through the schema.
    """
    part = part_of(document.value, at)
    details = [detail for detail in error.errors(include_url=False) if not _follows(detail)]
    details.sort(key=lambda detail: document.line((*at, *written_place(detail["loc"], part))) or 0)
    return in_order(_problem(detail, schema, document, at) for detail in details[: MOST_MISTAKES + 1])


def in_order(found: Iterable[Mistake]) -> list[Mistake]:
    """Problems as one meets them on the way down the file."""
    return sorted(found, key=lambda problem: problem.line or 0)


def _follows(detail: ErrorDetails) -> bool:
    """Whether it only says that a list is too short without the entries that are wrong themselves."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _problem(detail: ErrorDetails, schema: Schema, document: Document, at: Place) -> Mistake:
    kind, loc = detail["type"], detail["loc"]
    if loc[-2:] == ("task", "task"):
        loc = (*loc[:-1], "kind")  # what the model calls task is written as the task's kind
    within = written_place(loc, part_of(document.value, at))
    place = (*at, *within)
    line = document.line(place)
    if kind == "missing":
        return Mistake(as_path((*place, loc[-1])), line, "nothing", f"{loc[-1]}, which is required")
    if kind == "extra_forbidden":
        name, around = _cut(str(within[-1])), within[:-1]
        return Mistake(as_path((*at, *around)), line, f"the unknown name {name}", _names(schema, around, name))
    return Mistake(as_path(place), line, _found(detail), _allowed(detail, schema, within))


def _found(detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("found") or shown_as_written(detail["input"]))


def _allowed(detail: ErrorDetails, schema: Schema, place: Place) -> str:
    if detail["type"] == "model_type":
        return f"a mapping of {_names(schema, place)}"
    return allowed(detail, _IN_A_FILE)


def shown_as_written(value: object) -> str:
    """A value as its author wrote it, as far as it fits."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case Mapping():
            return _cut(f"a mapping of {', '.join(map(str, value))}") if value else "an empty mapping"
        case list() | tuple():
            return f"a list of {len(value)}" if value else "an empty list"
        case str() if not isinstance(plain_value(value.strip()), str):
            return f'"{_cut(value)}"'
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def part_of(value: Any, place: Place) -> Any:
    """What stands at a place of a value."""
    for part in place:
        value = value[part]
    return value


def written_place(loc: Place, value: Any) -> Place:
    """The parts of a model's path that its author wrote; the others are fields that a short form fills."""
    place: list[str | int] = []
    for part in loc:
        is_there = (
            part in value if isinstance(value, Mapping) else isinstance(value, list) and part in range(len(value))
        )
        if is_there:
            place.append(part)
            value = value[part]
    return tuple(place)


def _names(schema: Schema, place: Place, meant: str = "") -> str:
    """The names that a mapping at this place may hold, and the one that was probably meant."""
    nodes = list(_alternatives(schema, schema))
    for part in place:
        nodes = [one for node in nodes for below in _below(node, part) for one in _alternatives(below, schema)]
    names = list(dict.fromkeys(name for node in nodes for name in node.get("properties", ())))
    near = get_close_matches(meant, names, n=1)
    return f"{', '.join(names)}{f' (perhaps {near[0]})' if near else ''}"


def _alternatives(node: Schema, schema: Schema) -> Iterator[Schema]:
    """A schema without its references and choices."""
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        yield from _alternatives(schema["$defs"][name], schema)
    choices = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    for choice in choices:
        yield from _alternatives(choice, schema)
    if not choices:
        yield node


def _below(node: Schema, part: str | int) -> Iterator[Schema]:
    if isinstance(part, int) and "items" in node:
        yield node["items"]
    elif part in node.get("properties", ()):
        yield node["properties"][part]
    elif isinstance(node.get("additionalProperties"), dict):  # any name may stand there, such as a currency
        yield node["additionalProperties"]
