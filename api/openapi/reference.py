"""The description of the API in the parts that a page shows: operations by their subject, shapes, types in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_SHAPE: Final = "#/components/schemas/"
_PLACES: Final = {"path": "in the path", "query": "in the query", "header": "header"}
_WORDS: Final = {
    "date": "day", "date-time": "moment", "string": "text", "integer": "whole number", "boolean": "true or false",
}  # fmt: skip
Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field or a parameter. `shapes` are those that its type names."""

    name: str
    needed: bool
    type: str
    text: str
    shapes: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent or answered, as text of this media type; `status` of an answer only."""

    text: str
    media_type: str = ""
    shapes: tuple[str, ...] = ()
    example: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """A problem that an operation may answer with."""

    kind: str
    status: str
    title: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one method."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    is_open: bool
    parameters: tuple[Field, ...]
    body: Body | None
    answers: tuple[Body, ...]
    problems: tuple[ProblemShown, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The operations on one thing of the trade."""

    name: str
    text: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a JSON object looks like."""

    name: str
    text: str
    fields: tuple[Field, ...]


def subjects_of(description: Described) -> tuple[Subject, ...]:
    """All operations, by subject and in the order of the description."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in description["tags"]}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].append(_operation(description, path, method, operation))
    return tuple(Subject(tag["name"], tag["description"], tuple(found[tag["name"]])) for tag in description["tags"])


def shapes_of(description: Described) -> tuple[Shape, ...]:
    """All shapes by their names."""
    return tuple(
        Shape(name, shape.get("description", ""), tuple(_fields(shape)))
        for name, shape in sorted(description["components"]["schemas"].items())
    )


def as_text(value: Any) -> str:
    """An example as it is read: JSON over several lines, a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _operation(description: Described, path: str, method: str, operation: Described) -> Operation:
    good = [(code, answer) for code, answer in operation["responses"].items() if code.startswith("2")]
    bad = [(code, answer) for code, answer in operation["responses"].items() if not code.startswith("2")]
    body = operation.get("requestBody")
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation["description"],
        is_open=operation.get("security") == [],
        parameters=tuple(_parameter(description, part) for part in operation.get("parameters", ())),
        body=_body(body, body.get("description", "")) if body else None,
        answers=tuple(_body(answer, answer["description"], code) for code, answer in sorted(good)),
        problems=tuple(shown for code, answer in bad for shown in _problems(code, answer)),
    )


def _parameter(description: Described, part: Described) -> Field:
    if "$ref" in part:
        part = description["components"]["parameters"][part["$ref"].rpartition("/")[2]]
    return Field(
        part["name"], part.get("required", False), type_of(part["schema"]), part.get("description", ""),
        place=_PLACES[part["in"]],
    )  # fmt: skip


def _body(part: Described, text: str, status: str = "") -> Body:
    media_type, content = next(iter(part["content"].items()))
    return Body(text, media_type, tuple(_named(content["schema"])), as_text(content["example"]), status)


def _problems(status: str, answer: Described) -> Iterator[ProblemShown]:
    for content in answer["content"].values():
        for kind, example in content["examples"].items():
            yield ProblemShown(kind, status, example["summary"], as_text(example["value"]))


def _fields(shape: Described) -> Iterator[Field]:
    needed = shape.get("required", ())
    for name, part in shape.get("properties", {}).items():
        yield Field(name, name in needed, type_of(part), part.get("description", ""), tuple(_named(part)))


def _named(schema: Described) -> Iterator[str]:
    """The shapes that a schema names."""
    if "$ref" in schema:
        yield schema["$ref"].removeprefix(_SHAPE)
    for part in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _named(part)


def type_of(schema: Described) -> str:
    """A type in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_SHAPE)
    if "anyOf" in schema:
        return " or ".join(type_of(part) for part in schema["anyOf"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if "items" in schema:
        return f"list of {type_of(schema['items'])}{_bound(schema)}"
    named = str(schema.get("format") or schema.get("type", "anything"))
    return (
        _WORDS.get(named, named) + _bound(schema) + (f", matching {schema['pattern']}" if "pattern" in schema else "")
    )


def _bound(schema: Described) -> str:
    most = next((schema[name] for name in ("maxLength", "maximum", "maxItems") if name in schema), None)
    return "" if most is None else f", at most {most}"


def subject_named(subjects: Sequence[Subject], name: str) -> Subject | None:
    """The one of this name, None where there is none."""
    return next((one for one in subjects if one.name == name), None)
