"""Stripe's amounts: whole numbers of its own smallest unit, which is not everywhere the currency's."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from dunning.errors import MoneyError
from dunning.money import decimal_string, exponent

# As https://docs.stripe.com/currencies lists them. ISK and UGX have no decimals, but Stripe still writes two.
_NONE: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def decimal_places(currency: str) -> int:
    """How many decimals Stripe writes; `currency` in capitals."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 2


def from_stripes_units(amount: int, currency: str) -> Decimal:
    """Stripe's amount in major units: 1250 EUR is 12.50, 1250 JPY is 1250. `currency` in capitals."""
    return Decimal(amount).scaleb(-decimal_places(currency))


def in_stripes_units(amount: int, currency: str) -> int:
    """1250 EUR cents are 1250, and 5 ISK, which has no decimals, are 500. `currency` in capitals.

    Raises `MoneyError` for an amount that Stripe cannot write.
    """
    more = decimal_places(currency) - exponent(currency)
    if more >= 0:
        return amount * int(10**more)
    whole, rest = divmod(amount, int(10**-more))
    if rest:
        shown = f"{decimal_string(amount, currency)} {currency}"
        raise MoneyError("stripe", shown, f"{decimal_places(currency)} decimals of {currency}")
    return whole
