"""Charges stored methods through Stripe, off session and each attempt once, and finds out what became of one (C2, C5).

A charge is one call: a PaymentIntent that is created and confirmed together under our own key, which is Stripe's
idempotency key and stands in the metadata too. What is sent is the least that does it.

A payment that was declined stays at Stripe as `requires_payment_method`. It holds no method any more and can only be
confirmed again by who has our secret key or the payment's client secret, which never leaves this adapter: no hosted
link leads to it, since each link makes a payment of its own. It is left as it is, with the reason in it, so that the
decline can be read again. One that waits for its holder (`requires_action`) is different: the holder's consent alone
would take the money, days later and beside the link that they were sent. It is cancelled before it is called a decline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import stripe

from adapters.clock import now
from adapters.stripe.amounts import in_stripes_units
from adapters.stripe.charge_errors import error_fields, outcome_of_error, outcome_of_failed_look_up
from adapters.stripe.charge_outcomes import UNTRIED, Intent, charge_outcome
from adapters.stripe.codes import INVALID_AMOUNT
from adapters.stripe.connection import LONG, SHORT
from adapters.stripe.in_flight import ARRIVES_WITHIN, InFlightCharges
from adapters.stripe.payments import INVOICE, KEY, find_payment
from dunning.answers import Unknown
from dunning.errors import MoneyError
from dunning.ports import ChargeRequest, GatewayAnswer, UnreadDecline

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

_REMEMBERED: Final = 10_000  # methods whose type is remembered; it never changes
# Stripe offers a payer every type of method that the account takes, and wants an address to come back to from some of
# them. Nobody is there to be led away; naming the one type instead is no longer possible (2026-09-30.endive).
HOLDER_AWAY: Final[Mapping[str, Any]] = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
_WAITS: Final = "requires_action"


class StripeGateway:
    """Keeps the promises of `dunning.ports.PaymentGateway`."""

    def __init__(
        self,
        client: stripe.StripeClient,
        *,
        clock: Callable[[], datetime] = now,
        arrives_within: timedelta = ARRIVES_WITHIN,
        patience: timedelta = LONG,
        away: Mapping[str, Any] = HOLDER_AWAY,
    ) -> None:
        """`clock` is this machine's, for what is in flight; `arrives_within` is told there. `patience` bounds a charge.

        `away` is what a stand-in for Stripe that is too old for it is spared.
        """
        self._client = client
        self._away = away
        self._patience = patience
        self._in_flight = InFlightCharges(clock, arrives_within)
        self._types: dict[str, str] = {}

    async def charge(self, request: ChargeRequest, at: datetime) -> GatewayAnswer:
        """Charge once for each key.

        An amount that Stripe cannot write is declined unasked, as Stripe declines those beyond its limits. Raises
        `Conflict` where the key stands for another charge, `ProviderRefused` where Stripe did nothing for a reason that
        is ours.
        """
        try:
            asked = _asked(request, self._away)
        except MoneyError:
            return UnreadDecline(request.method, INVALID_AMOUNT)
        self._in_flight.sent(request.key)
        try:
            answer = await self._charged(request, asked, at)
        except stripe.StripeError as error:
            answer = await self._refused(error, request)
        if isinstance(answer, Unknown):
            self._in_flight.sent(request.key)
        else:
            self._in_flight.settled(request.key)
        return answer

    async def find(self, request: ChargeRequest, at: datetime) -> GatewayAnswer | None:
        """What became of the charge; None only when Stripe surely never saw it, and will not see it any more.

        Raises as `charge` does.
        """
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                found = await find_payment(self._client, request)
        except TimeoutError:
            return Unknown()
        except stripe.StripeError as error:
            return outcome_of_failed_look_up(error)
        if found.intent is not None:
            return await self._told(found.intent, request, at)
        return Unknown() if self._in_flight.may_arrive(request.key) or not found.sure else None

    async def _charged(self, request: ChargeRequest, asked: PaymentIntentCreateParams, at: datetime) -> GatewayAnswer:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                made = await self._client.v1.payment_intents.create_async(asked, {"idempotency_key": request.key})
        except TimeoutError:
            return Unknown()
        return await self._told(made.to_dict(), request, at) or Unknown()

    async def _refused(self, error: stripe.StripeError, request: ChargeRequest) -> GatewayAnswer:
        """What an error comes to; a decline may leave a payment behind that waits for its holder."""
        answer = outcome_of_error(error, request)
        intent = error_fields(error).get("payment_intent") or {}
        waits = isinstance(answer, UnreadDecline) and intent.get("status") == _WAITS
        return Unknown() if waits and not await self._cancelled(intent) else answer

    async def _told(self, intent: Intent, request: ChargeRequest, at: datetime) -> GatewayAnswer | None:
        """What the payment says, once it cannot come to anything else by itself."""
        under_way = intent["status"] == "processing"
        answer = charge_outcome(intent, request.method, at, await self._debit(request.method) if under_way else None)
        match answer:
            case UnreadDecline() if intent["status"] == _WAITS:
                return answer if await self._cancelled(intent) else Unknown()
            case None if intent["status"] != "canceled":
                return await self._untried(intent, request)
            case _:
                return answer

    async def _untried(self, intent: Intent, request: ChargeRequest) -> Unknown | None:
        """A payment that was never tried is closed before it is called lost, unless Stripe may still be at work."""
        if self._in_flight.may_arrive(request.key):
            return Unknown()
        return None if await self._cancelled(intent, untried=True) else Unknown()

    async def _debit(self, method: str) -> str | None:
        """The type of a bank debit; None for a card, and where Stripe does not say."""
        if method not in self._types:
            try:
                async with asyncio.timeout(SHORT.total_seconds()):
                    found = await self._client.v1.payment_methods.retrieve_async(method)
            except (TimeoutError, stripe.StripeError):
                return None
            if len(self._types) >= _REMEMBERED:
                self._types.clear()
            self._types[method] = found.type
        return None if self._types[method] == "card" else self._types[method]

    async def _cancelled(self, intent: Intent, *, untried: bool = False) -> bool:
        """Cancel the payment; False where it has moved on meanwhile, or Stripe does not say: it is asked for again."""
        try:
            async with asyncio.timeout(SHORT.total_seconds()):
                await self._client.v1.payment_intents.cancel_async(
                    intent["id"], {"cancellation_reason": UNTRIED} if untried else {}
                )
        except (TimeoutError, stripe.StripeError):
            return False
        return True


def _asked(request: ChargeRequest, away: Mapping[str, Any]) -> PaymentIntentCreateParams:
    """The least that charges a stored method; nothing personal in it (O3)."""
    asked: PaymentIntentCreateParams = {
        "amount": in_stripes_units(request.amount, request.currency),
        "currency": request.currency.lower(),
        "customer": request.customer_id,
        "payment_method": request.method,
        "confirm": True,
        "off_session": True,
        "metadata": {KEY: request.key, INVOICE: request.invoice_id},
    }
    return cast("PaymentIntentCreateParams", {**asked, **away})
