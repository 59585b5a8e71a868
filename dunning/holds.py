"""Holds: what stops the ladder, who made it, and when it may move again (H1, H2, P4, S5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning import charging
from dunning.case import Case
from dunning.state import HoldState


def held(case: Case, hold: HoldState, rule: str, why: str) -> Case:
    """The case with one more hold."""
    paused = case.paused if case.holds else (*case.paused, (hold.since, None))
    return case.evolve(holds=(*case.holds, hold), paused=paused).note("hold", hold.reason, rule, why)


def lifted(case: Case, hold: HoldState, at: datetime, resume_on: date, why: str) -> Case:
    """The case without a hold; the ladder may move from `resume_on` when it was the last one (H1)."""
    holds = tuple(h for h in case.holds if h is not hold)
    case = case.evolve(holds=holds).note("release", hold.reason, "H1", why)
    if holds:
        return case
    since = case.paused[-1][0]
    case = case.evolve(paused=end_pause(case, at), resume_on=max(resume_on, case.resume_on or resume_on))
    return charging.after_holds(case, since, at)


def lift_on_day(case: Case, hold: HoldState, at: datetime, why: str) -> Case:
    """Lifted within a day: the ladder may move from the next."""
    return lifted(case, hold, at, case.calendar.day(at) + timedelta(days=1), why)


def end_pause(case: Case, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    """The pauses, the open one ended (S5)."""
    if not case.paused or case.paused[-1][1] is not None:
        return case.paused
    return (*case.paused[:-1], (case.paused[-1][0], at))


def made_by(case: Case, maker: str) -> HoldState | None:
    """The hold of this maker, if it stands."""
    return next((h for h in case.holds if h.made_by == maker), None)


def follow_pending(case: Case, at: datetime) -> Case:
    """Money under way that covers what is demandable holds the case; else it does not (P4)."""
    coming, hold = sum(p.amount for p in case.pending), made_by(case, "pending")
    covers = coming > 0 and coming >= case.demandable
    if hold is None and covers and case.demandable > 0:
        why = f"{case.amount(coming)} is under way and covers what is demandable"
        return held(case, HoldState("pending", "pending", at, made_by="pending"), "P4", why)
    if hold is not None and not covers:
        return lift_on_day(case, hold, at, "what is under way does not cover what is demandable")
    return case


def chased_days(case: Case) -> int:
    """Days from the day after the due date to today or the closing, without those at whose first moment the case was
    held or closed (S5).
    """
    last = case.calendar.day(case.closed_at or case.now)
    days = (case.invoice.due_on + timedelta(days=n + 1) for n in range((last - case.invoice.due_on).days))
    return sum(not _paused_at(case, case.calendar.start(day)) for day in days)


def overdue_days(case: Case) -> int:
    """Calendar days from the day after the due date to today or the closing; never negative (S5)."""
    return max(0, (case.calendar.day(case.closed_at or case.now) - case.invoice.due_on).days)


def _paused_at(case: Case, moment: datetime) -> bool:
    return any(since <= moment and (until is None or moment < until) for since, until in case.paused)
