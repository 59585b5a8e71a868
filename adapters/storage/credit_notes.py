"""A credit note of a customer, for whatever they owe: a document of nothing, on which the credit stands (P8).

It is kept beside the invoices, so that it is used, taken back and shown as every other credit is. No case opens for it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import parts
from adapters.storage.inbox.message import read_message
from adapters.storage.register import add_invoice
from adapters.storage.tables import invoices, postings
from dunning.errors import Conflict
from dunning.messages import Credit
from dunning.money import decimal_string
from dunning.records import Invoice

_DOCUMENT: Final = select(invoices).where(invoices.c.id == bindparam("invoice"))
_CREDITED: Final = select(postings.c.amount).where(
    postings.c.invoice_id == bindparam("invoice"), postings.c.kind == "credit", postings.c.id == bindparam("credit")
)


def credit_customer(
    tx: Transaction, customer_id: str, credit: str, amount: int, currency: str, issued_on: date, at: datetime
) -> bool:
    """Credit a customer with `amount` in minor units, once under the id `credit`; whether it is new.

    Raises `Conflict` where something else has that id.
    """
    known = tx.row(_DOCUMENT, invoice=credit)
    if known is not None:
        same = (known["customer_id"], known["currency"], known["amount"]) == (customer_id, currency, 0)
        if not same or credited(tx, credit, credit) != amount:
            raise Conflict(f"credit: found {credit} registered with other content")
        return False
    document = {"id": credit, "currency": currency, "amount": 0, "issued_on": issued_on, "due_on": issued_on}
    add_invoice(tx, customer_id, Invoice.model_validate(document), at)
    return credit_invoice(tx, credit, credit, amount, currency, at)


def credit_invoice(tx: Transaction, invoice_id: str, credit: str, amount: int, currency: str, at: datetime) -> bool:
    """Credit an invoice, once (P6); whether it is new. Raises `Conflict` where that id had another amount."""
    known = credited(tx, invoice_id, credit)
    if known is not None and known != amount:
        raise Conflict(f"credit: found {credit} registered with other content")
    body = {"id": credit, "amount": decimal_string(amount, currency), "currency": currency, "at": at.isoformat()}
    return parts.bring(tx, invoice_id, read_message(Credit.name, body, at))


def credited(tx: Transaction, invoice_id: str, credit: str) -> int | None:
    """What was credited under that id, in minor units."""
    amount = tx.value(_CREDITED, invoice=invoice_id, credit=credit)
    return None if amount is None else -int(amount)
