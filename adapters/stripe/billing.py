"""Stripe Billing as a source of cases: its invoices and payment methods as the rules know them, and its attempts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from adapters.billing_system import OutsideAttempt
from adapters.stripe import billing_shapes as stripe
from adapters.stripe.amounts import from_stripes_units
from adapters.stripe.customers import customer_of_invoice
from adapters.stripe.event_meanings import InvoiceOverdue
from adapters.stripe.payment_shapes import ChargeObject, NetworkOutcome
from dunning.records import Invoice, Method

_FOUR: Final = re.compile("[0-9]{4}")
# Whose rules bind the method, by Stripe's names for methods and card brands.
NETWORKS: Final = {
    "sepa_debit": "sepa_dd", "bacs_debit": "bacs", "us_bank_account": "ach", "american_express": "amex",
}  # fmt: skip


def overdue_invoice(
    invoice: stripe.InvoiceObject,
    at: datetime,
    zone: ZoneInfo,
    *,
    customer: stripe.CustomerObject | None = None,
    stored: Sequence[stripe.PaymentMethod] = (),
    failed: Sequence[ChargeObject] = (),
    failed_now: bool = False,
) -> InvoiceOverdue:
    """All that is known of an invoice that was not paid in time; `failed` are its attempts, as far as they are known.

    `failed_now`: the last attempt failed at the moment `at`.
    """
    return InvoiceOverdue(
        invoice=demanded_invoice(invoice, at, zone),
        customer=customer_of_invoice(invoice, customer),
        methods=stored_methods(invoice, customer, stored),
        paid=from_stripes_units(invoice.amount_paid, invoice.currency.upper()),
        attempts=earlier_attempts(invoice, failed, at, failed_now=failed_now),
    )


def demanded_invoice(invoice: stripe.InvoiceObject, at: datetime, zone: ZoneInfo) -> Invoice:
    """The invoice. How Stripe collects it, `charge_automatically` or `send_invoice`, is a tag that policies can ask."""
    currency = invoice.currency.upper()
    return Invoice(
        id=invoice.id,
        currency=currency,
        amount=from_stripes_units(invoice.amount_due, currency),
        issued_on=_finalised(invoice, zone),
        due_on=invoice_due_on(invoice, zone) or at.astimezone(zone).date(),
        tags=(invoice.collection_method,) if invoice.collection_method else (),
    )


def invoice_due_on(invoice: stripe.InvoiceObject, zone: ZoneInfo) -> date | None:
    """The due date; one that is charged by itself has none, and is due on the day on which it was finalised."""
    return invoice.due_date.astimezone(zone).date() if invoice.due_date else _finalised(invoice, zone)


def stored_methods(
    invoice: stripe.InvoiceObject, customer: stripe.CustomerObject | None, stored: Sequence[stripe.PaymentMethod]
) -> tuple[Method, ...]:
    """How they can be charged: the invoice's own method first, then the customer's default, then the others."""
    settings = customer.invoice_settings if customer else None
    first = (invoice.default_payment_method, settings.default_payment_method if settings else None)
    known = {one.id: stored_method(one) for one in stored}
    if not known:
        return tuple(Method(id=name) for name in dict.fromkeys(first) if name)
    order = dict.fromkeys([*(name for name in first if name in known), *known])
    return tuple(known[name] for name in order)


def stored_method(one: stripe.PaymentMethod) -> Method:
    """A payment method; the network of a card is its brand, that of a bank debit its scheme."""
    details = one.details
    network = details.brand if one.type == "card" else one.type
    last4 = details.last4 if details.last4 and _FOUR.fullmatch(details.last4) else None
    brand = details.brand or details.bank_name or details.bank_code
    known = NETWORKS.get(network or "", network)
    return Method(id=one.id, network=known, brand=brand, last4=last4, expires=details.expires)


def earlier_attempts(
    invoice: stripe.InvoiceObject, failed: Sequence[ChargeObject], at: datetime, *, failed_now: bool
) -> tuple[OutsideAttempt, ...]:
    """The attempts that Stripe made, as many as it counts: `failed` in their order, as far as they are known.

    `at` is the moment of the event; `failed_now`: the last of them failed then. Of one of which only the number is
    known, the first was made when the invoice was finalised, and any other at the latest then.
    """
    amount = from_stripes_units(invoice.amount_remaining, invoice.currency.upper())
    begun = (invoice.status_transitions and invoice.status_transitions.finalized_at) or invoice.created or at
    known = {number: _attempt(number, charge, at) for number, charge in enumerate(failed[: invoice.attempt_count], 1)}
    for number in range(len(known) + 1, invoice.attempt_count + 1):
        last = failed_now and number == invoice.attempt_count
        moment = begun if number == 1 and not last else at
        known[number] = OutsideAttempt(number, min(moment, at), amount, certain=last)
    return tuple(known.values())


def _attempt(number: int, charge: ChargeObject, at: datetime) -> OutsideAttempt:
    said, amount = charge.outcome or NetworkOutcome(), from_stripes_units(charge.amount, charge.currency.upper())
    return OutsideAttempt(
        number, charge.created or at, amount, charge.payment_method, said.reason or charge.failure_code,
        said.network_decline_code, said.network_advice_code,
    )  # fmt: skip


def _finalised(invoice: stripe.InvoiceObject, zone: ZoneInfo) -> date | None:
    moment = (invoice.status_transitions and invoice.status_transitions.finalized_at) or invoice.created
    return moment.astimezone(zone).date() if moment else None
