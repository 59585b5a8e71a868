"""What a decline means: try later, ask the customer, never again, or look first (C2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Kind = Literal["try_later", "ask_customer", "never_again", "look_first"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The kind of a decline, and how long to wait at least before that method is tried again."""

    kind: Kind
    wait: timedelta = timedelta()


NEVER = Reading("never_again")
ASK = Reading("ask_customer")
LOOK = Reading("look_first")


def _later(hours: int) -> Reading:
    return Reading("try_later", timedelta(hours=hours))


VAGUE = _later(72)
NEVER_ARRIVED = "never_arrived"  # what settling an unknown outcome finds when the provider never saw the charge

# Codes as card processors print them; the waits are ours where no scheme sets one.
CODES: dict[str, Reading] = {
    **dict.fromkeys(
        (
            "lost_card", "stolen_card", "pickup_card", "incorrect_number", "transaction_not_allowed",
            "do_not_try_again",
            "revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order", "fraudulent",
            "highest_risk_level", "merchant_blacklist", "security_violation", "restricted_card",
        ),
        NEVER,
    ),
    **dict.fromkeys(
        (
            "authentication_required", "authentication_not_handled", "expired_card", "invalid_expiry_month",
            "invalid_expiry_year", "incorrect_cvc", "invalid_cvc", "incorrect_zip", "incorrect_address",
            "invalid_number",
            "invalid_account", "new_account_information_available", "card_not_supported", "currency_not_supported",
            "not_permitted", "service_not_allowed",
        ),
        ASK,
    ),
    **dict.fromkeys(
        ("processing_error", "issuer_not_available", "reenter_transaction", "approve_with_id", "try_again_later"),
        _later(1),
    ),
    **dict.fromkeys(("insufficient_funds", "withdrawal_count_limit_exceeded", "card_velocity_exceeded"), _later(24)),
    "duplicate_transaction": LOOK,
    NEVER_ARRIVED: Reading("try_later"),
    "foreseen": Reading("try_later"),  # a forecast assumes that no attempt succeeds, and no wait that nobody asked for
}  # fmt: skip

# Mastercard's merchant advice codes: they outrank the code they come with. 24 to 30 are waits set by the scheme.
ADVICE: dict[str, Reading] = {
    "01": ASK, "02": _later(72), "03": NEVER, "21": NEVER, "24": _later(1), "25": _later(24), "26": _later(48),
    "27": _later(96), "28": _later(144), "29": _later(192), "30": _later(240), "40": ASK, "41": ASK, "43": _later(24),
    "do_not_try_again": NEVER, "try_again_later": _later(24), "confirm_card_data": ASK,
}  # fmt: skip


def reading(code: str, advice: str | None = None) -> Reading:
    """Read a decline; an advice outranks the code it comes with, an unknown code is vague: try much later.

    That a method is finished, or that the charge is a duplicate, no advice undoes.
    """
    said = CODES.get(code, VAGUE)
    advised = ADVICE.get(advice.zfill(2) if advice.isdigit() else advice) if advice else None
    if advised is None or said.kind in {"never_again", "look_first"}:
        return said
    return advised
