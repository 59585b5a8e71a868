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
    case = case.evolve(paused=end_pause(case, at)).resumes_on(resume_on)
    return charging.after_pause(case, at)


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


def stopped(case: Case, reason: str, at: datetime) -> Case:
    """The case held by a stop of the customer, once for each reason (H2)."""
    if any(hold.made_by == "customer" and hold.reason == reason for hold in case.holds):
        return case
    hold = HoldState(f"stop-{reason}", reason, at, made_by="customer")
    return held(case, hold, "H2", "every case of the customer stops")


def follow_disputes(case: Case, at: datetime) -> Case:
    """Disputes that add up to the whole balance hold the case (D1)."""
    if not case.disputed >= case.balance > 0 or made_by(case, "dispute"):
        return case
    return held(case, HoldState("dispute", "dispute", at, made_by="dispute"), "D1", "disputed in full")


def follow_pending(case: Case, at: datetime) -> Case:
    """Money under way that covers what is demandable holds the case; else it does not (P4)."""
    if case.closed or not (case.pending or case.holds):
        return case
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
