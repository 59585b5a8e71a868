"""How long a case is overdue, and on how many of those days it was chased (S5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning.case import Case


def chased_days(case: Case) -> int:
    """Days from the day after the due date to today or the closing, without those at whose first moment the case was
    held or closed (S5).
    """
    last = case.calendar.day(case.closed_at or case.now)
    days = (case.invoice.due_on + timedelta(days=n + 1) for n in range((last - case.invoice.due_on).days))
    return sum(not _paused_at(case, case.calendar.start(day)) for day in days)


def overdue_days(case: Case) -> int:
    """Calendar days from the day after the due date to today or the closing; never negative (S5)."""
    return days_overdue(case.invoice.due_on, case.calendar.day(case.closed_at or case.now))


def days_overdue(due_on: date, day: date) -> int:
    """Calendar days from the day after the due date to a day; never negative (S5)."""
    return max(0, (day - due_on).days)


def _paused_at(case: Case, moment: datetime) -> bool:
    return any(since <= moment and (until is None or moment < until) for since, until in case.paused)
