"""How the fake answers a charge: the payment method's id says it.

Stripe's own test ids work (`pm_card_visa`, `pm_card_chargeDeclinedLostCard`), and so do the sandbox gateway's. Beside
the fixed ones there are families:

- `pm_card_CODE`, such as `pm_card_insufficient_funds`: declined with that code, with the advice and the network's code
  that usually come along; `pm_card_do_not_honor_net05_mac24` sets the network's code and its advice.
- `pm_SCHEME_pending_settles`, `..._pending_fails`, `..._pending_returned`, `..._pending_CODE` with `sepa`, `bacs` or
  `ach`: a bank debit that is accepted and later settles, fails (for lack of funds, or with that code), or settles and
  is returned.
- Ids with `missing` in them do not exist; every other id is a Visa card that is approved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from adapters.stripe.fake.decline_codes import DECLINES, Decline, decline_of_code

Failure = Literal[
    "lost", "hangs_up", "broken", "broken_after", "unavailable", "too_many", "locked", "slow", "slow_after"
]
ONCE: Final[frozenset[Failure]] = frozenset({"lost", "too_many", "locked", "unavailable"})
DEBIT_TYPES: Final = {"sepa": "sepa_debit", "bacs": "bacs_debit", "ach": "us_bank_account"}


@dataclass(frozen=True, slots=True)
class FakeScript:
    """One answer.

    `fails` is the code with which a bank debit fails later, `returned` with which it comes back after it settled.
    `failure` is what goes wrong on the way: the call is `lost` (once: made again, it arrives), Stripe works and then
    `hangs_up`, answers 500 before (`broken`) or after the work, says 503 or 429 once (`too_many`, or `locked`: another
    request has the object), or is `slow` before the work or after it.
    """

    refusal: Decline | None = None
    asks_holder: bool = False  # 200 with `requires_action`, as a charge on session would be answered
    fails: str | None = None
    returned: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class FakeMethod:
    """A stored method: its type, for cards the brand, and its answers, one charge after another; the last one stays."""

    type: str
    brand: str
    scripts: tuple[FakeScript, ...] = (FakeScript(),)


def _card(*scripts: FakeScript, brand: str = "visa") -> FakeMethod:
    return FakeMethod("card", brand, scripts or (FakeScript(),))


def _declined(code: str) -> FakeMethod:
    return _card(FakeScript(decline_of_code(code)))


FIXED: Final[dict[str, FakeMethod]] = {
    "pm_card_visa": _card(),
    "pm_card_mastercard": _card(brand="mastercard"),
    "pm_card_amex": _card(brand="amex"),
    "pm_card_ok": _card(),
    "pm_card_ok_at_second_try": _card(FakeScript(decline_of_code("insufficient_funds")), FakeScript()),
    "pm_card_chargeDeclined": _declined("generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": _declined("insufficient_funds"),
    "pm_card_chargeDeclinedLostCard": _declined("lost_card"),
    "pm_card_chargeDeclinedStolenCard": _declined("stolen_card"),
    "pm_card_chargeDeclinedExpiredCard": _declined("expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": _declined("incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": _declined("processing_error"),
    "pm_card_authenticationRequired": _declined("authentication_required"),
    "pm_card_requires_action": _card(FakeScript(asks_holder=True)),
    "pm_card_timeout_approved": _card(FakeScript(failure="hangs_up")),
    "pm_card_timeout_declined": _card(FakeScript(decline_of_code("generic_decline"), failure="hangs_up")),
    "pm_card_timeout_lost": _card(FakeScript(failure="lost")),
    "pm_card_slow": _card(FakeScript(failure="slow")),
    "pm_card_slow_after": _card(FakeScript(failure="slow_after")),
    "pm_card_error_500": _card(FakeScript(failure="broken")),
    "pm_card_error_500_after": _card(FakeScript(failure="broken_after")),
    "pm_card_error_429": _card(FakeScript(failure="too_many")),
    "pm_card_error_503": _card(FakeScript(failure="unavailable")),
    "pm_card_lock_timeout": _card(FakeScript(failure="locked")),
}
_CARD: Final = re.compile(r"pm_card_(?P<code>[a-z_]+?)(?:_net(?P<net>[0-9A-Z]{1,3}))?(?:_mac(?P<mac>[0-9]{2}))?")
_DEBIT: Final = re.compile(r"pm_(?P<scheme>sepa|bacs|ach)_pending_(?P<end>[a-z_]+)")


def fake_method(method_id: str) -> FakeMethod:
    """What the id stands for."""
    card, debit = _CARD.fullmatch(method_id), _DEBIT.fullmatch(method_id)
    if method_id in FIXED:
        return FIXED[method_id]
    if card and card["code"] in DECLINES:
        return _card(FakeScript(decline_of_code(card["code"], card["net"], card["mac"])))
    if debit:
        return FakeMethod(DEBIT_TYPES[debit["scheme"]], "", (_debit(debit["end"]),))
    return _card()


def _debit(end: str) -> FakeScript:
    match end:
        case "settles":
            return FakeScript()
        case "fails":
            return FakeScript(fails="insufficient_funds")
        case "returned":
            return FakeScript(returned="debit_not_authorized")
        case code:
            return FakeScript(fails=code)
