"""What follows when a promise or a plan is broken: the ladder resumes, and may go on further up (A2, A3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from dunning.case import Case
from dunning.holds import holds, suspension
from dunning.ladder import progress


def resumed(case: Case, kind: Literal["promise", "plan"], rule: str, at: datetime) -> Case:
    """The case whose promise or plan is gone: its ladder goes on, at the step that the policy names if it is ahead."""
    case = case.evolve(broken_promises=case.broken_promises + 1)
    case = case.note(kind, "broken", rule, "the money did not come in time")
    hold, resume_on = holds.made_by(case, kind), case.calendar.day(at)
    if hold:
        case = holds.lifted(case, hold, at, resume_on, f"the {kind} was broken")
    case = suspension.brings_back(case, kind, resume_on)
    target = case.policy.promise.broken if case.policy.promise else None
    index = None if target is None else case.policy.index(target)
    if index is None or case.current is None or index < case.current:
        return case
    return progress.force(case, index, resume_on, "A2")
