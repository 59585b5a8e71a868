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
from dunning.records import Invoice

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
    .where(or_(cases.c.invoice_id.is_not(None), invoices.c.id == bindparam("invoice")))
)
_ITS_CUSTOMERS: Final = _CASES.where(invoices.c.customer_id == _WHOSE)
_THE_CUSTOMERS: Final = _CASES.where(invoices.c.customer_id == bindparam("customer"))


def account_of(tx: Transaction, invoice_id: str, day: date) -> Account:
    """The customer's cases on that day, this one among them, also while it has none yet."""
    rows = tx.rows(_ITS_CUSTOMERS, invoice=invoice_id)
    currency = next((row["currency"] for row in rows if row["id"] == invoice_id), "")
    return account(currency, [_standing(row) for row in rows], day)


def account_with(tx: Transaction, customer_id: str, invoice: Invoice, day: date) -> Account:
    """The same for an invoice of the customer that is not registered yet."""
    rows = tx.rows(_THE_CUSTOMERS, customer=customer_id, invoice=invoice.id)
    new = Standing(invoice.currency, invoice.minor, invoice.due_on, True, 0)  # noqa: FBT003 - it would be open
    return account(invoice.currency, [*map(_standing, rows), new], day)


def _standing(row: RowMapping) -> Standing:
    is_open, broken = row["outcome"] is None, row["broken_promises"] or 0
    return Standing(row["currency"], row["balance"], row["due_on"], is_open, broken)
