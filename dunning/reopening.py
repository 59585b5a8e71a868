"""A closed case that opens again where it stood, with whatever still holds it (P5, S3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import charging, holds, suspensions, tasks
from dunning.case import Case


def reopened(case: Case, at: datetime, rule: str, why: str) -> Case:
    """The case open again, its next step or attempt not before the next day."""
    next_day = case.calendar.day(at) + timedelta(days=1)
    case = tasks.asks_about_overpayment(case).evolve(
        closed=None, closing=None, closed_at=None, paused=holds.end_pause(case, at), doing=None, end_done=False
    )
    case = case.resumes_on(next_day).note("reopened", "", rule, why)
    case = suspensions.brings_back(case, "closing", next_day)
    return _held_again(charging.after_pause(case, at), at)


def _held_again(case: Case, at: datetime) -> Case:
    """Customer stops that nobody lifted (H2), disputes that nobody answered (D2), money still under way (P4)."""
    for reason in case.stops:
        case = holds.stopped(case, reason, at)
    case = holds.follow_disputes(case, at)
    for dispute in case.disputes:
        case = tasks.asks_about_dispute(case, dispute.id)
    return holds.follow_pending(case, at)
