"""What a payment of Stripe's comes to, in the words of the rules: taken, declined, under way, or not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from dunning.answers import Approved, Underway, Unknown
from dunning.ports import GatewayAnswer, UnreadDecline

Intent = Mapping[str, Any]

AUTHENTICATE: Final = "authentication_required"
UNTRIED: Final = "abandoned"  # Stripe's word for the reason with which we cancel what was never tried
# In how many business days Stripe knows at the latest whether a bank debit was paid, as its pages on each say:
# docs.stripe.com/payments/sepa-debit (14), /payments/payment-methods/bacs-debit (7 under a new mandate, 4 under an
# older one), /payments/ach-direct-debit (4). For a method that is not listed the slowest is assumed.
SETTLES_WITHIN: Final[Mapping[str, int]] = {"sepa_debit": 14, "bacs_debit": 7, "us_bank_account": 4}
_BANK_HOLIDAYS: Final = timedelta(days=3)  # as many as follow upon each other, at Christmas or at Easter
_FRIDAY: Final = 4


def charge_outcome(intent: Intent, method: str, at: datetime, debit: str | None = None) -> GatewayAnswer | None:
    """What became of it, `at` being the case's own moment; None: no money was asked for.

    `requires_action` is a decline: its holder is not there to confirm it, and the gateway cancels it. `processing` is
    the normal state of a bank debit, of the type `debit`; a card stays in it only while its network decides.
    """
    error = intent.get("last_payment_error")
    match intent["status"]:
        case "succeeded":
            return Approved(method)
        case "processing" if debit is not None:
            return Underway(method, settles_by(debit, at.date()))
        case "requires_action":
            return UnreadDecline(method, AUTHENTICATE)
        case "requires_payment_method" | "canceled" if error:
            return decline_of(error, method)
        case "canceled":
            return _called_off(intent, method)
        case "requires_payment_method" | "requires_confirmation":
            return None
        case _:
            return Unknown()


def _called_off(intent: Intent, method: str) -> UnreadDecline | None:
    """Cancelled without a decline: by us, for no reason while it waited for its holder, or before it was tried; else by
    a person, who chooses a reason.
    """
    reason = intent.get("cancellation_reason")
    if reason == UNTRIED:
        return None
    return UnreadDecline(method, AUTHENTICATE if reason is None else "payment_intent_canceled")


def decline_of(error: Mapping[str, Any], method: str) -> UnreadDecline:
    """A decline with all that came along: the reason, Stripe's advice, and what the network itself said.

    For a card `decline_code` is the reason and `code` only says that it was declined; a bank debit has its reason in
    `code`, and what the bank returned in `network_decline_code`.
    """
    return UnreadDecline(
        method,
        code=str(error.get("decline_code") or error.get("code") or "generic_decline"),
        advice=error.get("advice_code"),
        network_code=error.get("network_decline_code"),
        network_advice=error.get("network_advice_code"),
    )


def settles_by(debit: str, day: date) -> date:
    """The last day on which news of a bank debit that was accepted on `day` is expected."""
    left = SETTLES_WITHIN.get(debit, max(SETTLES_WITHIN.values()))
    while left:
        day += timedelta(days=1)
        left -= day.weekday() <= _FRIDAY
    return day + _BANK_HOLIDAYS
