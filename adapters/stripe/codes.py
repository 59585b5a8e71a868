"""Stripe's words for requests that it does not take, where the debtor is the reason (docs.stripe.com/error-codes).

They are read as the decline that has the same consequence, for nothing of ours is wrong and repeating is no use: a
method that is gone must be replaced by its owner, a mandate that is gone must be given again, an amount beyond a limit
is for a person to look at. What a bank says of a debit (`account_closed`, `insufficient_funds`, ...) is passed on as it
is; which return code of the scheme it stands for is in the rule book.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NO_METHOD: Final = "invalid_account"
_NO_MANDATE: Final = "debit_not_authorized"
INVALID_AMOUNT: Final = "invalid_amount"
_OTHER_CURRENCY: Final = "currency_not_supported"

_BANKS_WORDS: Final = (
    "account_closed", "bank_account_restricted", "debit_not_authorized", "insufficient_funds", "no_account",
    "refer_to_customer",
)  # fmt: skip
_BY_CODE: Final[Mapping[str, str]] = {
    **{word: word for word in _BANKS_WORDS},
    "amount_too_large": INVALID_AMOUNT,
    "amount_too_small": INVALID_AMOUNT,
    "bank_account_declined": NO_METHOD,
    "bank_account_unusable": NO_METHOD,
    "bank_account_unverified": NO_METHOD,
    "billing_invalid_mandate": _NO_MANDATE,
    "charge_exceeds_transaction_limit": INVALID_AMOUNT,
    "expired_payment_method": "expired_card",
    "india_recurring_payment_mandate_canceled": "revocation_of_authorization",
    "invalid_charge_amount": INVALID_AMOUNT,
    "payment_intent_mandate_invalid": _NO_MANDATE,
    "payment_method_bank_account_blocked": "bank_account_restricted",
    "payment_method_currency_mismatch": _OTHER_CURRENCY,
    "payment_method_restricted": NO_METHOD,
    "payment_method_unexpected_state": NO_METHOD,
    "sepa_unsupported_account": NO_METHOD,
}
# Without a telling code the parameter is what is left: a method that is another customer's, an amount, its currency.
_VAGUE: Final = frozenset({None, "resource_missing", "parameter_invalid_integer"})
_BY_PARAM: Final[Mapping[str, str]] = {
    "payment_method": NO_METHOD,
    "amount": INVALID_AMOUNT,
    "currency": _OTHER_CURRENCY,
}


def as_decline(error: Mapping[str, Any]) -> str | None:
    """The decline code that stands for this error; None: the debtor is not the reason, our set-up is."""
    code, param = error.get("code"), error.get("param")
    if code is not None and code in _BY_CODE:
        return _BY_CODE[code]
    return _BY_PARAM.get(str(param)) if code in _VAGUE else None
