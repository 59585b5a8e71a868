"""A thing to do and its moment: what the parts of a decision hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dunning.effects import Effect


@dataclass(frozen=True, slots=True)
class Move:
    """Something the case itself does at a moment: look again, skip a step, ask for an approval, start a step, end."""

    step: int
    do: Literal["look", "skip", "ask", "start", "end"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A thing to do and its moment; of things at one moment the lower rank goes first."""

    at: datetime
    rank: int
    what: Effect | Move


# Ranks: what is under way is known first, then money, then words beside the ladder, then the ladder itself.
SETTLE, CHARGE, BESIDE, RUNNING, STEP, ESCALATE = range(6)
