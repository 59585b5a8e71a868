"""Tells Stripe Billing which payment pays its invoice, so that nobody is asked or charged for it a second time there.

A charge of ours is a payment of its own, of which the invoice knows nothing: it would stay open, its page would go on
taking money, and its subscription would count as unpaid. Once attached, the payment is credited to it, now or when a
bank debit settles.
"""

from __future__ import annotations

import asyncio
from typing import Final

import stripe
import structlog

from adapters.stripe.connection import SHORT

BILLING: Final = "in_"  # what the ids of its invoices begin with
_LOG: Final = structlog.get_logger("dunning.stripe")


async def attached(client: stripe.StripeClient, invoice_id: str, intent_id: str) -> bool:
    """Attach the payment; False where Stripe does not answer, so that it is worth another try.

    What it refuses stays as it is and is left to a person: the invoice was paid in another way meanwhile, or our fees
    make the payment more than what it asks for.
    """
    if not invoice_id.startswith(BILLING):
        return True
    try:
        async with asyncio.timeout(SHORT.total_seconds()):
            await client.v1.invoices.attach_payment_async(
                invoice_id, {"payment_intent": intent_id}, {"idempotency_key": f"attach/{invoice_id}/{intent_id}"}
            )
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        _LOG.warning(
            "Stripe Billing did not take the payment for its invoice", invoice=invoice_id, payment=intent_id,
            code=error.code, request=error.request_id,
        )  # fmt: skip
    except (TimeoutError, stripe.StripeError):
        return False
    return True
