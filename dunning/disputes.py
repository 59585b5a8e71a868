"""Disputes: what the debtor objects to is not demanded until a person answers (D1 to D3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import booking, holds, tasks
from dunning.case import Case
from dunning.messages import Dispute, ResolveDispute
from dunning.money import minor
from dunning.state import DisputeState


def disputed(case: Case, fact: Dispute, at: datetime) -> Case:
    """The case after an objection, to an amount or else to the whole balance (D1)."""
    balance = max(case.balance, 0)
    amount = balance if fact.amount is None else min(minor(fact.amount, case.invoice.currency), balance)
    case = case.evolve(disputes=(*case.disputes, DisputeState(fact.id, amount)))
    case = case.note("dispute", fact.id, "D1", "the debtor objects", amount=amount)
    if case.closed:
        return case
    return tasks.asks_about_dispute(holds.follow_pending(holds.follow_disputes(case, at), at), fact.id)


def resolved(case: Case, request: ResolveDispute, at: datetime) -> Case:
    """The case after the creditor's answer: the amount is credited, or demanded again from the next day (D3)."""
    dispute = next(one for one in case.disputes if one.id == request.id)
    case = tasks.without(case, "dispute", request.id)
    case = case.evolve(disputes=tuple(one for one in case.disputes if one is not dispute))
    said = "accepted" if request.accepted else "rejected"
    case = case.note("resolve_dispute", request.id, "D3", said, amount=dispute.amount)
    if request.accepted:
        amount = min(dispute.amount, max(case.balance, 0))
        case = booking.credited(case, f"dispute-{request.id}", amount, at, "D3", "the dispute was accepted")
    if case.settled:
        return case
    hold = holds.made_by(case, "dispute")
    if hold and case.disputed < case.balance:
        case = holds.lift_on_day(case, hold, at, "no longer disputed in full")
    if request.rejected:
        case = case.resumes_on(case.calendar.day(at) + timedelta(days=1))
    return holds.follow_pending(case, at)
