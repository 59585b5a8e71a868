"""Promises to pay: which are refused, how one holds the case, when it is kept and when broken (A1, A2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import tasks, thanks
from dunning.agreements import breach
from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.holds import holds, suspension
from dunning.messages import Promise
from dunning.money import minor
from dunning.parts import HoldState, PromiseState
from dunning.policy import PromiseTerms


def why_refused(case: Case, request: Promise, at: datetime) -> RefusalReason | None:
    """Why a promise is refused, or None (A1)."""
    terms, today = case.policy.promise, case.calendar.day(at)
    if terms is None:
        return ("O5", "the policy takes no promises")
    if case.promise and case.promise.id == request.id:
        known = f"{case.amount(case.promise.amount)} by {case.promise.on}"
        return ("A1", f"a promise {request.id} stands already with other content: {known}")
    if case.promise or case.plan:
        return ("A1", f"a {'promise' if case.promise else 'plan'} stands already")
    if case.promises >= terms.times:
        return ("A1", f"{case.promises} promises were made, {terms.times} are allowed")
    if holds.made_by(case, "dispute"):
        return ("A1", "the invoice is disputed in full")
    if request.on < today:
        return ("A1", f"{request.on} is past")
    last = case.calendar.add(today, terms.at_most)
    if request.on > last:
        return ("A1", f"{request.on} is later than {last}, the last day allowed")
    amount = _promised_amount(case, request)
    if not 0 < amount <= case.demandable:
        return ("A1", f"{case.amount(amount)} is promised, {case.amount(case.demandable)} is demandable")
    return None


def stands(case: Case, request: Promise) -> bool:
    """Whether this very promise stands: the same id with the same content (A1)."""
    known = case.promise
    if known is None or (known.id, known.on) != (request.id, request.on):
        return False
    return (known.whole and request.amount is None) or known.amount == _promised_amount(case, request)


def _promised_amount(case: Case, request: Promise) -> int:
    return case.demandable if request.amount is None else minor(request.amount, case.invoice.currency)


def made(case: Case, request: Promise, at: datetime, terms: PromiseTerms) -> Case:
    """The case held to the end of the day promised, and the grace that the policy gives (A1)."""
    amount = _promised_amount(case, request)
    lapses_at = case.calendar.start(case.calendar.add(request.on, terms.grace) + timedelta(days=1))
    promise = PromiseState(request.id, amount, request.on, lapses_at, case.paid, whole=request.amount is None)
    case = case.evolve(promise=promise, promises=case.promises + 1)
    why = f"{case.amount(amount)} is promised for {request.on}"
    case = tasks.answered(case, tasks.CALL, "a promise")
    case = holds.held(case, HoldState("promise", "promise", at, made_by="promise"), "A1", why)
    return suspension.by_agreement(thanks.says(case, "promise-confirmed", request.id), "promise")


def kept(case: Case, at: datetime) -> Case:
    """The case after money came: a promise whose amount it reaches in time is kept; its hold is not lifted yet (A2)."""
    promise = case.promise
    if promise is None or case.paid - promise.paid_before < promise.amount or at >= promise.lapses_at:
        return case
    why = f"{case.amount(promise.amount)} came in time"
    return case.evolve(promise=None).note("promise", "kept", "A2", why, amount=promise.amount)


def broken(case: Case, at: datetime) -> Case:
    """The case whose promise lapsed at this moment (A2)."""
    promise = case.promise
    if promise is None:
        return case
    case = breach.resumed(case.evolve(promise=None, lapsed=(*case.lapsed, promise)), "promise", "A2", at)
    return thanks.says(case, "promise-broken", promise.id)
