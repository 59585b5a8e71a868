"""What is known under an id: what was told first, and where a payment is booked (P1, P9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox
from adapters.storage.inbox.message import ReceivedMessage, read_message, same_content
from adapters.storage.tables import invoices, postings, told
from dunning.facts import PaymentReceived
from dunning.free_text import GONE, is_reference, reference, with_free_text
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
    """What was told first under the id of this message, if anything was (P1)."""
    if not message.body.get("id") or message.name in ABOUT_OTHERS:
        return None
    known = told_as(tx, invoice_id, message.known_as(tx))
    return None if known is None else known["body"]


def says_the_same(tx: Transaction, invoice_id: str, message: ReceivedMessage, first: dict[str, Any]) -> bool:
    """Whether a message says what was told first under its id; the same words are the same by reference (O3)."""
    [invoice] = tx.rows(inbox.ADDRESSEE, invoice=invoice_id)
    by_reference = read_message(message.name, _by_reference(tx, message.body), message.at)
    return same_content(by_reference, _by_reference(tx, first), invoice["currency"])


def was_told_word_for_word(tx: Transaction, first: dict[str, Any]) -> bool:
    """Whether a case knows the words themselves, having been told them directly."""
    return _by_reference(tx, first) != first


def _by_reference(tx: Transaction, body: dict[str, Any]) -> dict[str, Any]:
    def referred(text: str) -> str:
        return text if text == GONE or is_reference(text) else reference(text, tx.fingerprint_key)

    return with_free_text(body, referred)


def booked_elsewhere(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> dict[str, Decimal]:
    """Where a payment is booked that this invoice was never told of: an id is one payment over all invoices (P9)."""
    if message.name != PaymentReceived.name or told_as(tx, invoice_id, message.known_as(tx)):
        return {}
    payment = allocations.payment_of(message.name, message.body)
    return {} if payment is None else booked(tx, payment)


def booked(tx: Transaction, payment: str) -> dict[str, Decimal]:
    """The invoices on which this payment is booked, each with its part."""
    return {row["invoice_id"]: major(-row["amount"], row["currency"]) for row in tx.rows(_BOOKED, payment=payment)}
