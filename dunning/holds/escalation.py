"""A case that a person takes out of the ladder's hands (H3)."""

from __future__ import annotations

from datetime import datetime

from dunning import tasks
from dunning.case import Case
from dunning.holds import holds
from dunning.messages import Escalate
from dunning.parts import HoldState


def escalated_by_hand(case: Case, fact: Escalate, at: datetime) -> Case:
    """The case held until the person who was asked disposes of the task (H3)."""
    if case.closed or holds.made_by(case, "escalation"):
        return case.note("escalate", fact.queue, "H3", "already with a person, or closed", queue=fact.queue)
    case = holds.held(case, HoldState("escalation", "escalation", at, made_by="escalation"), "H3", "escalated by hand")
    return tasks.asks(case, "escalation", fact.queue, tasks.PATIENCE, "escalated by hand")
