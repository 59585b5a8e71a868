"""What the ranking looks at of a customer: their open cases, what waits for a person, what was said and when.

Amounts are minor units of the currency beside them, days those of the creditor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dunning.policy import Step

StepMeans = Literal["hand_off", "write_off", "suspend", "final", "notice", "task"]  # the gravest thing that it does
_CONSEQUENCES: Final[tuple[StepMeans, ...]] = ("hand_off", "write_off", "suspend")  # the gravest first
_LAST_WORDS: Final = frozenset({"final", "hand-over"})  # after these only a consequence is left


@dataclass(frozen=True, slots=True)
class Question:
    """A task that is open: what it asks, since when, its last day, and how often it was escalated."""

    kind: str
    opened_on: date
    last_on: date
    escalations: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was broken last, of this amount, the `times`-th of its case."""

    on: date
    amount: int
    times: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case. `next_on` is the day of what comes by itself, None where nothing does; `next_does` what that is
    where it is a step of the ladder. `disputed` since `disputed_on` is what the debtor objects to, `declines` are the
    days of declines that a person should look at.
    """

    invoice_id: str
    currency: str
    due_on: date
    demandable: int
    next_on: date | None = None
    next_does: StepMeans | None = None
    is_held: bool = False
    broken: Broken | None = None
    disputed: int = 0
    disputed_on: date | None = None
    questions: tuple[Question, ...] = ()
    declines: tuple[date, ...] = ()

    def overdue(self, today: date) -> int:
        """What is demanded of it and overdue."""
        return self.demandable if self.due_on < today else 0


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer with their open cases, at least one. `talked_on` is the last day on which a call reached them."""

    cases: tuple[OpenCase, ...]
    talked_on: date | None = None


def means(step: Step) -> StepMeans:
    """What a step does to the debtor, by the gravest of it."""
    kinds = {act.kind for _, act in step.acts}
    for consequence in _CONSEQUENCES:
        if consequence in kinds:
            return consequence
    if step.notice is None:
        return "task"
    return "final" if step.notice.message in _LAST_WORDS else "notice"
