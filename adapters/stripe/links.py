"""A page of Stripe's for the payer, in the notice that asks them to pay: one for an invoice and an amount, used once.

Which link stands for an invoice is remembered at Stripe, in the metadata of a product that the invoice has there under
an id of its own; so every process finds the same one, months later too. When another amount is demanded, the link is
made anew and the earlier one is switched off: nobody pays by an old letter what is no longer owed. An invoice of Stripe
Billing has a page already, on which a payment settles it there as well.

Links are a convenience. Stripe gets a few seconds; when it does not answer in time it is left alone for a minute, and
notices carry the link that they carry without it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import stripe
import structlog

from adapters.clock import now
from adapters.stripe.amounts import in_stripes_units
from adapters.stripe.billing_attachment import BILLING
from adapters.stripe.payments import INVOICE
from dunning.errors import MoneyError
from dunning.records import Invoice

PATIENCE: Final = timedelta(seconds=5)  # for all the calls that one link takes
REST: Final = timedelta(minutes=1)
_NOBODY: Final = "resource_missing"
_LINK: Final = "dunning_link"
_AMOUNT: Final = "dunning_amount"
_ID_LENGTH: Final = 24
_LOG: Final = structlog.get_logger("dunning.stripe")


class StripeLinks:
    """Keeps the promise of `dunning.ports.PaymentLinks`."""

    def __init__(
        self, client: stripe.StripeClient, *, clock: Callable[[], datetime] = now, patience: timedelta = PATIENCE
    ) -> None:
        """`clock` is this machine's, by which Stripe is left alone."""
        self._client = client
        self._clock = clock
        self._patience = patience
        self._rests_until = datetime.min.replace(tzinfo=UTC)

    async def link(self, invoice: Invoice, customer_id: str, amount: int) -> str | None:
        """The page on which this amount (in minor units) is paid; None where Stripe gives none in time."""
        if self._clock() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await self._hosted(invoice) or await self._own(invoice, customer_id, amount)
        except (stripe.InvalidRequestError, MoneyError) as error:  # this one cannot be had; others can
            self._missed(invoice, error)
        except (TimeoutError, stripe.StripeError) as error:
            self._rests_until = self._clock() + REST
            self._missed(invoice, error)
        return None

    def _missed(self, invoice: Invoice, error: Exception) -> None:
        said = getattr(error, "request_id", None)
        _LOG.warning("no payment link from Stripe", invoice=invoice.id, error=type(error).__name__, request=said)

    async def _hosted(self, invoice: Invoice) -> str | None:
        """The page of an invoice of Stripe Billing, as long as it is open there."""
        if not invoice.id.startswith(BILLING):
            return None
        try:
            found = await self._client.v1.invoices.retrieve_async(invoice.id)
        except stripe.InvalidRequestError as error:
            if error.code != _NOBODY:
                raise
            return None
        return found.hosted_invoice_url if found.status == "open" else None

    async def _own(self, invoice: Invoice, customer_id: str, amount: int) -> str:
        price = {"currency": invoice.currency.lower(), "unit_amount": in_stripes_units(amount, invoice.currency)}
        asked = f"{price['unit_amount']} {price['currency']}"
        product = await self._product(invoice)
        noted: dict[str, str] = product.to_dict().get("metadata") or {}
        before = noted.get(_LINK)
        if before is not None and noted.get(_AMOUNT) == asked:
            known = await self._client.v1.payment_links.retrieve_async(before)
            if _works(known.to_dict()):
                return known.url
        key = f"link/{invoice.id}/{asked}/after/{before or 'none'}"
        made = await self._made(invoice, customer_id, price | {"product": product.id}, key)
        await self._client.v1.products.update_async(product.id, {"metadata": {_LINK: made.id, _AMOUNT: asked}})
        if before is not None:
            await self._client.v1.payment_links.update_async(before, {"active": False})
        return made.url

    async def _product(self, invoice: Invoice) -> stripe.Product:
        """What the invoice is at Stripe; its name is what the payer reads above the amount."""
        name = f"dunning_{hashlib.sha256(invoice.id.encode()).hexdigest()[:_ID_LENGTH]}"
        products = self._client.v1.products
        try:
            return await products.retrieve_async(name)
        except stripe.InvalidRequestError as error:
            if error.code != _NOBODY:
                raise
        metadata = {INVOICE: invoice.id}
        return await products.create_async(
            {"id": name, "name": invoice.id, "metadata": metadata}, {"idempotency_key": f"product/{invoice.id}"}
        )

    async def _made(self, invoice: Invoice, customer_id: str, price: Any, key: str) -> stripe.PaymentLink:
        """A new link. The payment made by it names the invoice, and not our key: no attempt of ours led to it."""
        return await self._client.v1.payment_links.create_async(
            {
                "line_items": [{"price_data": price, "quantity": 1}],
                "restrictions": {"completed_sessions": {"limit": 1}},
                "metadata": {INVOICE: invoice.id, "customer_id": customer_id},
                "payment_intent_data": {"metadata": {INVOICE: invoice.id}},
            },
            {"idempotency_key": key},
        )


def _works(link: dict[str, Any]) -> bool:
    """Whether it still takes a payment: not switched off, not used up."""
    used = (link.get("restrictions") or {}).get("completed_sessions") or {}
    return bool(link["active"]) and int(used.get("count", 0)) < int(used.get("limit", 1))
