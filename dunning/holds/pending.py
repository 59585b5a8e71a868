"""Money under way holds a case while it covers what is demandable, until it comes, fails or runs out (P4)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.holds import holds
from dunning.parts import AttemptState, HoldState, Pending
from dunning.value import altered


def follow_pending(case: Case, at: datetime) -> Case:
    """Money under way that covers what is demandable holds the case; else it does not (P4)."""
    if case.closed or not (case.pending or case.holds):
        return case
    coming, hold = sum(p.amount for p in case.pending), holds.made_by(case, "pending")
    covers = coming > 0 and coming >= case.demandable
    if hold is None and covers and case.demandable > 0:
        why = f"{case.amount(coming)} is under way and covers what is demandable"
        return holds.held(case, HoldState("pending", "pending", at, made_by="pending"), "P4", why)
    if hold is not None and not covers:
        return holds.lift_on_day(case, hold, at, "what is under way does not cover what is demandable")
    return case


def expected(case: Case, at: datetime) -> Case:
    """The case that opens again, without money whose day has passed meanwhile; its own attempt's is asked for (P5)."""
    today, last = case.calendar.day(at), case.attempts[-1].key if case.attempts else None
    return case.evolve(pending=tuple(one for one in case.pending if one.until >= today or one.id == last))


def did_not_come(case: Case, pending: Pending, at: datetime) -> Case:
    """The case whose announced money did not come by its day: its hold lifts, its attempt is asked for (P4, C5)."""
    case = case.evolve(pending=tuple(p for p in case.pending if p is not pending), attempts=_ask_again(case, pending))
    case = case.note("pending", pending.id, "P4", f"it did not come by {pending.until}", amount=pending.amount)
    hold = holds.made_by(case, "pending")
    coming = sum(p.amount for p in case.pending)
    if hold is None or (coming and coming >= case.demandable):
        return case
    return holds.lifted(case, hold, at, case.calendar.day(at), f"the money did not come by {pending.until}")


def _ask_again(case: Case, pending: Pending) -> tuple[AttemptState, ...]:
    """A bank debit that never told its end is asked for, before anything else is tried (C5)."""
    last = case.attempts[-1] if case.attempts else None
    if last is None or last.key != pending.id or last.state != "underway":
        return case.attempts
    unknown = altered(last, state="unknown", code=None, asked_at=None, codes=None)
    return (*case.attempts[:-1], unknown)
