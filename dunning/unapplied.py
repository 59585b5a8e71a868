"""Facts that a case cannot take: why, and the question to a person that each becomes (F2, F6)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from dunning import tasks
from dunning.case import Case
from dunning.errors import MoneyError
from dunning.messages import FACTS
from dunning.money import minor
from dunning.records import Message


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A fact that the case cannot take: the kind of the task that it becomes, the rule, the reason and the queue."""

    task: Literal["currency", "message"]
    rule: str
    why: str
    queue: str = "collections"


def unknown_fact(name: str) -> str:
    """What is told of a fact by a name that nobody knows: which one may have been meant, or which there are."""
    near = get_close_matches(name, FACTS, n=1)
    return f"no such fact; perhaps {near[0]}" if near else f"no such fact; known: {', '.join(sorted(FACTS))}"


def mistake(told: Message | None, currency: str) -> NotApplied | None:
    """What is wrong with a message for a case in this currency: its own, or an amount that is none in it (F2).

    The case puts it before a person, and the store books nothing.
    """
    own, amount = getattr(told, "currency", None), getattr(told, "amount", None)
    if own is not None and own != currency:
        return NotApplied("currency", "F2", f"in {own}, the case is in {currency}")
    try:
        for one in (
            () if amount is None else (amount, *(part.amount for part in getattr(told, "allocations", None) or ()))
        ):
            minor(one, currency)
    except MoneyError as error:
        return NotApplied("message", "F2", str(error))
    return None


def not_applied(case: Case, name: str, found: NotApplied) -> Case:
    """The case that kept a fact on its journal only, and asks a person what to make of it (F2, F6)."""
    case = case.note("unapplied", name, found.rule, found.why)
    return tasks.asks(case, found.task, found.queue, tasks.PATIENCE, f"{name}: {found.why}")
