"""Disputes: what the debtor objects to is not demanded until a person answers (D1 to D3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import tasks, thanks
from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.holds import holds, pending
from dunning.messages import Dispute, ResolveDispute
from dunning.money import minor
from dunning.parts import DisputeState, HoldState


def disputed(case: Case, fact: Dispute, at: datetime) -> Case:
    """The case after an objection, to an amount or else to the whole balance (D1)."""
    balance = max(case.balance, 0)
    amount = balance if fact.amount is None else min(minor(fact.amount, case.invoice.currency), balance)
    case = case.evolve(disputes=(*case.disputes, DisputeState(fact.id, amount)))
    case = case.note("dispute", fact.id, "D1", "the debtor objects", amount=amount)
    if case.closed:
        return case
    case = follow_disputes(thanks.says(case, "dispute-received", fact.id), at)
    if case.disputed >= case.balance:  # a call would ask for what is not demanded any more
        case = tasks.answered(case, tasks.CALL, "a dispute of everything")
    return asks_about_dispute(pending.follow_pending(case, at), fact.id)


def why_refused(case: Case, request: ResolveDispute) -> RefusalReason | None:
    """Why the answer is none to a dispute of this case, or None (D3)."""
    dispute = next((one for one in case.disputes if one.id == request.id), None)
    if dispute is None:
        return ("D3", f"no dispute {request.id} is open")
    accepted = _accepted(case, request, dispute)
    if accepted > dispute.amount:
        return ("D3", f"{case.amount(accepted)} is accepted, {case.amount(dispute.amount)} is disputed")
    return None


def answered(case: Case, request: ResolveDispute) -> tuple[Case, int]:
    """The case after the creditor's answer, and the amount to credit for it: none where it was rejected (D3)."""
    dispute = next(one for one in case.disputes if one.id == request.id)
    case = tasks.without(case, "dispute", request.id)
    case = case.evolve(disputes=tuple(one for one in case.disputes if one is not dispute))
    accepted = _accepted(case, request, dispute)
    said = "rejected" if not accepted else "accepted"
    if 0 < accepted < dispute.amount:
        said = f"accepted in part: {case.amount(accepted)}, the rest is rejected"
    case = case.note("resolve_dispute", request.id, "D3", said, amount=dispute.amount)
    case = thanks.says(case, "dispute-answered", request.id, rejected=dispute.amount - accepted)
    return case, min(accepted, max(case.balance, 0))


def rejects_some(case: Case, request: ResolveDispute) -> bool:
    """Whether some of what is disputed is demanded again: all of it, or what was not accepted (D3)."""
    dispute = next(one for one in case.disputes if one.id == request.id)
    return _accepted(case, request, dispute) < dispute.amount


def _accepted(case: Case, request: ResolveDispute, dispute: DisputeState) -> int:
    if request.accepted is None:
        return 0
    return dispute.amount if request.accepted is True else minor(request.accepted, case.invoice.currency)


def goes_on(case: Case, at: datetime, *, rejected: bool) -> Case:
    """The case that goes on after an answer: what is no longer disputed is demanded again, from the next day (D3)."""
    if case.settled:
        return case
    hold = holds.made_by(case, "dispute")
    if hold and case.disputed < case.balance:
        case = holds.lift_on_day(case, hold, at, "no longer disputed in full")
    if rejected:
        case = case.resumes_on(case.calendar.day(at) + timedelta(days=1))
    return pending.follow_pending(case, at)


def follow_disputes(case: Case, at: datetime) -> Case:
    """Disputes that add up to the whole balance hold the case (D1)."""
    if not case.disputed >= case.balance > 0 or holds.made_by(case, "dispute"):
        return case
    return holds.held(case, HoldState("dispute", "dispute", at, made_by="dispute"), "D1", "disputed in full")


def asks_about_dispute(case: Case, dispute_id: str) -> Case:
    """The case that asks a person for the answer to a dispute, if the policy sets a time for it (D2)."""
    within = case.policy.dispute.answer_within
    return tasks.asks(case, "dispute", "disputes", within, dispute_id) if within else case
