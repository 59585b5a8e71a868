"""Turns a model's complaints into mistakes that a caller can mend: where in the request they stand, and the words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import ErrorDetails

from api.problems import RequestMistake
from dunning.validation import allowed, found

_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_PLACES: Final = frozenset({"query", "path", "header", "cookie"})


def request_mistakes(errors: Sequence[ErrorDetails | Mapping[str, Any]]) -> tuple[RequestMistake, ...]:
    """One mistake for each complaint, in their order."""
    return tuple(_mistake(error) for error in errors)


def _mistake(error: Mapping[str, Any]) -> RequestMistake:
    where, *path = error["loc"] or ("body",)
    if where not in _PLACES and where != "body":
        where, path = "body", [where, *path]
    said = found(error, path), allowed(error)
    if where == "header":
        return RequestMistake(*said, header=str(path[0]))
    if where in _PLACES:
        return RequestMistake(*said, parameter=str(path[0]) if path else where)
    return RequestMistake(*said, pointer=pointer(path))


def pointer(path: Sequence[int | str]) -> str:
    """A JSON pointer as a fragment. A name that no field of ours could have is not repeated."""
    parts = (part if isinstance(part, int) or _FIELD.fullmatch(part) else "(unknown)" for part in path)
    return "#" + "".join(f"/{part}" for part in parts)
