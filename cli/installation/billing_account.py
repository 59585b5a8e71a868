"""Who can be asked what a billing system's event leaves out, as the settings say; their library is loaded only then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from adapters.settings import Settings
from api.from_stripe.invoices import BillingAccount


@asynccontextmanager
async def billing_of(settings: Settings) -> AsyncIterator[BillingAccount | None]:
    """Stripe's account while the block lasts, where its events are taken and there is a key to it."""
    if settings.stripe_webhook_secret is None or settings.stripe_api_key is None:
        yield None
        return
    from adapters.stripe.account import StripeAccount
    from adapters.stripe.connection import connect_to_stripe

    async with connect_to_stripe(settings.stripe_api_key.get_secret_value(), settings.stripe_api_base) as client:
        yield StripeAccount(client, ZoneInfo(settings.creditor.timezone))
