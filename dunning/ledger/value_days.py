"""The day from which money counts: the one on which it was sent, not the one on which we were told (P9)."""

from __future__ import annotations

from datetime import date

from dunning.case import PAID, Case
from dunning.parts import Posting


def value_day(case: Case, entry: Posting) -> date:
    """The local day of `as_of`, where the source names it; never later than the day on which it was told."""
    return case.calendar.day(entry.at if entry.as_of is None else min(entry.as_of, entry.at))


def paid_by(case: Case, day: date) -> int:
    """What payments valued to the end of that day brought, less what was taken back of them."""
    paid = [entry for entry in case.ledger if entry.kind in PAID]
    counted = {entry.id for entry in paid if entry.of is None and value_day(case, entry) <= day}
    return -sum([entry.amount for entry in paid if (entry.of or entry.id) in counted])
