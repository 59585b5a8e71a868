"""What an error of Stripe's means: an answer, an outcome that is not known, or a mistake of ours."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from adapters.stripe.charge_errors import outcome_of_error, outcome_of_failed_look_up
from dunning.answers import Unknown
from dunning.errors import Conflict, ProviderRefused
from dunning.ports import UnreadDecline
from tests.adapters.gateways import request

METHOD = "pm_card_visa"


def invalid(**said: Any) -> stripe.InvalidRequestError:
    body = {"error": {"type": "invalid_request_error", "message": "for j.doe@example.com"} | said}
    answer = ("", 400, body, {"request-id": "req_1"})
    return stripe.InvalidRequestError("m", said.get("param"), said.get("code"), *answer)  # type: ignore[no-untyped-call]


def limited(code: str) -> stripe.RateLimitError:
    return stripe.RateLimitError("m", "", 429, {"error": {"code": code}}, {})


@pytest.mark.parametrize(
    "error, code",
    [
        (invalid(param="payment_method", code="resource_missing"), "invalid_account"),
        (invalid(param="payment_method"), "invalid_account"),
        (invalid(param="payment_method", code="payment_method_unexpected_state"), "invalid_account"),
        (invalid(code="payment_intent_mandate_invalid"), "debit_not_authorized"),
        (invalid(code="account_closed"), "account_closed"),
        (invalid(param="amount", code="amount_too_large"), "invalid_amount"),
        (invalid(param="currency"), "currency_not_supported"),
    ],
)
def test_what_the_debtors_method_forbids_is_a_decline(error: stripe.StripeError, code: str) -> None:
    assert outcome_of_error(error, request(METHOD)) == UnreadDecline(METHOD, code)


@pytest.mark.parametrize(
    "error",
    [
        invalid(param="customer", code="resource_missing"),
        invalid(param="payment_method", code="payment_intent_incompatible_payment_method"),
        invalid(param="return_url"),
        invalid(code="api_key_expired"),
        limited("rate_limit"),
        stripe.AuthenticationError("m", "", 401),
        stripe.PermissionError("m", "", 403),
    ],
)
def test_what_is_wrong_with_us_stops_the_charge(error: stripe.StripeError) -> None:
    with pytest.raises(ProviderRefused):
        outcome_of_error(error, request(METHOD))
    with pytest.raises(ProviderRefused):
        outcome_of_failed_look_up(error)


@pytest.mark.parametrize(
    "error",
    [
        stripe.APIConnectionError("m"),  # type: ignore[no-untyped-call]
        stripe.APIError("m", "", 500),
        stripe.APIError("m", "", 409, {"error": {"code": "idempotency_key_in_use"}}),
        stripe.APIError("m", "", 424),
        limited("lock_timeout"),
    ],
)
def test_what_may_have_moved_money_is_not_known(error: stripe.StripeError) -> None:
    assert outcome_of_error(error, request(METHOD)) == Unknown()
    assert outcome_of_failed_look_up(error) == Unknown()


def test_a_key_that_stands_for_another_charge_is_a_conflict() -> None:
    with pytest.raises(Conflict, match="case:INV-1/attempt/1"):
        outcome_of_error(stripe.IdempotencyError("m", "", 400), request(METHOD))


def test_stripes_own_words_are_left_out_because_they_may_quote_a_debtor() -> None:
    with pytest.raises(ProviderRefused) as caught:
        outcome_of_failed_look_up(invalid(param="customer", code="email_invalid"))
    said = "stripe: found status 400 (type InvalidRequestError, code email_invalid, param customer, request req_1)"
    assert str(caught.value).startswith(said)
    assert "example.com" not in str(caught.value)
    assert caught.value.__cause__ is None
