"""When a policy lets a notice leave: zone, hours, days of the week, holidays and closed days (T1 to T3, T8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StrictStr,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from dunning.dates import Day
from dunning.policy.parts import Part, WrittenAs, not_allowed

HOURS: Final = "an opening and a closing time of one day, such as 09:00-17:00"
CLOSED: Final = "a day such as 2026-12-28, or a span such as {from: 2026-12-28, to: 2026-12-31}"
MOST_CLOSED: Final = 183  # days without a weekday between them on which anybody works: half a year
MOST_HOLIDAY_CALENDARS: Final = 50
_DAY: Final = timedelta(days=1)
_WORKING: Final = 5  # weekdays from Monday
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
    WrittenAs("[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", "customer, creditor or an IANA time zone"),
]
HolidayCalendar = Annotated[
    StrictStr,
    WrittenAs("[A-Z]{2}(-[A-Za-z0-9]+)?", "a country or one of its parts, such as NL or DE-BY"),
]
Holidays = Annotated[
    Annotated[Literal["customer", "none"], Tag("one")]
    | Annotated[tuple[HolidayCalendar, ...], Field(max_length=MOST_HOLIDAY_CALENDARS), Tag("several")],
    Discriminator(_whose_holidays),
]


def _day(raw: object) -> object:
    """A day as it is written, and nothing that pydantic would take for one."""
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == len("2026-12-28") else None
    except ValueError:
        return None


class ClosedDays(Part):
    """A day, or a span with its first and last day, on which the creditor is closed (T8)."""

    from_: Annotated[Day, BeforeValidator(_day)] = Field(alias="from")
    to: Annotated[Day, BeforeValidator(_day)]

    @property
    def days(self) -> Iterator[date]:
        """Each of its days."""
        return (self.from_ + number * _DAY for number in range((self.to - self.from_).days + 1))

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        """`2026-12-28`."""
        if isinstance(raw, Mapping | ClosedDays):
            return raw
        if _day(raw) is None:
            raise not_allowed(CLOSED)
        return {"from": raw, "to": raw}

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.to < self.from_:
            raise not_allowed("a span whose last day is not before its first", found=f"{self.from_} to {self.to}")
        return self

    @model_serializer
    def _in_short(self) -> str | dict[str, str]:
        return str(self.from_) if self.from_ == self.to else {"from": str(self.from_), "to": str(self.to)}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe both forms for editors."""
        day = {"type": "string", "format": "date", "examples": ["2026-12-28"]}
        span = {"type": "object", "properties": {"from": day, "to": day}, "required": ["from", "to"]}
        return {"anyOf": [day, {**span, "additionalProperties": False}], "description": CLOSED}


def _open_again(closed: tuple[ClosedDays, ...]) -> tuple[ClosedDays, ...]:
    """A case looks for its next working day; a creditor who has none for half a year has none at all."""
    first = last = None
    for span in sorted(closed, key=lambda span: span.from_):
        begins, ends = _weekday(span.from_, 1), _weekday(span.to, -1)
        if begins > ends:  # a weekend
            continue
        if first is None or last is None or begins > _weekday(last + _DAY, 1):
            first, last = begins, ends
        last = max(last, ends)
        if (last - first).days >= MOST_CLOSED:
            found = f"none from {first} to {last}"
            raise not_allowed(f"an open weekday at least every {MOST_CLOSED} days", found=found)
    return closed


def _weekday(day: date, step: int) -> date:
    """The day, or from a weekend the next weekday forward or backward."""
    while day.weekday() >= _WORKING:
        day += step * _DAY
    return day


class CalendarRules(Part):
    """Whose clock and whose days count. That a zone or a holiday calendar exists is checked by who reads the file."""

    timezone: Zone = Field(default="customer", description="customer, creditor or an IANA time zone")
    contact_hours: ContactHours = ContactHours()
    contact_days: Literal["workdays", "not-sundays", "any"] = "workdays"
    holidays: Holidays = Field(default="customer", description="customer, none, or calendars such as [NL, DE-BY]")
    closed: Annotated[tuple[ClosedDays, ...], AfterValidator(_open_again)] = Field(
        default=(), description="Days and spans on which the creditor is closed, such as 2026-12-28"
    )

    @property
    def closed_days(self) -> frozenset[date]:
        """Every day on which the creditor is closed (T8)."""
        return frozenset(day for span in self.closed for day in span.days)
