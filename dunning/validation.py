"""The one writer of mistakes: what is wrong with what somebody sent or wrote, in words, whichever door it came through.

A model's complaints name their place, what was found and what is allowed there. None of the words are those of the
library that found them, and what was found is shown only where it cannot be personal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import ValidationError
from pydantic_core import core_schema

from dunning.dates import DAY, MOMENT
from dunning.errors import NotAllowed

OBJECT: Final = "an object"
LOCAL: Final = "a local time such as 2026-03-31T11:00, without a zone"
UNTOLD: Final = "what is documented for it"

# What is allowed, by the type of pydantic's error; its context fills the gaps.
ALLOWED: Final[Mapping[str, str]] = {
    "missing": "a value, which is required",
    "extra_forbidden": "only the names that are documented",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "union_tag_invalid": "{expected_tags}",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "none_required": "nothing",
    "string_type": "a text",
    "string_unicode": "a text of whole Unicode characters",
    "string_too_short": "{min_length} or more characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "{min_length} or more",
    "too_long": "at most {max_length}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "multiple_of": "a multiple of {multiple_of}",
    "finite_number": "a finite number",
    "decimal_max_digits": "at most {max_digits} digits",
    "decimal_max_places": "at most {decimal_places} decimals",
    "decimal_whole_digits": "at most {whole_digits} digits before the point",
    "int_parsing_size": "a whole number of fewer digits",
    "timezone_naive": LOCAL,
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("decimal_type", "decimal_parsing"), "a plain number such as 400.00"),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), DAY),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), MOMENT),
    **dict.fromkeys(("datetime_object_invalid", "timezone_aware"), MOMENT),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), "a length of time such as PT30S or 00:00:30"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"), "a list"),
    **dict.fromkeys(("model_type", "model_attributes_type", "dataclass_type", "dict_type", "mapping_type"), OBJECT),
    **dict.fromkeys(("json_invalid", "json_type"), "JSON"),
    **dict.fromkeys(
        ("url_type", "url_parsing", "url_syntax_violation", "url_scheme"), "an address such as https://pay.example"
    ),
}
# What a text must look like, by the pattern that it failed.
PATTERNS: Final[Mapping[str, str]] = {
    "^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$": "letters, digits and . _ : / @ + -, a letter or digit first",
    "^[A-Za-z0-9][A-Za-z0-9._:/+-]*$": "letters, digits and . _ : / + -, a letter or digit first; no address",
    "^[A-Z]{2}$": "a country in two capitals, such as NL",
    "^[0-9]{4}$": "four digits",
    r"^-?[0-9]+(\.[0-9]+)?$": "a plain number such as 400.00",
    "^[A-Z]{3}$": "a currency in three capitals, such as EUR",
    "^[A-Za-z]{3}$": "a currency in three letters, such as eur",
    "^[A-Za-z0-9_ -]+$": "letters, digits, spaces, _ and -",
    r"^[^\s/]+:[0-9]+$": "a host and a port, such as 127.0.0.1:7233",
    r"^https?://[^\s?#]+$": "an address such as https://dunning.example",
    r"^(https://[^\s/?#]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)$": "an address such as https://api.stripe.com",
}
_THEIRS: Final = frozenset(get_args(core_schema.ErrorType)) - {"value_error", "assertion_error"}
_SHOWN: Final = re.compile(r"[A-Za-z0-9+:./_-]{1,40}")
_SHOWN_FIELDS: Final = frozenset({
    "amount", "as_of", "at", "channel", "country", "currency", "due_on", "issued_on", "kind", "limit", "locale",
    "network", "on", "open", "outcome", "stage", "state", "subdivision", "timezone", "until",
})  # fmt: skip


def in_words(error: ValidationError) -> str:
    """Each complaint with its place, what was found and what is allowed."""
    return "; ".join(
        f"{place_in_words(one)}: found {found(one)}; allowed {allowed(one)}" for one in error.errors(include_url=False)
    )


def place_in_words(detail: Mapping[str, Any]) -> str:
    """Where a complaint stands, as a path of dots."""
    return ".".join(map(str, detail["loc"])) or "input"


def allowed(detail: Mapping[str, Any], words: Mapping[str, str] = ALLOWED) -> str:
    """What is allowed where this complaint is about, in these `words` or, where a check says so itself, in its own."""
    kind, context = detail["type"], detail.get("ctx") or {}
    raised = context.get("error")
    if isinstance(raised, NotAllowed):
        return raised.allowed
    if "allowed" in context:
        return str(context["allowed"])
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], UNTOLD)
    if kind not in _THEIRS:
        return str(detail["msg"]).removeprefix("Value error, ")
    return words.get(kind, UNTOLD).format(**context).replace("'", "")  # pydantic quotes each choice


def found(detail: Mapping[str, Any], path: Sequence[int | str] | None = None) -> str:
    """What was found, in words: the value itself only where its field and its looks cannot be personal."""
    if detail["type"] == "missing":
        return "nothing"
    if detail["type"] == "extra_forbidden":
        return "an unknown name"
    names = [part for part in (detail["loc"] if path is None else path) if isinstance(part, str)]
    return shown_safely(detail["input"], open_field=bool(names) and names[-1] in _SHOWN_FIELDS)


def shown_safely(value: object, *, open_field: bool = False) -> str:
    """A value in words; the value itself only where that is safe."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value) if open_field and len(str(value)) <= 40 else "a number"  # noqa: PLR2004 - as _SHOWN
        case str():
            return value if open_field and _SHOWN.fullmatch(value) else f"a text of {len(value)} characters"
        case Mapping():
            return "an object"
        case list() | tuple():
            return f"a list of {len(value)}"
        case _:
            return "something else"
