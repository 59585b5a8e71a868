"""Who takes the money, as the settings say: the sandbox, or Stripe, whose library is loaded only then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import FileBook
from adapters.settings import Settings
from dunning.ports import PaymentGateway, PaymentLinks


@dataclass(frozen=True, slots=True)
class Provider:
    """A payment provider: what charges stored methods, and the pages that it has for payers, if any."""

    gateway: PaymentGateway
    links: PaymentLinks | None = None


@asynccontextmanager
async def provider_of(settings: Settings, book: FileBook) -> AsyncIterator[Provider]:
    """The provider while the block lasts."""
    if settings.gateway == "sandbox" or settings.stripe_api_key is None:
        yield Provider(SandboxGateway(book))
        return
    from adapters.stripe.call_ages import ARRIVES_WITHIN, KEYS_KEPT
    from adapters.stripe.connection import connect_to_stripe
    from adapters.stripe.gateway import StripeGateway
    from adapters.stripe.links import StripeLinks

    # A call in flight arrives in real time; in trials, where cases run ahead of it, nobody waits for it.
    arrives_within, keys_kept = (timedelta(), timedelta()) if settings.virtual_time else (ARRIVES_WITHIN, KEYS_KEPT)
    async with connect_to_stripe(settings.stripe_api_key.get_secret_value(), settings.stripe_api_base) as client:
        gateway = StripeGateway(client, arrives_within=arrives_within, keys_kept=keys_kept)
        yield Provider(gateway, StripeLinks(client))
