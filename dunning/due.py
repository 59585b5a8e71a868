"""A thing to do and its moment: what the parts of a decision hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from dunning.effects import Effect


@dataclass(frozen=True, slots=True)
class Move:
    """Something the case itself does at a moment: look again, skip a step, ask for an approval, start a step, end."""

    step: int
    do: Literal["look", "skip", "ask", "start", "end"]
    why: str = ""


class Due(NamedTuple):
    """A thing to do and its moment; of things at one moment the lower rank goes first.

    `what` makes it: most of what is due one day is looked at many times before that day comes.
    """

    at: datetime
    rank: int
    what: Callable[[], Effect | Move]


# Ranks: what is under way is known first, then money, then words beside the ladder, then the ladder itself.
SETTLE, CHARGE, BESIDE, RUNNING, STEP, ESCALATE = range(6)
