"""Instalment plans: which are refused, how one holds the case, its instalments, when it is kept or broken (A3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import tasks, thanks
from dunning.agreements import breach
from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.holds import holds, suspension
from dunning.messages import Plan
from dunning.money import minor
from dunning.parts import HoldState, Instalment, PlanState
from dunning.policy import PlanTerms
from dunning.value import altered

OFFERED = "offer-a-plan"  # the kind of task that a plan answers (H6)


def why_refused(case: Case, request: Plan, at: datetime) -> RefusalReason | None:
    """Why a plan is refused, or None (A3)."""
    terms, today = case.policy.plan, case.calendar.day(at)
    if terms is None:
        return ("O5", "the policy takes no plans")
    if case.plan and case.plan.id == request.id:
        known = ", ".join(f"{case.amount(part.amount)} on {part.on}" for part in case.plan.instalments)
        return ("A3", f"a plan {request.id} stands already with other content: {known}")
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


def stands(case: Case, request: Plan) -> bool:
    """Whether this very plan stands: the same id with the same content (A3)."""
    if case.plan is None or case.plan.id != request.id:
        return False
    asked = [(part.on, minor(part.amount, case.invoice.currency)) for part in request.instalments]
    return sorted(asked) == sorted((part.on, part.amount) for part in case.plan.instalments)


def made(case: Case, request: Plan, at: datetime, terms: PlanTerms) -> Case:
    """The case held by a plan, which takes the place of a promise and answers a manual escalation (A3, H3)."""
    for maker in ("promise", "escalation"):
        standing = holds.made_by(case, maker)
        if standing:
            case = holds.lift_on_day(case, standing, at, f"a plan takes the {maker}'s place")
    case = tasks.answered(tasks.without(case, "escalation"), OFFERED, "a plan")
    case = tasks.answered(case, tasks.CALL, "a plan").evolve(plan=_terms_of(case, request, terms), promise=None)
    why = f"{len(request.instalments)} instalments were agreed"
    case = holds.held(case, HoldState("plan", "plan", at, made_by="plan"), "A3", why)
    return suspension.by_agreement(thanks.says(case, "plan-agreed", request.id), "plan")


def _terms_of(case: Case, request: Plan, terms: PlanTerms) -> PlanState:
    parts = sorted(request.instalments, key=lambda part: part.on)
    missed = [case.calendar.start(case.calendar.add(part.on, terms.grace) + timedelta(days=1)) for part in parts]
    amounts = [minor(part.amount, case.invoice.currency) for part in parts]
    instalments = zip(parts, amounts, missed, strict=True)
    return PlanState(request.id, tuple(Instalment(part.on, amount, at) for part, amount, at in instalments), case.paid)


def kept(case: Case) -> Case:
    """The case after money came: once every instalment is paid the plan is kept (A3). Its hold stands still."""
    if case.plan is None or any(open_amounts(case, case.plan)):
        return case
    return case.evolve(plan=None).note("plan", "kept", "A3", "all instalments are paid")


def broken(case: Case, at: datetime) -> Case:
    """The case whose oldest open instalment was missed beyond its grace at this moment (A3)."""
    return breach.resumed(case.evolve(plan=None), "plan", "A3", at)


def lapses_at(case: Case) -> list[datetime]:
    """When the plan is broken if nothing comes: once its oldest open instalment is missed, if one is open."""
    return [part.missed_at for _, part, _ in open_parts(case)[:1]]


def open_amounts(case: Case, plan: PlanState) -> list[int]:
    """What is still open of each instalment: payments fill the oldest first (A3), and so does whatever else brought the
    balance below what they add up to, such as a credit (P6).
    """
    total = sum([instalment.amount for instalment in plan.instalments])
    left, amounts = max(case.paid - plan.paid_before, total - case.balance), []
    for instalment in plan.instalments:
        filled = min(max(left, 0), instalment.amount)
        amounts.append(instalment.amount - filled)
        left -= instalment.amount
    return amounts


def open_parts(case: Case) -> list[tuple[int, Instalment, int]]:
    """The instalments with something open, oldest first: number from 1, itself, what is open."""
    if case.plan is None:
        return []
    amounts = open_amounts(case, case.plan)
    return [
        (number, part, amounts[number - 1])
        for number, part in enumerate(case.plan.instalments, 1)
        if amounts[number - 1]
    ]


def charged_once(case: Case) -> Case:
    """The case whose oldest due instalment was charged, which happens once (A3)."""
    due = (number for number, part, _ in open_parts(case) if not part.tried and part.on <= case.today)
    number = next(due, None)
    return case if number is None else _with_part(case, number, tried=True)


def reminded(case: Case, number: int) -> Case:
    """The case whose debtor was reminded of an instalment, which happens once (A3)."""
    known = case.plan is not None and number <= len(case.plan.instalments)
    return _with_part(case, number, reminded=True) if known else case


def _with_part(case: Case, number: int, *, tried: bool = False, reminded: bool = False) -> Case:
    if case.plan is None:
        return case
    parts = list(case.plan.instalments)
    part = parts[number - 1]
    parts[number - 1] = altered(part, tried=part.tried or tried, reminded=part.reminded or reminded)
    return case.evolve(plan=altered(case.plan, instalments=tuple(parts)))
