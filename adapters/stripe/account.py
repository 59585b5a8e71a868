"""Stripe Billing, asked for what an event leaves out, and told which payment of ours pays an invoice of its own.

An event shows an invoice as it was. Versions of Stripe's API since 2025-03-31 tell nothing in it of the attempts but
their number, and nothing of whose payments paid it; none has ever told how the customer can be charged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import stripe
import structlog
from pydantic import ValidationError

from adapters.billing_system import BillingUnavailable
from adapters.stripe.billing import overdue_invoice
from adapters.stripe.billing_attachment import attach_payment
from adapters.stripe.billing_shapes import CustomerObject, InvoiceObject, InvoicePayment, PaymentMethod
from adapters.stripe.event_meanings import InvoiceOverdue, PaymentMade
from adapters.stripe.invoice_events import payments_towards
from adapters.stripe.payment_events import payment_by_itself
from adapters.stripe.payment_shapes import ChargeObject, PaymentIntent

T = TypeVar("T")

PATIENCE: Final = timedelta(seconds=8)  # Stripe itself waits a little longer for our answer to its event
_MOST: Final = 100
_INTENT: Final = "pi_"
_LOG: Final = structlog.get_logger("dunning.stripe")
_LATER: Final = (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError, TimeoutError)


class StripeAccount:
    """The key needs to read customers and payments, and to write invoices."""

    def __init__(self, client: stripe.StripeClient, zone: ZoneInfo, patience: timedelta = PATIENCE) -> None:
        """Days of invoices are counted in `zone`, the creditor's."""
        self._client, self._stripe, self._zone, self._patience = client, client.v1, zone, patience

    async def overdue(self, told: InvoiceOverdue, at: datetime) -> InvoiceOverdue | None:
        """The invoice of the event at `at` as it is now; None if nothing is left of it.

        Where Stripe does not let us look, what the event told has to do. Raises `BillingUnavailable` where it does not
        answer, so that the event is sent again.
        """
        return await self._looked(self._overdue(told, at), otherwise=told)

    async def payments(self, invoice_id: str, at: datetime) -> tuple[PaymentMade, ...] | None:
        """What paid the invoice, each under our key where the ladder made it; None where Stripe lets us not look.

        Raises `BillingUnavailable`.
        """
        return await self._looked(self._payments(invoice_id, at), otherwise=None)

    async def attach(self, invoice_id: str, payment: str) -> None:
        """Let a payment on our ledger pay its invoice of Stripe Billing too. Raises `BillingUnavailable`."""
        if not await attach_payment(self._client, invoice_id, payment):
            raise BillingUnavailable(
                "stripe: found no answer to a payment that was attached; allowed to attach it later"
            )

    async def _looked(self, look: Awaitable[T], otherwise: T) -> T:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await look
        except _LATER as error:
            raise BillingUnavailable(
                f"stripe: found no answer ({type(error).__name__}); allowed to ask later"
            ) from None
        except (stripe.StripeError, ValidationError) as error:
            _LOG.warning("Stripe does not let us look at an invoice", error=type(error).__name__)
            return otherwise

    async def _payments(self, invoice_id: str, at: datetime) -> tuple[PaymentMade, ...]:
        page = await self._stripe.invoice_payments.list_async({"invoice": invoice_id, "limit": _MOST})
        told = [payments_towards(InvoicePayment.model_validate(one.to_dict()), at) for one in page.data]
        return tuple([await self._by_itself(paid) for every in told for paid in every])

    async def _by_itself(self, paid: PaymentMade) -> PaymentMade:
        """A payment of the ladder's as it tells itself: by its key, and whole, whatever went to the invoice."""
        if not paid.names[0].startswith(_INTENT):
            return paid
        found = await self._stripe.payment_intents.retrieve_async(paid.names[0])
        ours = payment_by_itself(PaymentIntent.model_validate(found.to_dict()), paid.as_of)
        return ours if ours is not None and ours.key is not None else paid

    async def _overdue(self, told: InvoiceOverdue, at: datetime) -> InvoiceOverdue | None:
        found = await self._stripe.invoices.retrieve_async(told.invoice.id, {"expand": ["payments"]})
        invoice = InvoiceObject.model_validate(found.to_dict())
        if not invoice.is_open:
            return None
        customer, methods, failed = await asyncio.gather(
            self._customer(invoice.customer), self._methods(invoice.customer), self._failed(invoice)
        )
        known = [one.certain for one in told.attempts]
        failed_now = len(known) == invoice.attempt_count and any(known)
        return overdue_invoice(
            invoice, at, self._zone, customer=customer, stored=methods, failed=failed, failed_now=failed_now
        )

    async def _customer(self, name: str) -> CustomerObject:
        found = await self._stripe.customers.retrieve_async(name, {"expand": ["tax_ids"]})
        return CustomerObject.model_validate(found.to_dict())

    async def _methods(self, customer: str) -> list[PaymentMethod]:
        page = await self._stripe.customers.payment_methods.list_async(customer, {"limit": _MOST})
        return [PaymentMethod.model_validate(one.to_dict()) for one in page.data]

    async def _failed(self, invoice: InvoiceObject) -> list[ChargeObject]:
        """The attempts that were refused, in their order."""
        every: list[ChargeObject] = []
        for intent in invoice.payment_intents:
            page = await self._stripe.charges.list_async({"payment_intent": intent, "limit": _MOST})
            every += [ChargeObject.model_validate(one.to_dict()) for one in page.data]
        made = [(one.created, one) for one in every if one.status == "failed" and one.created is not None]
        return [one for _, one in sorted(made, key=lambda pair: pair[0])]
