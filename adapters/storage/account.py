"""A customer's cases together, as conditions ask for them (F5)."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import RowMapping, bindparam, or_, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.ledger import balance
from adapters.storage.tables import cases, invoices
from dunning.account import Standing, account
from dunning.answers import Account

_WHOSE: Final = select(invoices.c.customer_id).where(invoices.c.id == bindparam("invoice")).scalar_subquery()
_CASES: Final = (
    select(
        invoices.c.id,
        invoices.c.currency,
        invoices.c.due_on,
        balance().label("balance"),
        cases.c.outcome,
        cases.c.broken_promises,
    )
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    .where(
        invoices.c.customer_id == _WHOSE,
        or_(cases.c.invoice_id.is_not(None), invoices.c.id == bindparam("invoice")),
    )
)


def account_of(tx: Transaction, invoice_id: str, day: date) -> Account:
    """The customer's cases on that day, this one among them, also while it has none yet."""
    rows = tx.rows(_CASES, invoice=invoice_id)
    currency = next((row["currency"] for row in rows if row["id"] == invoice_id), "")
    return account(currency, [_standing(row) for row in rows], day)


def _standing(row: RowMapping) -> Standing:
    is_open, broken = row["outcome"] is None, row["broken_promises"] or 0
    return Standing(row["currency"], row["balance"], row["due_on"], is_open, broken)
