"""What people were asked when a case closed, and are asked again after it has opened again (P5)."""

from __future__ import annotations

from datetime import datetime

from dunning import tasks
from dunning.case import Case
from dunning.holds import holds
from dunning.parts import HoldState


def due_at(case: Case) -> datetime | None:
    """The first allowed moment of the next day; None where nothing is left to ask, or the case is closed."""
    if case.ask_again_on is None or not case.unanswered:
        return None
    return case.calendar.opening(case.ask_again_on)


def waits(case: Case) -> bool:
    """Whether a person who had taken the case out of the ladder's hands is still to be asked again (H3)."""
    return any(task.purpose == "escalation" for task in case.unanswered)


def asked_again(case: Case, at: datetime) -> Case:
    """The case that asks again, an escalation with its hold."""
    again = case.unanswered
    case = case.evolve(unanswered=(), ask_again_on=None)
    if any(task.purpose == "escalation" for task in again):
        hold = HoldState("escalation", "escalation", at, made_by="escalation")
        case = holds.held(case, hold, "P5", "escalated by hand before it closed")
    for task in again:
        case = tasks.asks_again(case, task)
    return case
