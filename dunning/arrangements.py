"""Promises and plans: when they are kept, when they are broken, and what follows (A1 to A3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dunning import holds, ladder, suspensions
from dunning.case import Case
from dunning.state import Instalment, PlanState


def open_amounts(case: Case, plan: PlanState) -> list[int]:
    """What is still open of each instalment: payments fill the oldest first (A3)."""
    left, amounts = case.paid - plan.paid_before, []
    for instalment in plan.instalments:
        filled = min(max(left, 0), instalment.amount)
        amounts.append(instalment.amount - filled)
        left -= instalment.amount
    return amounts


def fulfilled(case: Case, at: datetime) -> Case:
    """After money came: note what was kept; its hold lifts, unless the case closes at this moment (A2, A3, F3)."""
    kept = []
    promise, plan = case.promise, case.plan
    if promise and case.paid - promise.paid_before >= promise.amount and at < promise.lapses_at:
        case = case.evolve(promise=None).note(
            "promise", "kept", "A2", f"{case.amount(promise.amount)} came in time", amount=promise.amount
        )
        kept.append("promise")
    if plan and not any(open_amounts(case, plan)):
        case = case.evolve(plan=None).note("plan", "kept", "A3", "all instalments are paid")
        kept.append("plan")
    if case.settled:
        return case
    for maker in kept:
        hold = holds.made_by(case, maker)
        if hold:
            case = holds.lift_on_day(case, hold, at, f"the {maker} was kept")
    return case


def broken(case: Case, kind: str, at: datetime) -> Case:
    """A promise or a plan was broken: the ladder resumes, at the step the policy names if it is further on (A2)."""
    why = "the money did not come in time"
    case = case.evolve(**{kind: None}, broken_promises=case.broken_promises + 1).note(
        kind, "broken", "A2" if kind == "promise" else "A3", why
    )
    hold = holds.made_by(case, kind)
    resume_on = case.calendar.day(at)
    if hold:
        case = holds.lifted(case, hold, at, resume_on, f"the {kind} was broken")
    case = suspensions.brings_back(case, kind, resume_on)
    target = case.policy.promise.broken if case.policy.promise else None
    index = None if target is None else case.policy.index(target)
    current = case.current
    if index is None or current is None or index < current:
        return case
    return ladder.force(case, index, resume_on)


def lapse_at(case: Case) -> tuple[datetime, str] | None:
    """When the promise or the plan breaks if nothing comes, and which."""
    moments = []
    if case.promise:
        moments.append((case.promise.lapses_at, "promise"))
    if case.plan:
        moments += [
            (part.missed_at, "plan")
            for part, left in zip(case.plan.instalments, open_amounts(case, case.plan), strict=True)
            if left
        ][:1]
    return min(moments, default=None)


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


def tried(case: Case) -> Case:
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
    parts[number - 1] = replace(part, tried=part.tried or tried, reminded=part.reminded or reminded)
    return case.evolve(plan=replace(case.plan, instalments=tuple(parts)))
