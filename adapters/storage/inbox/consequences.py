"""What follows from a message in the system of record: money booked, addresses changed, stops kept.

A fact in another currency, or an amount that its currency does not have, is kept but booked nowhere (F2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import update

from adapters.storage import ledger
from adapters.storage.effects import attempts
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import contacts
from adapters.storage.inbox.message import ReceivedMessage
from adapters.storage.tables import cases, invoices
from adapters.storage.unopened import close_if_idle
from dunning.channels import BY_PHONE
from dunning.ledger import allocations
from dunning.messages import (
    Away,
    Bounced,
    Call,
    Complained,
    ConsentWithdrawn,
    Contact,
    Credit,
    CreditMoved,
    CustomerRelease,
    CustomerStop,
    Delivered,
    InvoiceChanged,
    MethodAdded,
    MethodRemoved,
    OptedOut,
    PaymentFailed,
    PaymentReceived,
    PaymentReversed,
    ReversalLifted,
)
from dunning.money import minor
from dunning.parts import Posting
from dunning.unapplied import mistake

LOWERS_THE_BALANCE: Final = frozenset(
    kind.name for kind in (PaymentReceived, ReversalLifted, Credit, CreditMoved, InvoiceChanged)
)


def apply_message(tx: Transaction, invoice: Mapping[Any, Any], heard: ReceivedMessage) -> None:
    """Change what this message changes. `invoice` has an id, a customer_id and a currency."""
    if mistake(heard.message, invoice["currency"]) is None:
        _money(tx, invoice["id"], invoice["currency"], heard)
        _credit_moved(tx, invoice["id"], invoice["currency"], heard)
        _contact(tx, invoice["id"], invoice["customer_id"], heard)
        if heard.name in LOWERS_THE_BALANCE:
            close_if_idle(tx, invoice["id"], heard.at)


def _money(tx: Transaction, invoice_id: str, currency: str, heard: ReceivedMessage) -> None:
    at = heard.at
    match heard.message:
        case PaymentReceived(id=payment, as_of=as_of) as fact:
            amount = minor(allocations.own(fact, invoice_id), currency)
            if amount:
                ledger.book_payment(tx, invoice_id, payment, amount, at, as_of=as_of, origin=heard.origin)
            attempts.settle_debit(tx, payment, "approved")
        case PaymentFailed(id=payment):
            attempts.settle_debit(tx, payment, "failed")
        case PaymentReversed() as fact:
            _reversed(tx, invoice_id, currency, heard, fact)
        case ReversalLifted(id=reversal, payment_id=payment, as_of=as_of) as fact:
            told = -minor(allocations.own(fact, invoice_id), currency)
            if told:
                entry = Posting("lifted", reversal, told, at, of=payment, as_of=as_of, told=told)
                ledger.book_reversal(tx, invoice_id, entry, origin=heard.origin)
        case Credit(id=credit, amount=amount):
            ledger.book_posting(tx, invoice_id, "credit", credit, -minor(amount, currency), at, origin=heard.origin)
            ledger.recover(tx, invoice_id, heard.known_as(tx), at)
        case InvoiceChanged() as fact:
            _changed(tx, invoice_id, currency, fact)
            ledger.recover(tx, invoice_id, heard.known_as(tx), at)
        case _:
            pass


def _changed(tx: Transaction, invoice_id: str, currency: str, fact: InvoiceChanged) -> None:
    """Another due date or amount: the invoice may ask for a case again, and lists show the new day."""
    amount = None if fact.amount is None else minor(fact.amount, currency)
    changes = {name: value for name, value in (("due_on", fact.due_on), ("amount", amount)) if value is not None}
    if changes:
        tx.change(update(invoices).where(invoices.c.id == invoice_id).values(**changes, at_rest=False))
    if fact.due_on is not None:
        tx.change(update(cases).where(cases.c.invoice_id == invoice_id).values(due_on=fact.due_on))


def _reversed(tx: Transaction, invoice_id: str, currency: str, heard: ReceivedMessage, fact: PaymentReversed) -> None:
    """A payment taken back, of one with parts this invoice's own (P5, P9)."""
    told = minor(allocations.own(fact, invoice_id), currency)
    if told:
        entry = Posting("reversal", fact.id, told, heard.at, of=fact.payment_id, as_of=fact.as_of, told=told)
        ledger.book_reversal(tx, invoice_id, entry, origin=heard.origin)
    if fact.code is not None:
        attempts.return_debit(tx, fact.payment_id, fact.code)


def _credit_moved(tx: Transaction, invoice_id: str, currency: str, heard: ReceivedMessage) -> None:
    match heard.message:
        case CreditMoved(id=use, amount=amount, side=side, of=of, invoice=other):
            more = {"payment_id": of, "other": other}
            ledger.book_posting(tx, invoice_id, side, use, minor(amount, currency), heard.at, origin="case", **more)
            ledger.recover(tx, invoice_id, heard.known_as(tx), heard.at)
        case _:
            pass


def _contact(tx: Transaction, invoice_id: str, customer_id: str, heard: ReceivedMessage) -> None:  # noqa: C901 - one row for each
    at = heard.at
    match heard.message:
        case Contact() as fact:
            contacts.change_addresses(tx, customer_id, fact)
        case Bounced() as fact:
            contacts.mark_bounced(tx, invoice_id, customer_id, fact, at)
        case Delivered() as fact:
            contacts.mark_delivered(tx, invoice_id, fact, at)
        case Complained() | OptedOut() as fact:
            contacts.stop_using_address(tx, customer_id, fact.channel)
        case Call(result="wrong_number"):
            contacts.stop_using_address(tx, customer_id, BY_PHONE)
        case Away() as fact:
            contacts.keep_absence(tx, customer_id, fact, heard.body, at)
        case MethodAdded() as fact:
            contacts.keep_method(tx, customer_id, fact, at)
        case MethodRemoved() as fact:
            contacts.drop_method(tx, customer_id, fact)
        case ConsentWithdrawn():
            contacts.keep_standing_order(tx, customer_id, "consent_withdrawn", heard)
        case CustomerStop() | CustomerRelease():
            contacts.keep_standing_order(tx, customer_id, "stopped", heard)
        case _:
            pass
    contacts.keep_stop_by_text(tx, customer_id, heard)
