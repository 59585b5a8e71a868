"""The arithmetic of a ledger: each payment once, a reversal never beyond its payment, what is given up (P1, P5, P7).

Pure functions over entries, in minor units. The case asks them of its own ledger and the store of its rows, so that
what the one believes and what the other keeps is one balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dunning.parts import Posting
from dunning.value import altered


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How much of its payment a reversal takes back: `now`, or nothing yet, where all of it `waits` for the payment.

    Less than nothing is what comes back where a reversal is lifted.
    """

    now: int
    waits: bool = False


def knows(ledger: Iterable[Posting], payment_id: str) -> bool:
    """Whether this payment is booked already, by whomever (P1)."""
    return any(entry.kind == "payment" and entry.id == payment_id for entry in ledger)


def brings(entry: Posting, payment_id: str) -> bool:
    """Whether the entry is money of this payment that came in, or that was taken back and came again."""
    return entry.kind in {"payment", "lifted"} and _is_of(payment_id, entry)


def taken_back(reversal: Posting, ledger: Iterable[Posting], waiting: Iterable[Posting]) -> TakenBack | None:
    """What a reversal comes to, or the lifting of one; None where it is older than what is known of its payment (P5).

    Of a payment all that was told of it is taken back, less what was lifted, and never more than it was. So what comes
    to nothing is to be booked all the same: it may be the newest that is known, and it counts when more is told.
    `waiting` are those that came before their payment.
    """
    booked = [entry for entry in ledger if _is_of(reversal.of, entry)]
    known = [*booked, *(entry for entry in waiting if entry.of == reversal.of)]
    if any(_older(reversal.as_of, entry.as_of) for entry in known):
        return None
    payment = next((entry for entry in booked if entry.kind == "payment"), None)
    if payment is None:
        return TakenBack(0, waits=True)
    told = sum([entry.told for entry in booked])
    return TakenBack(_stands(told + reversal.told, payment) - _stands(told, payment))


def netted(payment: Posting, waiting: Iterable[Posting]) -> list[Posting]:
    """The reversals that waited for this payment, each with what it takes of it: nothing if it is older (P5)."""
    told, found = 0, []
    for reversal in waiting:
        if reversal.of != payment.id:
            continue
        if _older(reversal.as_of, payment.as_of):
            found.append(altered(reversal, amount=0, told=0))
            continue
        before, told = told, told + reversal.told
        found.append(altered(reversal, amount=_stands(told, payment) - _stands(before, payment)))
    return found


def recovered(balance: int, ledger: Iterable[Posting]) -> int:
    """How much of what was given up has come in: it is nobody's credit, but takes back of the write-off (P7)."""
    if balance >= 0:
        return 0
    return min(-balance, -sum([entry.amount for entry in ledger if entry.kind == "write_off"]))


def lost_again(balance: int, ledger: Iterable[Posting]) -> int:
    """How much is given up again when what was recovered is taken back; first goes what was used elsewhere (P7, P8)."""
    return max(balance - sum([entry.amount for entry in ledger if entry.kind == "used"]), 0)


def _stands(told: int, payment: Posting) -> int:
    """How much of a payment is taken back where so much was told in all."""
    return min(max(told, 0), -payment.amount)


def _is_of(payment_id: str | None, entry: Posting) -> bool:
    if entry.kind == "payment":
        return entry.id == payment_id
    return entry.kind in {"reversal", "lifted"} and entry.of == payment_id


def _older(one: datetime | None, other: datetime | None) -> bool:
    """Whether one state of a payment is surely from before the other."""
    return one is not None and other is not None and one < other
