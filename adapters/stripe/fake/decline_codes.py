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
class Decline:
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
    Decline("approve_with_id", _LATER), Decline("authentication_not_handled"), Decline("authentication_required"),
    Decline("call_issuer", _LATER, "01"), Decline("card_not_supported", _NEVER, "57"),
    Decline("card_velocity_exceeded", _LATER, "65"), Decline("currency_not_supported", _NEVER),
    Decline("do_not_honor", _LATER, "05"), Decline("do_not_try_again", _NEVER),
    Decline("duplicate_transaction", None, "94"), Decline("expired_card", _CONFIRM, "54"),
    Decline("fraudulent", _NEVER, "59"), Decline("generic_decline", _LATER, "05"), Decline("highest_risk_level"),
    Decline("incorrect_address", _CONFIRM), Decline("incorrect_cvc", _CONFIRM, "82"),
    Decline("incorrect_number", _NEVER, "14"), Decline("incorrect_zip", _CONFIRM),
    Decline("insufficient_funds", _LATER, "51"), Decline("invalid_account", _CONFIRM, "46"),
    Decline("invalid_amount", None, "13"), Decline("invalid_cvc", _CONFIRM, "82"),
    Decline("invalid_expiry_month", _CONFIRM, "54"), Decline("invalid_expiry_year", _CONFIRM, "54"),
    Decline("invalid_number", _CONFIRM, "14"), Decline("issuer_not_available", _LATER, "91"),
    Decline("lost_card", _NEVER, "41"), Decline("merchant_blacklist", _NEVER),
    Decline("new_account_information_available", _CONFIRM, None, "01"), Decline("no_action_taken", _LATER, "21"),
    Decline("not_permitted", _NEVER), Decline("pickup_card", _NEVER, "04"), Decline("processing_error", _LATER, "96"),
    Decline("reenter_transaction", _LATER, "19"), Decline("restricted_card", _NEVER, "62"),
    Decline("revocation_of_all_authorizations", _NEVER, "R1"), Decline("revocation_of_authorization", _NEVER, "R0"),
    Decline("security_violation", _NEVER, "63"), Decline("service_not_allowed", _NEVER),
    Decline("stolen_card", _NEVER, "43"), Decline("stop_payment_order", _NEVER, "R0"),
    Decline("testmode_decline"), Decline("transaction_not_allowed", _NEVER, "57"),
    Decline("try_again_later", _LATER), Decline("withdrawal_count_limit_exceeded", _LATER, "65"),
)  # fmt: skip
DECLINES: Final[dict[str, Decline]] = {one.decline_code: one for one in _TABLE}


def decline_of_code(decline_code: str, network_code: str | None = None, network_advice: str | None = None) -> Decline:
    """The decline of this code; what the network says can be another than is usual."""
    usual = DECLINES.get(decline_code, Decline(decline_code))
    return replace(
        usual,
        network_code=network_code or usual.network_code,
        network_advice=network_advice or usual.network_advice,
    )
