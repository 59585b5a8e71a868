"""Stripe's amounts: whole numbers of its own smallest unit, which is not everywhere the currency's.

As https://docs.stripe.com/currencies has them. ISK and UGX have no decimals, but Stripe still writes two, both 0. Of
three decimals the last one is 0 in what is asked for. HUF and TWD are charged with two; that only whole ones are paid
out does not concern us.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from dunning.errors import MoneyError
from dunning.money import LARGEST, decimal_string, exponent, major

_NONE: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_ALLOWED: Final = "whole units of the currency's smallest coin, 15 digits at most"


def decimal_places(currency: str) -> int:
    """How many decimals Stripe writes; `currency` in capitals."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 2


def from_stripes_units(amount: int, currency: str) -> Decimal:
    """Stripe's amount in major units: 1250 EUR is 12.50, 1250 JPY is 1250, 500 ISK is 5. `currency` in capitals.

    Raises `MoneyError` for a currency that is none, and for an amount that it does not have: 1250 ISK, or more than 15
    digits of its minor unit.
    """
    more = decimal_places(currency) - exponent(currency)
    whole, rest = divmod(amount, int(10**more)) if more > 0 else (amount * int(10**-more), 0)
    if rest or abs(whole) > LARGEST:
        unit = f"; 1 {currency} is {10 ** decimal_places(currency)}"
        raise MoneyError("amount", f"{amount} {currency}" if abs(amount) <= LARGEST else "more", _ALLOWED + unit)
    return major(whole, currency)


def in_stripes_units(amount: int, currency: str) -> int:
    """1250 EUR cents are 1250, and 5 ISK, which has no decimals, are 500. `currency` in capitals.

    Raises `MoneyError` for an amount that Stripe cannot write: 1.2345 CLF, or 5.124 KWD.
    """
    more = decimal_places(currency) - exponent(currency)
    written, rest = (amount * int(10**more), 0) if more >= 0 else divmod(amount, int(10**-more))
    if rest or (currency in _THREE and written % 10):
        shown = f"{decimal_string(amount, currency)} {currency}"
        places = 2 if currency in _THREE else decimal_places(currency)
        raise MoneyError("stripe", shown, f"{places} decimals of {currency}")
    return written
