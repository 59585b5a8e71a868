"""A customer's cases together, as conditions ask for them (F5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dunning.answers import Account
from dunning.overdue import days_overdue

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one of the customer's cases stands; `balance` in minor units of its own currency."""

    currency: str
    balance: int
    due_on: date
    is_open: bool
    broken_promises: int


def account(currency: str, standings: Collection[Standing], day: date) -> Account:
    """What a case in this currency is told of its customer; `standings` are of all their cases, itself among them.

    Totals are of the open and overdue ones in that currency; promises broken count over the ended ones too.
    """
    still_open = [one for one in standings if one.is_open]
    owed = [one for one in still_open if one.currency == currency]
    late = [one for one in owed if one.due_on < day]
    return Account(
        overdue_total=sum([one.balance for one in late]),
        open_cases=len(still_open),
        oldest_overdue_days=max([days_overdue(one.due_on, day) for one in late], default=0),
        broken_promises=sum([one.broken_promises for one in standings]),
        next_overdue_on=min([one.due_on + DAY for one in owed if one.due_on >= day], default=None),
    )
