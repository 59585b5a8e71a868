"""Attempts that were made, by us or elsewhere, as the rule book looks at them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from dunning.rulebook.decline import Codes
from dunning.value import value


@value
class Tried:
    """One attempt by one method. `codes` say why it was declined, None where nobody told.

    `by_customer`: they started it themselves. An attempt whose end is not known counts as one.
    """

    at: datetime
    invoice: str
    method: str
    amount: int
    currency: str
    state: Literal["approved", "declined", "open"]
    codes: Codes | None = None
    by_customer: bool = False


def since_the_last_success(history: list[Tried]) -> list[Tried]:
    """The attempts after the last one that was approved: a success begins a new count."""
    approved = [number for number, one in enumerate(history) if one.state == "approved"]
    return history[approved[-1] + 1 :] if approved else history
