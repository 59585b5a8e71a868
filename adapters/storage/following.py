"""What follows from a message in the system of record: money booked, addresses changed, stops kept.

A fact in another currency, or an amount that its currency does not have, is kept but booked nowhere (F2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from adapters.storage import attempts, contacts, ledger
from adapters.storage.message import Heard
from adapters.storage.tables import invoices
from adapters.storage.transaction import Transaction
from dunning.errors import MoneyError
from dunning.messages import (
    Bounced,
    ConsentWithdrawn,
    Contact,
    Credit,
    CustomerRelease,
    CustomerStop,
    Delivered,
    InvoiceChanged,
    MethodAdded,
    MethodRemoved,
    PaymentFailed,
    PaymentReceived,
    PaymentReversed,
)
from dunning.money import minor


def follow(tx: Transaction, invoice: Mapping[Any, Any], heard: Heard) -> None:
    """Change what this message changes. `invoice` has an id, a customer_id and a currency."""
    currency = getattr(heard.message, "currency", None)
    if currency is not None and currency != invoice["currency"]:
        return
    try:
        _money(tx, invoice["id"], invoice["currency"], heard)
    except MoneyError:
        return
    _contact(tx, invoice["id"], invoice["customer_id"], heard)


def _money(tx: Transaction, invoice_id: str, currency: str, heard: Heard) -> None:
    at = heard.at
    match heard.message:
        case PaymentReceived(id=payment, amount=amount, as_of=as_of):
            ledger.paid(tx, invoice_id, payment, minor(amount, currency), at, as_of=as_of)
            attempts.settled(tx, payment, "approved")
        case PaymentFailed(id=payment):
            attempts.settled(tx, payment, "failed")
        case PaymentReversed(id=reversal, payment_id=payment, amount=amount, as_of=as_of, code=code):
            ledger.taken_back(tx, invoice_id, reversal, payment, minor(amount, currency), at, as_of)
            if code is not None:
                attempts.returned(tx, payment, code)
        case Credit(id=credit, amount=amount):
            ledger.book(tx, invoice_id, "credit", credit, -minor(amount, currency), at)
            ledger.recover(tx, invoice_id, heard.identity, at)
        case InvoiceChanged(due_on=due_on, amount=amount):
            changes = {"due_on": due_on, "amount": None if amount is None else minor(amount, currency)}
            changed = {name: value for name, value in changes.items() if value is not None}
            if changed:
                tx.change(update(invoices).where(invoices.c.id == invoice_id).values(changed))
            ledger.recover(tx, invoice_id, heard.identity, at)
        case _:
            pass


def _contact(tx: Transaction, invoice_id: str, customer_id: str, heard: Heard) -> None:
    at = heard.at
    match heard.message:
        case Contact() as fact:
            contacts.reached_anew(tx, customer_id, fact)
        case Bounced() as fact:
            contacts.bounced(tx, invoice_id, customer_id, fact, at)
        case Delivered() as fact:
            contacts.delivered(tx, invoice_id, fact, at)
        case MethodAdded() as fact:
            contacts.method_added(tx, customer_id, fact, at)
        case MethodRemoved() as fact:
            contacts.method_removed(tx, customer_id, fact)
        case ConsentWithdrawn():
            contacts.stands(tx, customer_id, "consent_withdrawn", heard.name, heard.body, at)
        case CustomerStop() | CustomerRelease():
            contacts.stands(tx, customer_id, "stopped", heard.name, heard.body, at)
        case _:
            pass
