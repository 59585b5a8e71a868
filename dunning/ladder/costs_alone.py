"""Costs alone do not climb: what becomes of the ladder once the invoice itself is paid (F7)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.due import STEP, Due, Move
from dunning.effects import BookWriteOff, Effect
from dunning.ladder import dates
from dunning.policy import HandOffAction, Notify, StepRules, Suspend, Task, WriteOffAction
from dunning.policy.steps import StepAct

ONLY_COSTS = "only costs are left"


def skipped(case: Case, index: int, ready: datetime) -> Due | None:
    """The skip of a step that asks a person, takes something away, or demands once more than once; None of another."""
    why = _why_skipped(case, case.rules.steps[index])
    if why is None:
        return None
    return Due(dates.contact_allowed(case, ready, spaced=False), STEP, Move(index, "skip", why, "F7"))


def _why_skipped(case: Case, step: StepRules) -> str | None:
    if step.approval or any(isinstance(action, Task | Suspend | HandOffAction) for action in step.do):
        return ONLY_COSTS
    if any(isinstance(action, WriteOffAction) for action in step.do):
        return None
    return why_not_demanded(case)


def why_not_demanded(case: Case) -> str | None:
    """Why what is left is not demanded any more, None if it is, this once."""
    if not case.demands:
        return f"{ONLY_COSTS}, too little to demand"
    return f"{ONLY_COSTS}, and were demanded" if any(notice.costs_alone for notice in case.notices) else None


def why_passed(case: Case, step: StepRules, act: StepAct) -> str | None:
    """Why a step that is under way does not do this of its own any more, None if it does."""
    if isinstance(act, Notify):
        writes_off = any(isinstance(other, WriteOffAction) for other in step.do)
        return ONLY_COSTS if writes_off else why_not_demanded(case)
    return ONLY_COSTS if isinstance(act, Task | Suspend | HandOffAction) else None


def written_off(case: Case, key: str) -> Effect:
    """What is left at the end, or at a step that writes off: given up by the policy, and the case is settled."""
    return BookWriteOff(key, case.balance, "policy", ONLY_COSTS, settles=True)
