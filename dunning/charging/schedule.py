"""The moments of a schedule: offsets from a base that never moves (C1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning.calendar import Calendar
from dunning.case import Case
from dunning.derived import remembered
from dunning.policy import Charging
from dunning.span import Span


def moment_of(calendar: Calendar, base: datetime, span: Span, shift: int = 0) -> datetime:
    """The moment of an offset: the same local wall time some days on; hours are hours."""
    if span.unit == "hours":
        return calendar.later(base, shift) + timedelta(hours=span.count)
    days = span.count
    if span.unit == "workdays":
        day = calendar.day(base)
        days = (calendar.add(day, span) - day).days
    return calendar.later(base, days + shift)


def next_offset(case: Case) -> datetime | None:
    """The moment of the next offset (C1, C6); None: there is none to come."""
    moments, number = offsets(case), case.track.next
    return moments[number] if number < len(moments) else None


def offsets(case: Case) -> list[datetime]:
    """The moments of all offsets, as holds have moved them (C1, C6)."""
    return _moved(case) if case.track.shift else _unmoved(case)


@remembered("policy", "calendar")  # and the base, which never moves
def _unmoved(case: Case) -> list[datetime]:
    return _moments(case, 0)


@remembered("policy", "calendar", "track")
def _moved(case: Case) -> list[datetime]:
    return _moments(case, case.track.shift)


def _moments(case: Case, shift: int) -> list[datetime]:
    charging = case.rules.charging
    return [moment_of(case.calendar, case.track.base, span, shift) for span in charging.schedule] if charging else []


@remembered("policy", "calendar")  # and the base, which never moves
def over_at(case: Case) -> datetime:
    """The moment from which the track tries no more."""
    charging = case.rules.charging
    return case.calendar.start(last_on(case, charging) + timedelta(days=1)) if charging else case.track.base


def last_on(case: Case, charging: Charging) -> date:
    """The last local day on which the track tries."""
    return case.calendar.add(case.calendar.day(case.track.base), charging.within)
