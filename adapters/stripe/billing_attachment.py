"""Tells Stripe Billing which payment pays its invoice, so that nobody is asked or charged for it a second time there.

A charge of ours is a payment of its own, of which the invoice knows nothing: it would stay open, its page would go on
taking money, and its subscription would count as unpaid. Attached, the payment is credited to it.

Attach it when the payment stands on our own ledger, not before: Stripe Billing then tells that its invoice is paid, and
who hears that must know already by which payment. The news that the payment succeeded is the moment; when attaching
gets no answer, leave the news unanswered, and it comes again.
"""

from __future__ import annotations

import asyncio
from typing import Final

import stripe
import structlog

from adapters.stripe.connection import SHORT

BILLING: Final = "in_"  # what the ids of its invoices begin with
_LOG: Final = structlog.get_logger("dunning.stripe")


async def attach_payment(client: stripe.StripeClient, invoice_id: str, intent_id: str) -> bool:
    """Attach the payment; False where Stripe does not answer, so that it is worth another try. It may be repeated.

    What Billing refuses stays as it is and is left to a person: the invoice was paid in another way meanwhile, or our
    fees make the payment more than what it asks for. An invoice that is not Billing's needs nothing.
    """
    if not invoice_id.startswith(BILLING):
        return True
    try:
        async with asyncio.timeout(SHORT.total_seconds()):
            await client.v1.invoices.attach_payment_async(
                invoice_id, {"payment_intent": intent_id}, {"idempotency_key": f"attach/{invoice_id}/{intent_id}"}
            )
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        said = {"invoice": invoice_id, "payment": intent_id, "code": error.code, "request": error.request_id}
        _LOG.warning("Stripe Billing did not take the payment for its invoice", **said)
    except (TimeoutError, stripe.StripeError):
        return False
    return True
