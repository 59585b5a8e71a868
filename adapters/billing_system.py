"""What a billing system that is not ours does by itself: the attempts that it made, and that it may not answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dunning.errors import DunningError


class BillingUnavailable(DunningError):
    """A billing system does not answer now. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class OutsideAttempt:
    """The `number`-th attempt of an invoice, counted from 1: it moves no ladder, but networks count it (C3, C4).

    `amount` is in major units. `certain` is false where only its number is known; its moment is then the latest
    possible.
    """

    number: int
    at: datetime
    amount: Decimal
    method: str | None = None
    code: str | None = None
    network_code: str | None = None
    network_advice: str | None = None
    certain: bool = True
