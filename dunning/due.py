"""A thing to do and its moment: what the parts of a decision hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from dunning.case import Case
from dunning.effects import Effect
from dunning.value import value


@value
class Move:
    """Something the case itself does at a moment: look again, skip a step, ask for an approval, start a step, pass over
    the next action of the one under way, end.

    A condition may be `found` true though the step has to wait, a fact may have `answered` whether it may happen (F5);
    one that comes back may be `over` (T8).
    """

    step: int
    do: Literal["look", "skip", "ask", "answered", "found", "start", "pass", "over", "end"]
    why: str = ""
    rule: str = "F5"  # by which a step is skipped, or an action passed over


@value
class Due:
    """A thing to do and its moment; of things at one moment the lower rank goes first.

    `what` is a move, or makes the effect from the case as it is then: what is due one day is foreseen long before.
    `since` is when it was due first, where it may only be done later.
    """

    at: datetime
    rank: int
    what: Move | Callable[[Case], Effect]
    since: datetime | None = None


# Ranks: what is under way is known first, then money, then words beside the ladder, then the ladder itself.
SETTLE, CHARGE, BESIDE, RUNNING, STEP, ESCALATE = range(6)
