"""A closed case that opens again where it stood, with whatever still holds it (P5, S3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import tasks
from dunning.case import Case
from dunning.charging.track import after_pause
from dunning.effects import ReportToAgency
from dunning.holds import customer_stops, disputes, holds, pending, suspension
from dunning.ledger import overpayment


def reopened(case: Case, at: datetime, rule: str, why: str) -> Case:
    """The case open again, its next step or attempt not before the next day; what people were asked comes then too."""
    next_day = case.calendar.day(at) + timedelta(days=1)
    case = overpayment.asks_about_overpayment(case)
    unclear = tuple(task for task in case.tasks if task.purpose in {"message", "reply"})
    case = tasks.over(case, unclear).evolve(
        closed=None, closing=None, closed_at=None, paused=holds.end_pause(case, at), doing=None, end_done=False,
        unanswered=(*case.unanswered, *unclear), ask_again_on=next_day,
    )  # fmt: skip
    case = case.resumes_on(next_day).note("reopened", "", rule, why)
    case = suspension.brings_back(case, "closing", next_day)
    return _held_again(after_pause(case, at), at)


def _held_again(case: Case, at: datetime) -> Case:
    """Customer stops that nobody lifted (H2), disputes that nobody answered (D2), money still under way (P4)."""
    for reason in case.stops:
        case = customer_stops.held_by_stop(case, reason, at)
    case = disputes.follow_disputes(case, at)
    asked = {task.about for task in case.unanswered if task.purpose == "dispute"}
    for dispute in case.disputes:
        if dispute.id not in asked:
            case = disputes.asks_about_dispute(case, dispute.id)
    return pending.follow_pending(pending.expected(case, at), at)


def recalled(case: Case, at: datetime) -> Case:
    """The debt back from the agency, which is told; the ladder goes on at the step after (S3)."""
    case = reopened(case, at, "S3", "recalled from the agency")
    report = ReportToAgency(case.next_key("recall"), case.agency or "default", case.balance, recalled=True)
    return case.evolve(end_from=case.today if case.current is None else None).with_todo(report)
