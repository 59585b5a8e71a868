"""What the events of Stripe Billing's invoices say.

An invoice is demanded as a whole (`amount_due`); what was paid of it before its case opens is booked as a payment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from adapters.stripe import billing
from adapters.stripe.amounts import from_stripes_units
from adapters.stripe.billing_shapes import InvoiceObject, InvoicePayment
from adapters.stripe.event_meanings import Demanded, GivenUp, Meaning, PaymentMade, Settled, Voided
from adapters.stripe.shapes import EventEnvelope

_PAID: Final = "paid"


def read_overdue(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:
    """It was not paid in time: it opens a case, as long as it is open and something is left of it."""
    invoice = InvoiceObject.model_validate(event.data.object)
    if not invoice.is_open:
        return ()
    failed_now = event.type == "invoice.payment_failed"
    return _demanded(invoice, zone), billing.overdue_invoice(invoice, event.created, zone, failed_now=failed_now)


def read_updated(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:
    """Its amount or its due date may have changed."""
    invoice = InvoiceObject.model_validate(event.data.object)
    return (_demanded(invoice, zone),) if invoice.status == "open" else ()


def read_paid(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:
    """It is settled as a whole: by payments that have names, or by whatever else makes Stripe call it paid.

    Versions since 2025-03-31 name no payment here; `invoice_payment.paid` does.
    """
    invoice = InvoiceObject.model_validate(event.data.object)
    currency = invoice.currency.upper()
    total = from_stripes_units(max(invoice.amount_due, invoice.amount_paid), currency)
    return (_demanded(invoice, zone), *_by_name(invoice, event), Settled(invoice.id, total, event.created))


def read_invoice_payment(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001 - every reader has the zone
    """A payment towards an invoice. One outside Stripe has a record there, by whose id it is known."""
    return payments_towards(InvoicePayment.model_validate(event.data.object), event.created)


def read_voided(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """The demand was wrong."""
    return (Voided(InvoiceObject.model_validate(event.data.object).id),)


def read_uncollectible(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """The creditor calls it a bad debt: given up, as by a write-off, for a payment after it is a recovery (P7)."""
    return (GivenUp(InvoiceObject.model_validate(event.data.object).id),)


def _demanded(invoice: InvoiceObject, zone: ZoneInfo) -> Demanded:
    amount = from_stripes_units(invoice.amount_due, invoice.currency.upper())
    return Demanded(invoice.id, amount, billing.invoice_due_on(invoice, zone) if invoice.due_date else None)


def _by_name(invoice: InvoiceObject, event: EventEnvelope) -> tuple[Meaning, ...]:
    """The payments that the invoice itself names."""
    if invoice.payments is not None:
        return tuple(saying for one in invoice.payments.data for saying in payments_towards(one, event.created))
    names = tuple(name for name in (invoice.payment_intent, invoice.charge) if name)
    # An invoice that was paid elsewhere still names the payment that it had been waiting for.
    if not names or invoice.paid_out_of_band or not invoice.amount_paid:
        return ()
    currency = invoice.currency.upper()
    return (
        PaymentMade(
            invoice.id,
            names,
            from_stripes_units(invoice.amount_paid, currency),
            currency,
            event.created,
            by_invoice=True,
        ),
    )


def payments_towards(one: InvoicePayment, at: datetime) -> tuple[PaymentMade, ...]:
    """What was paid by one payment, as far as it came to anything; `at` is the moment of its state."""
    by = one.payment
    name = by.payment_intent or by.charge or by.payment_record or one.id
    if one.status != _PAID or not one.amount_paid:
        return ()
    currency = one.currency.upper()
    return (
        PaymentMade(one.invoice, (name,), from_stripes_units(one.amount_paid, currency), currency, at, by_invoice=True),
    )
