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
from adapters.stripe.call_ages import ARRIVES_WITHIN, KEYS_KEPT, CallAges
from adapters.stripe.charge_errors import (
    error_fields,
    outcome_of_error,
    outcome_of_failed_look_up,
    says_nothing_of_the_charge,
    sent_again,
)
from adapters.stripe.charge_outcomes import UNTRIED, Intent, charge_outcome
from adapters.stripe.codes import INVALID_AMOUNT
from adapters.stripe.connection import LONG, SHORT
from adapters.stripe.payments import INVOICE, KEY, find_payment
from dunning.answers import Unknown
from dunning.errors import MoneyError
from dunning.ports import Calls, ChargeRequest, GatewayAnswer, UnreadDecline

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

_REMEMBERED: Final = 10_000  # methods whose type is remembered; it never changes
# Stripe offers a payer every type of method that the account takes, and wants an address to come back to from some of
# them. Nobody is there to be led away; naming the one type instead is no longer possible (2026-09-30.endive).
HOLDER_AWAY: Final[Mapping[str, Any]] = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
_WAITS: Final = "requires_action"
PAUSES: Final = (0.25, 0.5, 1.0, 2.0)  # seconds before a call that is put off is sent again, within the patience


class StripeGateway:
    """Keeps the promises of `dunning.ports.PaymentGateway`."""

    def __init__(
        self,
        client: stripe.StripeClient,
        *,
        clock: Callable[[], datetime] = now,
        arrives_within: timedelta = ARRIVES_WITHIN,
        keys_kept: timedelta = KEYS_KEPT,
        patience: timedelta = LONG,
        pauses: tuple[float, ...] = PAUSES,
        away: Mapping[str, Any] = HOLDER_AWAY,
    ) -> None:
        """`clock` is this machine's, for the age of calls; `arrives_within` and `keys_kept` are told there.

        `patience` bounds a charge with all its `pauses`, in seconds, before it is sent again. `away` is what a stand-in
        for Stripe that is too old for it is spared.
        """
        self._client = client
        self._away = away
        self._patience = patience
        self._pauses = pauses
        self._ages = CallAges(clock, arrives_within, keys_kept)
        self._types: dict[str, str] = {}

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        """Charge once for each key. Nothing is sent for an intent that is not of this moment any more.

        An amount that Stripe cannot write is declined unasked, as Stripe declines those beyond its limits. Raises
        `Conflict` where the key stands for another charge, `ProviderRefused` where Stripe did nothing with this call.
        """
        try:
            asked = _asked(request, self._away)
        except MoneyError:
            return UnreadDecline(request.method, INVALID_AMOUNT)
        if self._ages.too_late(calls):
            answer: GatewayAnswer = Unknown()
        else:
            try:
                answer = await self._charged(request, asked, at, calls)
            except stripe.StripeError as error:
                answer = await self._refused(error, request)
        if calls is not None and isinstance(answer, Unknown):
            return Unknown(self._ages.key_kept_for(calls))
        return answer

    async def find(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer | None:
        """What became of the charge. `Unseen` as long as its key may be sent again; then None, when Stripe surely never
        saw it, and will not see it any more.

        Raises as `charge` does.
        """
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                found = await find_payment(self._client, request)
        except TimeoutError:
            return Unknown()
        except stripe.StripeError as error:
            return outcome_of_failed_look_up(error)
        if found is not None:
            return await self._told(found, request, at, calls)
        return self._ages.not_there(calls)

    async def _charged(
        self, request: ChargeRequest, asked: PaymentIntentCreateParams, at: datetime, calls: Calls | None
    ) -> GatewayAnswer:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                made = await self._sent(asked, request.key)
        except TimeoutError:
            return Unknown()
        return Unknown() if made is None else await self._told(made, request, at, calls) or Unknown()

    async def _sent(self, asked: PaymentIntentCreateParams, key: str) -> Intent | None:
        """The payment as Stripe answers. What it puts off is sent again under the same key, as it advises.

        None where an earlier call may have moved money and the last one says nothing of it.
        Raises `stripe.StripeError`.
        """
        in_doubt, pauses = False, list(self._pauses)
        while True:
            try:
                return (await self._client.v1.payment_intents.create_async(asked, {"idempotency_key": key})).to_dict()
            except stripe.StripeError as error:
                nothing_done = says_nothing_of_the_charge(error)
                if not (pauses and sent_again(error)):
                    if in_doubt and nothing_done:
                        return None
                    raise
                in_doubt = in_doubt or not nothing_done
            await asyncio.sleep(pauses.pop(0))

    async def _refused(self, error: stripe.StripeError, request: ChargeRequest) -> GatewayAnswer:
        """What an error comes to; a decline may leave a payment behind that waits for its holder."""
        answer = outcome_of_error(error, request)
        intent = error_fields(error).get("payment_intent") or {}
        waits = isinstance(answer, UnreadDecline) and intent.get("status") == _WAITS
        return Unknown() if waits and not await self._cancelled(intent) else answer

    async def _told(
        self, intent: Intent, request: ChargeRequest, at: datetime, calls: Calls | None
    ) -> GatewayAnswer | None:
        """What the payment says, once it cannot come to anything else by itself."""
        under_way = intent["status"] == "processing"
        answer = charge_outcome(intent, request.method, at, await self._debit(request.method) if under_way else None)
        match answer:
            case UnreadDecline() if intent["status"] == _WAITS:
                return answer if await self._cancelled(intent) else Unknown()
            case None if intent["status"] != "canceled":
                return await self._untried(intent, calls)
            case _:
                return answer

    async def _untried(self, intent: Intent, calls: Calls | None) -> Unknown | None:
        """A payment that was never tried is closed before it is called lost, unless Stripe may still be at work."""
        if self._ages.may_arrive(calls):
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
