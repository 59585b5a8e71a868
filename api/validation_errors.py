"""Turns a model's complaints into mistakes that a caller can mend, and repeats nothing that may be personal.

A value is shown only where its field cannot hold personal data and it looks like what belongs there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import ErrorDetails

from api.problems import RequestMistake
from dunning.dates import DAY, MOMENT
from dunning.errors import NotAllowed
from dunning.records import Invoice
from dunning.validation import ALLOWED, allowed

_SHOWN_FIELDS: Final = frozenset({
    "amount", "channel", "country", "currency", "due_on", "issued_on", "kind", "limit", "locale", "network", "on",
    "outcome", "open", "stage", "state", "subdivision", "timezone", "until", "as_of",
})  # fmt: skip
_SHOWN_VALUE: Final = re.compile(r"[A-Za-z0-9+:./_-]{1,40}")
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_ID_PATTERN: Final = Invoice.model_json_schema()["properties"]["id"]["pattern"]
_PLACES: Final = frozenset({"query", "path", "header", "cookie"})
_IN_A_REQUEST: Final[Mapping[str, str]] = {
    **ALLOWED,
    "missing": "a value; it is required",
    "string_type": "a text",
    "string_unicode": "a text of whole Unicode characters",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
}


def request_mistakes(errors: Sequence[ErrorDetails | Mapping[str, Any]]) -> tuple[RequestMistake, ...]:
    """One mistake for each complaint, in their order."""
    return tuple(_mistake(error) for error in errors)


def _mistake(error: Mapping[str, Any]) -> RequestMistake:
    where, *path = error["loc"] or ("body",)
    if where not in _PLACES and where != "body":
        where, path = "body", [where, *path]
    found, allowed = _found(error, path), _allowed(error)
    if where == "header":
        return RequestMistake(found, allowed, header=str(path[0]))
    if where in _PLACES:
        return RequestMistake(found, allowed, parameter=str(path[0]) if path else where)
    return RequestMistake(found, allowed, pointer=pointer(path))


def pointer(path: Sequence[int | str]) -> str:
    """A JSON pointer as a fragment. A name that no field of ours could have is not repeated."""
    parts = (part if isinstance(part, int) or _FIELD.fullmatch(part) else "(unknown)" for part in path)
    return "#" + "".join(f"/{part}" for part in parts)


def _found(error: Mapping[str, Any], path: Sequence[int | str]) -> str:
    if error["type"] == "missing":
        return "nothing"
    if error["type"] == "extra_forbidden":
        return "an unknown name"
    names = [part for part in path if isinstance(part, str)]
    return shown_safely(error["input"], open_field=bool(names) and names[-1] in _SHOWN_FIELDS)


def shown_safely(value: object, *, open_field: bool = False) -> str:
    """What was found, in words; the value itself only where that is safe."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value) if open_field and len(str(value)) <= 40 else "a number"  # noqa: PLR2004 - as _SHOWN_VALUE
        case str():
            return value if open_field and _SHOWN_VALUE.fullmatch(value) else f"a text of {len(value)} characters"
        case Mapping():
            return "an object"
        case list() | tuple():
            return f"a list of {len(value)}"
        case _:
            return "something else"


def _allowed(error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        return "only the names that are documented"
    words = allowed(error, _IN_A_REQUEST)
    if words is not None:
        return words
    if kind == "string_pattern_mismatch" and context.get("pattern") == _ID_PATTERN:
        return "letters and digits, and . _ : / @ + - between them"
    raised = context.get("error")
    if isinstance(raised, NotAllowed):  # what was found is not safe to repeat
        return raised.allowed
    return str(error["msg"]).removeprefix("Value error, ")
