"""A promise that counts as broken, and proves kept: its money was sent in time and came late (P9, A2)."""

from __future__ import annotations

from datetime import timedelta

from dunning.case import Case
from dunning.ledger import value_days


def proved(case: Case) -> Case:
    """The case without the broken promises that payments of their days have kept."""
    for promise in case.lapsed:
        last = case.calendar.day(promise.lapses_at - timedelta(microseconds=1))
        if value_days.paid_by(case, last) - promise.paid_before >= promise.amount:
            rest = tuple(one for one in case.lapsed if one is not promise)
            case = case.evolve(lapsed=rest, broken_promises=case.broken_promises - 1)
            why = "the money was sent in time: the promise does not count as broken"
            case = case.note("proved", promise.id, "P9", why, amount=promise.amount)
    return case
