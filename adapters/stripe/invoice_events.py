"""What the events of Stripe Billing's invoices say.

An invoice is demanded as a whole (`amount_due`); what was paid of it before its case opens is booked as a payment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from adapters.stripe import billing
from adapters.stripe.amounts import major
from adapters.stripe.billing_shapes import Invoice, InvoicePayment
from adapters.stripe.sayings import Demanded, GivenUp, Paid, Saying, Settled, Voided
from adapters.stripe.shapes import Envelope

_PAID: Final = "paid"


def overdue(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:
    """It was not paid in time: it opens a case, as long as it is open and something is left of it."""
    invoice = Invoice.model_validate(event.data.object)
    if not invoice.is_open:
        return ()
    failed_now = event.type == "invoice.payment_failed"
    return _demanded(invoice, zone), billing.overdue(invoice, event.created, zone, failed_now=failed_now)


def updated(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:
    """Its amount or its due date may have changed."""
    invoice = Invoice.model_validate(event.data.object)
    return (_demanded(invoice, zone),) if invoice.status == "open" else ()


def paid(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:
    """It is settled as a whole: by payments that have names, or by whatever else makes Stripe call it paid.

    Versions since 2025-03-31 name no payment here; `invoice_payment.paid` does.
    """
    invoice = Invoice.model_validate(event.data.object)
    currency = invoice.currency.upper()
    total = major(max(invoice.amount_due, invoice.amount_paid), currency)
    return (_demanded(invoice, zone), *_by_name(invoice, event), Settled(invoice.id, total, event.created))


def payment(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001 - every reader has the zone
    """A payment towards an invoice. One outside Stripe has a record there, by whose id it is known."""
    return towards(InvoicePayment.model_validate(event.data.object), event.created)


def voided(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """The demand was wrong."""
    return (Voided(Invoice.model_validate(event.data.object).id),)


def given_up(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """The creditor calls it a bad debt: given up, as by a write-off, for a payment after it is a recovery (P7)."""
    return (GivenUp(Invoice.model_validate(event.data.object).id),)


def _demanded(invoice: Invoice, zone: ZoneInfo) -> Demanded:
    amount = major(invoice.amount_due, invoice.currency.upper())
    return Demanded(invoice.id, amount, billing.due_on(invoice, zone) if invoice.due_date else None)


def _by_name(invoice: Invoice, event: Envelope) -> tuple[Saying, ...]:
    """The payments that the invoice itself names."""
    if invoice.payments is not None:
        return tuple(saying for one in invoice.payments.data for saying in towards(one, event.created))
    names = tuple(name for name in (invoice.payment_intent, invoice.charge) if name)
    # An invoice that was paid elsewhere still names the payment that it had been waiting for.
    if not names or invoice.paid_out_of_band or not invoice.amount_paid:
        return ()
    currency = invoice.currency.upper()
    return (Paid(invoice.id, names, major(invoice.amount_paid, currency), currency, event.created, by_invoice=True),)


def towards(one: InvoicePayment, at: datetime) -> tuple[Paid, ...]:
    """What was paid by one payment, as far as it came to anything; `at` is the moment of its state."""
    by = one.payment
    name = by.payment_intent or by.charge or by.payment_record or one.id
    if one.status != _PAID or not one.amount_paid:
        return ()
    currency = one.currency.upper()
    return (Paid(one.invoice, (name,), major(one.amount_paid, currency), currency, at, by_invoice=True),)
