"""When a policy lets a notice leave: the time zone, the hours, the days of the week and the holidays (T1 to T3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Discriminator, Field, GetJsonSchemaHandler, StrictStr, Tag, model_serializer, model_validator
from pydantic_core import CoreSchema

from dunning.policy.parts import Part, Written, not_allowed

HOURS: Final = "an opening and a closing time of one day, such as 09:00-17:00"
_CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS: Final = f"(?P<opens>{_CLOCK})-(?P<closes>{_CLOCK})"


class ContactHours(Part):
    """The part of a contact day in which a notice may leave, in local time: from `opens` until before `closes`."""

    opens: time = time(8)
    closes: time = time(20)

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        """`09:00-17:00`."""
        if isinstance(raw, Mapping | ContactHours):
            return raw
        hours = re.fullmatch(_HOURS, raw) if isinstance(raw, str) else None
        if hours is None:
            raise not_allowed(HOURS)
        return hours.groupdict()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise not_allowed(HOURS, found=str(self))
        return self

    @model_serializer
    def _in_short(self) -> str:
        return str(self)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the short form for editors."""
        return {"type": "string", "pattern": f"^{_CLOCK}-{_CLOCK}$", "examples": ["09:00-17:00"]}


def _whose_holidays(raw: object) -> str:
    return "one" if isinstance(raw, str) else "several"


Zone = Annotated[
    StrictStr,
    Written("[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", "customer, creditor or an IANA time zone"),
]
HolidayCalendar = Annotated[
    StrictStr,
    Written("[A-Z]{2}(-[A-Za-z0-9]+)?", "a country or one of its parts, such as NL or DE-BY"),
]
Holidays = Annotated[
    Annotated[Literal["customer", "none"], Tag("one")] | Annotated[tuple[HolidayCalendar, ...], Tag("several")],
    Discriminator(_whose_holidays),
]


class CalendarRules(Part):
    """Whose clock and whose days count. That a zone or a holiday calendar exists is checked by who reads the file."""

    timezone: Zone = Field(default="customer", description="customer, creditor or an IANA time zone")
    contact_hours: ContactHours = ContactHours()
    contact_days: Literal["workdays", "not-sundays", "any"] = "workdays"
    holidays: Holidays = Field(default="customer", description="customer, none, or calendars such as [NL, DE-BY]")
