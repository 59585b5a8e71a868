"""What the fields of a start may hold: values with which a case can run, whoever starts it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from dunning.errors import NotAllowed
from dunning.set_aside import shortened

LEAST_EVENTS: Final = 40  # a run that is continued sooner would do little else
MOST_EVENTS: Final = 10_000  # the server warns at 10,240
LONGEST_DELAY: Final = timedelta(days=1)
EVENTS: Final = f"a whole number from {LEAST_EVENTS} to {MOST_EVENTS}"
DELAY: Final = "an ISO 8601 duration from nought to a day, such as PT10M"
_SHOWN: Final = 40  # characters of what was found


def _events(value: object, read: ValidatorFunctionWrapHandler) -> int:
    try:
        events: int = read(value)
    except ValidationError:
        raise _refusal(value, EVENTS) from None
    if not LEAST_EVENTS <= events <= MOST_EVENTS:
        raise _refusal(value, EVENTS)
    return events


def _delay(value: object, read: ValidatorFunctionWrapHandler) -> timedelta:
    try:
        delay: timedelta = read(value)
    except ValidationError:
        raise _refusal(value, DELAY) from None
    if not timedelta() <= delay <= LONGEST_DELAY:
        raise _refusal(value, DELAY)
    return delay


def _refusal(value: object, allowed: str) -> NotAllowed:
    return NotAllowed("", shortened(str(value), _SHOWN), allowed)


Events = Annotated[int, WrapValidator(_events)]
Delay = Annotated[timedelta, WrapValidator(_delay)]
