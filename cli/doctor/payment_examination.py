"""Whether the payment gateway of the settings answers to our key, and whether it moves real money."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from adapters.settings import Settings
from cli.doctor.diagnosis import Diagnosis

PATIENCE: Final = timedelta(seconds=5)
_WHAT: Final = "payment gateway"


async def examine_gateway(settings: Settings) -> Diagnosis:
    """The gateway: Stripe is asked for the account's balance, which changes nothing."""
    if settings.gateway == "sandbox" or settings.stripe_api_key is None:
        return Diagnosis(_WHAT, well=True, found="sandbox; no money moves")
    return await _stripe(settings.stripe_api_key.get_secret_value(), settings)


async def _stripe(api_key: str, settings: Settings) -> Diagnosis:
    import stripe

    from adapters.stripe.connection import connect_to_stripe

    place = settings.stripe_api_base
    try:
        async with connect_to_stripe(api_key, place) as client, asyncio.timeout(PATIENCE.total_seconds()):
            balance = await client.v1.balance.retrieve_async()
    except stripe.PermissionError:
        fix = "give the restricted key the right to read the balance (docs/how-to/charge-through-stripe.md)"
        return Diagnosis(_WHAT, well=False, found=f"stripe: {place}: the key lacks a right", fix=fix)
    except stripe.AuthenticationError:
        fix = "correct stripe_api_key (DUNNING_STRIPE_API_KEY)"
        return Diagnosis(_WHAT, well=False, found=f"stripe: {place}: the key is not known", fix=fix)
    except (TimeoutError, stripe.StripeError) as error:
        found = f"stripe: {place}: {type(error).__name__}"
        return Diagnosis(_WHAT, well=False, found=found, fix="look at status.stripe.com, or at stripe_api_base")
    money = "real money" if balance.livemode else "test money"
    news = "" if settings.stripe_webhook_secret else "no news is taken: stripe_webhook_secret is not set"
    return Diagnosis(_WHAT, well=True, found=f"stripe: {place}, {money}", fix=news)
