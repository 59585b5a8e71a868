"""A length of time as people in finance write it: `3 days`, `5 workdays`, `2 hours`.

Which day a span ends on is for the calendar to say: workdays need its holidays, days its local time (T2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, Self, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Unit = Literal["days", "workdays", "hours"]

LONGEST: Final = 99_999  # of any unit; 273 years of days still end within what a date can hold
WRITTEN: Final = r"^-?(0|[1-9][0-9]{0,4}) (day|workday|hour)s?$"
ALLOWED: Final = "a whole number and its unit, such as 3 days, 5 workdays or 2 hours"

_PARTS: Final = re.compile(WRITTEN.rstrip("$"))


@dataclass(frozen=True, slots=True)
class Span:
    """A count of days, workdays or hours; negative is before. Its text is also its JSON."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `3 days`, `1 day` or `-3 days`. Raises `ValueError` that says what is allowed."""
        if not _PARTS.fullmatch(text):
            raise ValueError(f"found {text!r}; allowed {ALLOWED}")
        count, unit = text.split(" ")
        return cls(int(count), cast("Unit", unit.removesuffix("s") + "s"))

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if abs(self.count) == 1 else self.unit
        return f"{self.count} {unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take the text or a `Span`, and give the text back."""
        return core_schema.no_info_plain_validator_function(
            cls._validated,
            serialization=core_schema.to_string_ser_schema(when_used="always"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the text for editors."""
        return {"type": "string", "pattern": WRITTEN, "examples": ["3 days", "5 workdays"]}

    @classmethod
    def _validated(cls, value: object) -> Span:
        if isinstance(value, Span):
            return value
        if isinstance(value, str) and _PARTS.fullmatch(value):
            return cls.parse(value)
        raise PydanticCustomError("span", "allowed {allowed}", {"allowed": ALLOWED})
