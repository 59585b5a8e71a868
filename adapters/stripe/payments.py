"""Finds the payment that a charge became, by our key in its metadata: Stripe's own keys are forgotten after a day.

The customer's payments are gone through one by one, for a list shows what was made a moment ago. Stripe's search does
not: it is a minute behind at best, an hour at worst, and not there in every country. It only helps where a customer has
more payments than can be gone through. That something is not there proves nothing by itself: see `call_ages`.
"""

from __future__ import annotations

from typing import Final

import stripe

from adapters.stripe.amounts import in_stripes_units
from adapters.stripe.charge_outcomes import Intent
from dunning.errors import Conflict
from dunning.ports import ChargeRequest

KEY: Final = "dunning_key"
INVOICE: Final = "invoice_id"
MOST: Final = 5_000  # payments of one customer that are gone through
_PAGE: Final = 100
_BEST_FIRST: Final = ("succeeded", "processing", "requires_action")


async def find_payment(client: stripe.StripeClient, request: ChargeRequest, most: int = MOST) -> Intent | None:
    """The payment made under the charge's key; of several, which a key older than a day allows, the one with money.

    Raises `Conflict` where it is another charge than this one, `stripe.StripeError` where Stripe does not say.
    """
    page = await client.v1.payment_intents.list_async({"customer": request.customer_id, "limit": _PAGE})
    found: list[Intent] = []
    number = 0
    async for one in page.auto_paging_iter():
        number += 1
        if number > most:
            return await _searched(client, request)
        if _is_ours(one, request):
            found.append(_same(one.to_dict(), request))
    return _best(found)


async def _searched(client: stripe.StripeClient, request: ChargeRequest) -> Intent | None:
    page = await client.v1.payment_intents.search_async({"query": f"metadata['{KEY}']:'{request.key}'"})
    found = [_same(one.to_dict(), request) for one in page.data if _is_ours(one, request)]
    return _best(found)


def _is_ours(one: stripe.PaymentIntent, request: ChargeRequest) -> bool:
    return (one.to_dict().get("metadata") or {}).get(KEY) == request.key


def _same(intent: Intent, request: ChargeRequest) -> Intent:
    amount, currency = in_stripes_units(request.amount, request.currency), request.currency.lower()
    if (intent["amount"], intent["currency"]) != (amount, currency):
        shown = f"{intent['amount']} {intent['currency']} ({intent['id']})"
        raise Conflict(f"charge {request.key}: found {shown}; allowed the same again, {amount} {currency}")
    return intent


def _best(found: list[Intent]) -> Intent | None:
    """The one with money; else the newest, which Stripe lists first."""
    with_money = (one for status in _BEST_FIRST for one in found if one["status"] == status)
    return next(with_money, found[0] if found else None)
