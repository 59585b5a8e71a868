"""What is asked of the rule book, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from dunning.value import value


@value
class Wanted:
    """The attempt that is to be made at `at`; `day` is its local day, `country` the debtor's.

    `provider` is who would make it: their own caps bind then. `amount` in minor units.
    """

    at: datetime
    day: date
    invoice: str
    method: str
    amount: int
    currency: str
    network: str | None = None
    country: str | None = None
    provider: str | None = None
    by_customer: bool = False
    standing: Literal["open", "paid", "void", "held", "disputed"] = "open"
    consent: bool = True


@value
class Verdict:
    """May it be tried: `now`, `later` (not before `until`, or the start of the local day `until_on`), or `never`.

    `row` names the row or rule that decided, `why` says it in words.
    """

    may: Literal["now", "later", "never"]
    row: str = ""
    why: str = ""
    until: datetime | None = None
    until_on: date | None = None
