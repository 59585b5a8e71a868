"""What an error of Stripe's means for a charge: an answer, an outcome that is not known, or our own mistake.

The line is drawn by one question: may money have moved? Where that cannot be said (no answer, a key that is in use, a
fault of Stripe's), the outcome is `Unknown`, and nothing is tried before it is known (C5). Where Stripe certainly did
nothing and the debtor is not the reason (a wrong key, a right that is missing, a request that it does not take, too
many of them, nobody there), a `ProviderRefused` stops the charge: it is tried again, the case waits, and no decline is
counted against a debtor for a mistake of ours. Where it did nothing because of this method or this amount, it is a
decline, which the rules know how to follow (see `codes`).

What Stripe only puts off (a key in use, too many requests, nobody there) is sent again under the same key before any
of this counts, as its own libraries do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import stripe

from adapters.stripe.charge_outcomes import decline_of
from adapters.stripe.codes import as_decline
from dunning.answers import Unknown
from dunning.errors import Conflict, ProviderRefused
from dunning.ports import ChargeRequest, UnreadDecline

_LOCKED: Final = "lock_timeout"  # the one 429 that is said when the work may have begun
_PUT_OFF: Final = frozenset({409, 429, 503})
_ADVICE: Final = "stripe-should-retry"
# Stripe's library gives its own error for everything that its transport raises. These are from before a byte of the
# request was sent: by their names, for the transport is its own.
_NOT_CONNECTED: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})


def outcome_of_error(error: stripe.StripeError, request: ChargeRequest) -> UnreadDecline | Unknown:
    """What this error to a charge comes to. Raises `Conflict` or `ProviderRefused`."""
    match error:
        case stripe.CardError():
            return decline_of(error_fields(error), request.method)
        case stripe.IdempotencyError():
            raise Conflict(f"charge {request.key}: found {request}; allowed what Stripe knows by this key") from None
        case stripe.InvalidRequestError():
            return _not_taken(error, request)
        case stripe.APIConnectionError() if _never_left(error):
            raise ProviderRefused("stripe: found nobody there; allowed a connection") from None
        case _:
            return outcome_of_failed_look_up(error)


def sent_again(error: stripe.StripeError) -> bool:
    """Whether the same call is to be sent again under the same key: Stripe's advice where it gives one (409, 429, 503
    without), and whatever never left.
    """
    headers = error.headers or {}
    advice = next((value for name, value in headers.items() if name.lower() == _ADVICE), None)
    return _never_left(error) or (advice == "true" if advice else error.http_status in _PUT_OFF)


def says_nothing_of_the_charge(error: stripe.StripeError) -> bool:
    """Whether Stripe did nothing with this very call, so that an earlier one under the key is as unknown as before."""
    limited = isinstance(error, stripe.RateLimitError) and error_fields(error).get("code") != _LOCKED
    return limited or _never_left(error)


def _never_left(error: stripe.StripeError) -> bool:
    return isinstance(error, stripe.APIConnectionError) and type(error.__cause__).__name__ in _NOT_CONNECTED


def outcome_of_failed_look_up(error: stripe.StripeError) -> Unknown:
    """What this error to a question comes to: nobody knows yet. Raises `ProviderRefused` where asking is no use."""
    match error:
        case stripe.RateLimitError() if error_fields(error).get("code") != _LOCKED:
            raise our_mistake(error) from None
        case stripe.AuthenticationError() | stripe.PermissionError() | stripe.InvalidRequestError():
            raise our_mistake(error) from None
        case _:
            return Unknown()


def our_mistake(error: stripe.StripeError) -> ProviderRefused:
    """Our own mistake, told without Stripe's words: they may quote what belongs to a debtor (O3).

    The request's id opens them in Stripe's dashboard.
    """
    said = error_fields(error)
    named = {
        "type": type(error).__name__, "code": said.get("code"), "param": said.get("param"), "request": error.request_id
    }  # fmt: skip
    told = ", ".join(f"{name} {value}" for name, value in named.items() if value)
    return ProviderRefused(f"stripe: found status {error.http_status} ({told}); allowed what its documentation says")


def error_fields(error: stripe.StripeError) -> Mapping[str, Any]:
    """The error's own fields."""
    body = error.json_body
    found = body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def _not_taken(error: stripe.InvalidRequestError, request: ChargeRequest) -> UnreadDecline:
    """Nothing was done. Raises `ProviderRefused` unless the reason is the debtor's method, or this amount."""
    code = as_decline(error_fields(error))
    if code is None:
        raise our_mistake(error) from None
    return UnreadDecline(request.method, code)
