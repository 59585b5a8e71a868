"""Promises and plans: which are refused, and what one that is agreed changes (A1, A3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import holds, suspensions
from dunning.case import Case
from dunning.errors import Reason
from dunning.messages import Plan, Promise
from dunning.money import minor
from dunning.policy import PlanTerms, PromiseTerms
from dunning.state import HoldState, Instalment, PlanState, PromiseState


def no_promise(case: Case, request: Promise, at: datetime) -> Reason | None:
    """Why a promise is refused, or None (A1)."""
    terms, today = case.policy.promise, case.calendar.day(at)
    if terms is None:
        return ("O5", "the policy takes no promises")
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


def _promised_amount(case: Case, request: Promise) -> int:
    return case.demandable if request.amount is None else minor(request.amount, case.invoice.currency)


def promised(case: Case, request: Promise, at: datetime, terms: PromiseTerms) -> Case:
    """The case held to the end of the day promised, and the grace that the policy gives (A1)."""
    amount = _promised_amount(case, request)
    lapses_at = case.calendar.start(case.calendar.add(request.on, terms.grace) + timedelta(days=1))
    promise = PromiseState(request.id, amount, request.on, lapses_at, case.paid)
    case = case.evolve(promise=promise, promises=case.promises + 1)
    why = f"{case.amount(amount)} is promised for {request.on}"
    case = holds.held(case, HoldState("promise", "promise", at, made_by="promise"), "A1", why)
    return suspensions.by_agreement(case, "promise")


def no_plan(case: Case, request: Plan, at: datetime) -> Reason | None:
    """Why a plan is refused, or None (A3)."""
    terms, today = case.policy.plan, case.calendar.day(at)
    if terms is None:
        return ("O5", "the policy takes no plans")
    if case.plan:
        return ("A3", "a plan stands already")
    if holds.made_by(case, "dispute"):
        return ("A3", "the invoice is disputed in full")
    if len(request.instalments) > terms.instalments:
        return ("A3", f"{len(request.instalments)} instalments, {terms.instalments} are allowed")
    days, last = [part.on for part in request.instalments], case.calendar.add(today, terms.longest)
    if min(days) < today or max(days) > last:
        return ("A3", f"the instalments must lie between {today} and {last}")
    total = sum(minor(part.amount, case.invoice.currency) for part in request.instalments)
    if total != case.demandable:
        return ("A3", f"the instalments add up to {case.amount(total)}, {case.amount(case.demandable)} is demandable")
    return None


def planned(case: Case, request: Plan, at: datetime, terms: PlanTerms) -> Case:
    """The case held by a plan, which takes the place of a promise and answers a manual escalation (A3, H3)."""
    for maker in ("promise", "escalation"):
        standing = holds.made_by(case, maker)
        if standing:
            case = holds.lift_on_day(case, standing, at, f"a plan takes the {maker}'s place")
    left = tuple(task for task in case.tasks if task.kind != "escalation")
    case = case.evolve(plan=_terms_of(case, request, terms), promise=None, tasks=left)
    why = f"{len(request.instalments)} instalments were agreed"
    case = holds.held(case, HoldState("plan", "plan", at, made_by="plan"), "A3", why)
    return suspensions.by_agreement(case, "plan")


def _terms_of(case: Case, request: Plan, terms: PlanTerms) -> PlanState:
    parts = sorted(request.instalments, key=lambda part: part.on)
    missed = [case.calendar.start(case.calendar.add(part.on, terms.grace) + timedelta(days=1)) for part in parts]
    amounts = [minor(part.amount, case.invoice.currency) for part in parts]
    instalments = zip(parts, amounts, missed, strict=True)
    return PlanState(request.id, tuple(Instalment(part.on, amount, at) for part, amount, at in instalments), case.paid)
