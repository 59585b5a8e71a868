"""What customers owe: their open cases, counted and summed in each currency; one query for as many as are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import cases, invoices

_OWED: Final = (
    select(
        cases.c.customer_id, invoices.c.currency, func.count().label("cases"), func.sum(cases.c.balance).label("owed"),
        func.min(invoices.c.due_on).label("oldest"),
    )
    .join(invoices, invoices.c.id == cases.c.invoice_id)
    .where(cases.c.customer_id.in_(bindparam("ids", expanding=True)), cases.c.outcome.is_(None))
    .group_by(cases.c.customer_id, invoices.c.currency)
    .order_by(invoices.c.currency)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """`sums` are by currency, in minor units; `oldest` is the first due date of the open cases, None without any."""

    cases: int = 0
    sums: tuple[tuple[str, int], ...] = ()
    oldest: date | None = None


NOTHING: Final = Owed()


def owed_by(tx: Transaction, ids: Collection[str]) -> Mapping[str, Owed]:
    """What each of these customers owes; who owes nothing is left out."""
    found: dict[str, Owed] = {}
    for row in tx.rows(_OWED, ids=list(ids)) if ids else ():
        before = found.get(row["customer_id"], NOTHING)
        oldest = row["oldest"] if before.oldest is None else min(before.oldest, row["oldest"])
        sums = (*before.sums, (row["currency"], int(row["owed"])))
        found[row["customer_id"]] = Owed(before.cases + row["cases"], sums, oldest)
    return found
