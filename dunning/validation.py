"""What a model finds wrong with what somebody sent or wrote, in words: where it stands, and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

# What is allowed, by the type of pydantic's error; its context fills the gaps.
ALLOWED: Final[Mapping[str, str]] = {
    "not_allowed": "{allowed}",
    "literal_error": "{expected}",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "too_short": "{min_length} or more",
    "too_long": "at most {max_length}",
    "string_too_short": "{min_length} or more characters",
    "string_too_long": "at most {max_length} characters",
}


def in_words(error: ValidationError) -> str:
    """Each complaint with its place, as pydantic says it."""
    found = error.errors(include_input=False, include_url=False)
    return "; ".join([f"{place_in_words(one)}: {one['msg']}" for one in found])


def place_in_words(detail: Mapping[str, Any]) -> str:
    """Where a complaint stands, as a path of dots."""
    return ".".join(map(str, detail["loc"])) or "input"


def allowed(detail: Mapping[str, Any], words: Mapping[str, str]) -> str | None:
    """What `words` say is allowed where this complaint is about; None where they know no such type."""
    known = words.get(detail["type"])
    if known is None:
        return None
    said = known.format(**detail.get("ctx") or {})
    return said.replace("'", "") if detail["type"] == "literal_error" else said  # pydantic quotes each choice
