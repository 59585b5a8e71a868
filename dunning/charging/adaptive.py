"""The adaptive strategy's choice: the moment of the next attempt, and in words how it was found.

Money that is missing comes with a payday, so the attempt waits for the next one. A fault of the issuer's passes soon.
Whatever else it was, the attempts that are left are spread over the days that are left, at another time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from dunning.calendar import Calendar
from dunning.case import Case
from dunning.charging.schedule import last_on
from dunning.policy import Charging
from dunning.rulebook.decline import Reading

MISSING_MONEY: Final = frozenset({
    "stripe insufficient_funds", "stripe withdrawal_count_limit_exceeded", "stripe card_velocity_exceeded",
    "visa 51", "visa 61", "visa 65", "visa N4", "ach R01", "ach R09", "sepa_dd AM04", "sepa_dd AG07", "bacs 0",
})  # fmt: skip
PASSES_SOON: Final = timedelta(hours=1)  # a wait so short is for a fault of the issuer's
MORNING, EVENING, NOON = time(9), time(18), time(12)
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """The moment, None if there is none to come, and how it was found."""

    at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Room:
    """What is left to try in: from `earliest` to the end of `last_on`, with `left` attempts."""

    earliest: datetime
    last_on: date
    left: int


def next_attempt(case: Case, charging: Charging, read: Reading) -> NextAttempt:
    """The next attempt after the one that was declined at the case's moment."""
    room = Room(case.now + read.wait, last_on(case, charging), charging.attempts - case.track.counted)
    if room.left <= 0:
        return NextAttempt(None, f"all {charging.attempts} attempts are used")
    choice = _choice(case, charging, read, room)
    if choice.at is None or case.calendar.day(choice.at) > room.last_on:
        return NextAttempt(None, f"{choice.why}, which is after {room.last_on}, the last day")
    return NextAttempt(choice.at, f"{choice.why}; {room.left} left until {room.last_on}")


def _choice(case: Case, charging: Charging, read: Reading, room: Room) -> NextAttempt:
    if read.row in MISSING_MONEY:
        payday = next_payday(case.calendar, charging.paydays, case.calendar.day(room.earliest))
        if payday is not None and payday <= room.last_on:
            at = max(room.earliest, case.calendar.instant(payday, MORNING))
            return NextAttempt(at, f"{read.meaning}: the payday {payday}")
    elif timedelta() < read.wait <= PASSES_SOON:
        return NextAttempt(room.earliest, f"{read.meaning}: it passes soon, {_hours(read.wait)} on")
    return _spread(case, read, room)


def _spread(case: Case, read: Reading, room: Room) -> NextAttempt:
    """An even share of the days that are left; in the evening after a failure in the morning, and the other way."""
    failed = case.calendar.local(case.now)
    share = max(1, (room.last_on - failed.date()).days // room.left)
    clock = EVENING if failed.time() < NOON else MORNING
    at = max(room.earliest, case.calendar.instant(failed.date() + share * ONE_DAY, clock))
    return NextAttempt(at, f"{read.meaning or 'declined'}: {share} days on, at another time of day")


def next_payday(calendar: Calendar, paydays: tuple[int | str, ...], earliest: date) -> date | None:
    """The first payday that is not before `earliest`; one on a day off is moved to the working day before it."""
    months = [_first_of_month(earliest, ahead) for ahead in (0, 1, 2)]
    days = (_payday(calendar, month, payday) for month in months for payday in paydays)
    return min((day for day in days if day >= earliest), default=None)


def _payday(calendar: Calendar, month: date, payday: int | str) -> date:
    last = _first_of_month(month, 1) - ONE_DAY
    day = last if payday == "last" else month.replace(day=min(int(payday), last.day))
    return day if calendar.is_workday(day) else calendar.workdays_after(day, -1)


def _first_of_month(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _hours(wait: timedelta) -> str:
    hours = wait // timedelta(hours=1)
    return f"{hours} hour" if hours == 1 else f"{hours} hours"
