"""What is known under an id: what was told first, and where a payment is booked (P1, P9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox
from adapters.storage.inbox.message import ReceivedMessage, same_content
from adapters.storage.tables import invoices, postings, told
from dunning.facts import PaymentReceived
from dunning.ledger import allocations
from dunning.messages import ABOUT_OTHERS
from dunning.money import major

_BOOKED: Final = (
    select(postings.c.invoice_id, postings.c.amount, invoices.c.currency)
    .join(invoices, invoices.c.id == postings.c.invoice_id)
    .where(postings.c.kind == "payment", postings.c.id == bindparam("payment"))
)
_TOLD: Final = select(told.c.number, told.c.body).where(
    told.c.invoice_id == bindparam("invoice"), told.c.identity == bindparam("identity")
)


def told_as(tx: Transaction, invoice_id: str, identity: str) -> RowMapping | None:
    """The number and the body of the message that this case was told under this identity."""
    return tx.row(_TOLD, invoice=invoice_id, identity=identity)


def first_told(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> dict[str, Any] | None:
    """What was told first under the id of this message, where that was something else (P1)."""
    if not message.body.get("id") or message.name in ABOUT_OTHERS:
        return None
    known = told_as(tx, invoice_id, message.known_as(tx))
    if known is None:
        return None
    [invoice] = tx.rows(inbox.ADDRESSEE, invoice=invoice_id)
    first: dict[str, Any] = known["body"]
    return None if same_content(message, first, invoice["currency"]) else first


def booked_elsewhere(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> dict[str, Decimal]:
    """Where a payment is booked that this invoice was never told of: an id is one payment over all invoices (P9)."""
    if message.name != PaymentReceived.name or told_as(tx, invoice_id, message.known_as(tx)):
        return {}
    payment = allocations.payment_of(message.name, message.body)
    return {} if payment is None else booked(tx, payment)


def booked(tx: Transaction, payment: str) -> dict[str, Decimal]:
    """The invoices on which this payment is booked, each with its part."""
    return {row["invoice_id"]: major(-row["amount"], row["currency"]) for row in tx.rows(_BOOKED, payment=payment)}
