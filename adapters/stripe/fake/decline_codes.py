"""Stripe's decline codes with what comes along with them: its advice, and the code of the card network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

_LATER: Final = "try_again_later"
_NEVER: Final = "do_not_try_again"
_CONFIRM: Final = "confirm_card_data"
# Stripe says these in `code` itself; every other decline is `card_declined`.
_OWN_CODE: Final = frozenset({"authentication_required", "expired_card", "incorrect_cvc", "processing_error"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decline. `advice` is Stripe's, `network_code` and `network_advice` are the network's own words."""

    decline_code: str
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None

    @property
    def code(self) -> str:
        """The error's code, beside the decline code."""
        return self.decline_code if self.decline_code in _OWN_CODE else "card_declined"


_TABLE: Final = (
    Refusal("approve_with_id", _LATER), Refusal("authentication_not_handled"), Refusal("authentication_required"),
    Refusal("call_issuer", _LATER, "01"), Refusal("card_not_supported", _NEVER, "57"),
    Refusal("card_velocity_exceeded", _LATER, "65"), Refusal("currency_not_supported", _NEVER),
    Refusal("do_not_honor", _LATER, "05"), Refusal("do_not_try_again", _NEVER),
    Refusal("duplicate_transaction", None, "94"), Refusal("expired_card", _CONFIRM, "54"),
    Refusal("fraudulent", _NEVER, "59"), Refusal("generic_decline", _LATER, "05"), Refusal("highest_risk_level"),
    Refusal("incorrect_address", _CONFIRM), Refusal("incorrect_cvc", _CONFIRM, "82"),
    Refusal("incorrect_number", _NEVER, "14"), Refusal("incorrect_zip", _CONFIRM),
    Refusal("insufficient_funds", _LATER, "51"), Refusal("invalid_account", _CONFIRM, "46"),
    Refusal("invalid_amount", None, "13"), Refusal("invalid_cvc", _CONFIRM, "82"),
    Refusal("invalid_expiry_month", _CONFIRM, "54"), Refusal("invalid_expiry_year", _CONFIRM, "54"),
    Refusal("invalid_number", _CONFIRM, "14"), Refusal("issuer_not_available", _LATER, "91"),
    Refusal("lost_card", _NEVER, "41"), Refusal("merchant_blacklist", _NEVER),
    Refusal("new_account_information_available", _CONFIRM, None, "01"), Refusal("no_action_taken", _LATER, "21"),
    Refusal("not_permitted", _NEVER), Refusal("pickup_card", _NEVER, "04"), Refusal("processing_error", _LATER, "96"),
    Refusal("reenter_transaction", _LATER, "19"), Refusal("restricted_card", _NEVER, "62"),
    Refusal("revocation_of_all_authorizations", _NEVER, "R1"), Refusal("revocation_of_authorization", _NEVER, "R0"),
    Refusal("security_violation", _NEVER, "63"), Refusal("service_not_allowed", _NEVER),
    Refusal("stolen_card", _NEVER, "43"), Refusal("stop_payment_order", _NEVER, "R0"),
    Refusal("testmode_decline"), Refusal("transaction_not_allowed", _NEVER, "57"),
    Refusal("try_again_later", _LATER), Refusal("withdrawal_count_limit_exceeded", _LATER, "65"),
)  # fmt: skip
REFUSALS: Final[dict[str, Refusal]] = {one.decline_code: one for one in _TABLE}


def refusal(decline_code: str, network_code: str | None = None, network_advice: str | None = None) -> Refusal:
    """The decline of this code; what the network says can be another than is usual."""
    usual = REFUSALS.get(decline_code, Refusal(decline_code))
    return replace(
        usual,
        network_code=network_code or usual.network_code,
        network_advice=network_advice or usual.network_advice,
    )
