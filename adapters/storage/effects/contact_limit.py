"""The messages of a customer so far, and the calls that reached them, of all their cases, for the contact limit (T7).

An intent counts from the moment it is written, so that two cases that write at the same time do not both slip under
the limit; when its outcome is known, what was really sent counts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import acts, calls
from dunning.answers import Deferred
from dunning.notices import contact_limit
from dunning.ports import Act
from dunning.records import Channel

_SENT: Final = select(acts.c.day, acts.c.messages).where(
    acts.c.customer_id == bindparam("customer"),
    acts.c.messages > 0,
    acts.c.day.between(bindparam("first"), bindparam("last")),
)

_CALLED: Final = select(calls.c.day).where(
    calls.c.customer_id == bindparam("customer"), calls.c.day.between(bindparam("first"), bindparam("last"))
)


def deferral(tx: Transaction, act: Act, customer_id: str, usable: Collection[Channel]) -> Deferred | None:
    """Until when a notice has to wait, and with it the fee that it announces; None if it need not."""

    def sent_since(first: date) -> list[date]:
        of = {"customer": customer_id, "first": first, "last": act.day}
        sent = [row["day"] for row in tx.rows(_SENT, **of) for _ in range(row["messages"])]
        return [*sent, *(row["day"] for row in tx.rows(_CALLED, **of))]

    return contact_limit.deferral(act.effect, usable, act.day, sent_since)
