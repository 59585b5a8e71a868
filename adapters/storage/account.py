"""A customer's cases together, as conditions ask for them (F5)."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import bindparam, or_, select

from adapters.storage.ledger import balance
from adapters.storage.tables import cases, invoices
from adapters.storage.transaction import Transaction
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


def account(tx: Transaction, invoice_id: str, day: date) -> Account:
    """The customer's open cases on that day, this one among them; promises broken count over the ended ones too.

    Totals are of the overdue ones in this invoice's currency, in its minor units.
    """
    rows = tx.rows(_CASES, invoice=invoice_id)
    still_open = [row for row in rows if row["outcome"] is None]
    currency = next((row["currency"] for row in rows if row["id"] == invoice_id), None)
    late = [row for row in still_open if row["due_on"] < day and row["currency"] == currency]
    return Account(
        overdue_total=sum(row["balance"] for row in late),
        open_cases=len(still_open),
        oldest_overdue_days=max(((day - row["due_on"]).days for row in late), default=0),
        broken_promises=sum(row["broken_promises"] or 0 for row in rows),
    )
