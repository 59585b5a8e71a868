"""The moments of a schedule: offsets from a base that never moves (C1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning.calendar import Calendar
from dunning.case import Case
from dunning.policy import Charging
from dunning.span import Span


def moment_of(calendar: Calendar, base: datetime, span: Span, shift: int = 0) -> datetime:
    """The moment of an offset: the same local wall time some days on; hours are hours."""
    if span.unit == "hours":
        return calendar.later(base, shift) + timedelta(hours=span.count)
    day = calendar.day(base)
    return calendar.later(base, (calendar.add(day, span) - day).days + shift)


def offsets(case: Case, charging: Charging) -> list[datetime]:
    """The moments of all offsets, as holds have moved them (C1, C6)."""
    base, shift, calendar = case.track.base, case.track.shift, case.calendar
    inputs = (base, shift, charging, calendar)
    made: list[datetime] = case.once(
        "_offsets", inputs, lambda: [moment_of(calendar, base, span, shift) for span in charging.schedule]
    )
    return made


def last_on(case: Case, charging: Charging) -> date:
    """The last local day on which the track tries."""
    return case.calendar.add(case.calendar.day(case.track.base), charging.within)
