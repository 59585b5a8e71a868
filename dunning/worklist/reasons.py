"""Why a customer is worth a look: each kind of reason, and the points that it gives.

The points are the creditor's order of urgency in numbers: what only a person can do comes before what goes on by
itself, what is about to cost the debtor dear before what has time, much before little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, get_args

ReasonKind = Literal[
    "reply", "promise-broken", "call", "before-hand-off", "before-write-off", "before-suspension", "before-final",
    "approval", "four-eyes", "unreachable", "escalation", "idle", "decline", "dispute", "task", "amount", "age",
]  # fmt: skip
KINDS: Final[tuple[ReasonKind, ...]] = get_args(ReasonKind)

POINTS: Final[Mapping[ReasonKind, int]] = MappingProxyType(
    {
        "reply": 60, "promise-broken": 50, "call": 40, "before-hand-off": 45, "before-write-off": 40,
        "before-suspension": 40, "before-final": 35, "approval": 35, "four-eyes": 35, "unreachable": 35,
        "escalation": 30, "idle": 30, "decline": 25, "dispute": 20, "task": 20, "amount": 5, "age": 5,
    }
)  # fmt: skip
DUE_TODAY: Final = 10  # on the last day of what is asked
LATE: Final = 20  # after it
ESCALATED: Final = 10  # each time, at most twice
AGAIN: Final = 5  # for each promise that was broken before, at most three
TALKED_OF: Final = 15  # instead of 50: a broken promise of which somebody has talked with them since
A_WORKDAY: Final = 3  # that a dispute has waited, at most ten of them
SOON: Final = 5  # days before a consequence
LOOKED_BACK: Final = 30  # days for which a decline is worth a look
AMOUNTS: Final = (100, 1_000, 10_000, 100_000)  # whole units of a currency: from each on so many points more
AGES: Final = (30, 60, 90)  # days overdue, the same

_OF_QUESTIONS: Final[Mapping[str, ReasonKind]] = MappingProxyType(
    {
        "reply": "reply", "call": "call", "approval": "approval", "four-eyes": "four-eyes",
        "unreachable": "unreachable", "escalation": "escalation", "dispute": "dispute",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its points, and what its words need: the case, a day, an amount, how many times, a task's kind.

    `day` is when it began, or for what is to come, when it comes.
    """

    kind: ReasonKind
    points: int
    invoice_id: str | None = None
    day: date | None = None
    amount: int = 0
    currency: str | None = None
    times: int = 0
    about: str = ""


def of_question(kind: str) -> ReasonKind:
    """The reason that a task of this kind is."""
    return _OF_QUESTIONS.get(kind, "task")
