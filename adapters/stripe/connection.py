"""The line to Stripe: its own library, asynchronous, within limits of time, without repeats and reports of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import stripe

API_BASE: Final = "https://api.stripe.com"
# An activity has 30 seconds for one try, in which a gateway makes one call that is long and a few that are short.
LONG: Final = timedelta(seconds=18)
SHORT: Final = timedelta(seconds=5)


@asynccontextmanager
async def connect_to_stripe(
    api_key: str, api_base: str = API_BASE, patience: timedelta = LONG
) -> AsyncIterator[stripe.StripeClient]:
    """A client while the block lasts; nothing is sent before it is asked for something.

    The library does not repeat a call: who asked knows the key, and asks what became of the first one instead. It also
    sends no measurements of earlier calls, for which it would write a file into the user's home.
    """
    stripe.enable_telemetry = False
    transport = stripe.HTTPXClient(timeout=patience.total_seconds())
    try:
        yield stripe.StripeClient(
            api_key, http_client=transport, max_network_retries=0, base_addresses={"api": api_base}
        )
    finally:
        await transport.close_async()  # type: ignore[no-untyped-call]  # the library gives it none
