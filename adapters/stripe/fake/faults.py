"""Everything that Stripe answers instead of what was asked for, in the shape and with the status that it uses."""

from __future__ import annotations

from typing import Any


class Fault(Exception):
    """An error answer. `kept` says that the idempotency layer remembers it: the endpoint had begun its work."""

    def __init__(self, status: int, error: dict[str, Any], *, kept: bool = False) -> None:
        """`error` is the object under that name in the body."""
        self.status = status
        self.error = error
        self.kept = kept
        super().__init__(status, error)


class HungUp(Exception):
    """The connection breaks instead of an answer."""


def wrong(param: str, message: str, code: str | None = None) -> Fault:
    """400: a parameter that cannot be."""
    error = {"type": "invalid_request_error", "param": param, "message": message}
    return Fault(400, error if code is None else error | {"code": code})


def no_such_object(kind: str, name: str, param: str, status: int = 404) -> Fault:
    """An id that nobody has: 404 where it stood in the path, 400 where it was a parameter."""
    message = f"No such {kind.replace('_', '')}: '{name}'"
    error = {"type": "invalid_request_error", "code": "resource_missing", "param": param, "message": message}
    return Fault(status, error)


def unexpected_state(intent: dict[str, Any], act: str) -> Fault:
    """400: what is asked cannot be done with a payment in this state."""
    message = f"You cannot {act} this PaymentIntent because it has a status of {intent['status']}."
    error = {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "message": message}
    return Fault(400, error | {"payment_intent": intent})


def unauthorised() -> Fault:
    """401: no such key."""
    return Fault(401, {"type": "invalid_request_error", "message": "Invalid API Key provided: sk_test_****"})


def lacks_right() -> Fault:
    """403: a restricted key without this right."""
    message = "The provided key does not have the required permissions for this endpoint."
    return Fault(403, {"type": "invalid_request_error", "message": message})


def too_many() -> Fault:
    """429, said before anything was looked at."""
    message = "Request rate limit exceeded. Learn more about rate limits here."
    return Fault(429, {"type": "invalid_request_error", "code": "rate_limit", "message": message})


def locked() -> Fault:
    """429, said when another request holds the object: the work may have begun."""
    message = "This object cannot be accessed right now because another API request is accessing it."
    return Fault(429, {"type": "invalid_request_error", "code": "lock_timeout", "message": message})


def other_body(key: str) -> Fault:
    """400: the key stands for another request."""
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return Fault(400, {"type": "idempotency_error", "message": message})


def key_in_use(key: str) -> Fault:
    """409: the first request with the key is still under way."""
    message = f"There is currently another in-progress request using this Idempotent Key: {key}."
    return Fault(409, {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": message})


def server_error() -> Fault:
    """500, which is remembered and told again like any answer."""
    message = "An unexpected error occurred while processing your request."
    return Fault(500, {"type": "api_error", "message": message}, kept=True)


def unavailable() -> Fault:
    """503: nothing was looked at."""
    return Fault(503, {"type": "api_error", "message": "The service is temporarily unavailable."})


def card_declined(error: dict[str, Any]) -> Fault:
    """402: the card was declined; the error carries the whole payment."""
    return Fault(402, error, kept=True)
