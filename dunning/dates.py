"""Days and moments as every door takes them: none that a calendar cannot hold, or that leaves it on the way to UTC.

Who knows no date often sends the first of the clock, 1970-01-01: January 1970 is none that anything can be due on, and
a number is no date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from dunning.errors import NotAllowed

FIRST_DAY: Final = date(1970, 2, 1)
LAST_DAY: Final = date(2190, 12, 31)  # calendars reach a little further
FIRST_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT: Final = datetime(2190, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
DAY: Final = "a day such as 2026-03-31, in the years 1970 to 2190 but for January 1970"
MOMENT: Final = "a moment with its zone such as 2026-03-31T09:00:00Z, in the years 1970 to 2190 of UTC"
_WRITTEN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN: Final = 40  # characters of what was found


def _day(value: object, read: ValidatorFunctionWrapHandler) -> date:
    """The day that is written, or a `NotAllowed`."""
    if isinstance(value, date) or (isinstance(value, str) and _WRITTEN.match(value)):
        try:
            day: date = read(value)
        except ValidationError:
            raise _refusal(value, DAY) from None
        if FIRST_DAY <= day <= LAST_DAY:
            return day
    raise _refusal(value, DAY)


def _moment(value: object, read: ValidatorFunctionWrapHandler) -> datetime:
    """The moment that is written, in UTC (T1), or a `NotAllowed`."""
    if isinstance(value, datetime) or (isinstance(value, str) and _WRITTEN.match(value)):
        try:
            at: datetime = read(value)
        except ValidationError:
            raise _refusal(value, MOMENT) from None
        if at.tzinfo is not None and FIRST_MOMENT <= at <= LAST_MOMENT:
            return at.astimezone(UTC)
    raise _refusal(value, MOMENT)


def _refusal(value: object, allowed: str) -> NotAllowed:
    match value:
        case None:
            found = "nothing"
        case bool():
            found = str(value).lower()
        case str() | int() | float() | date():
            found = str(value)
        case _:
            found = "something else"
    return NotAllowed("", found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…", allowed)


Day = Annotated[date, WrapValidator(_day)]
Moment = Annotated[datetime, WrapValidator(_moment)]
