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
    from adapters.stripe.connection import connected
    from adapters.stripe.gateway import StripeGateway
    from adapters.stripe.in_the_air import LANDING
    from adapters.stripe.links import StripeLinks

    # A call that is in the air lands in real time; in trials, where cases run ahead of it, nobody waits for it.
    landing = timedelta() if settings.virtual_time else LANDING
    async with connected(settings.stripe_api_key.get_secret_value(), settings.stripe_api_base) as client:
        yield Provider(StripeGateway(client, landing=landing), StripeLinks(client))
