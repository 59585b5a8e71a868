"""Stripe's amounts: whole numbers of its own smallest unit, which is not everywhere the currency's."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

# As https://docs.stripe.com/currencies lists them. ISK and UGX have no decimals, but Stripe still writes two.
_NONE: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def places(currency: str) -> int:
    """How many decimals Stripe writes; `currency` in capitals."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 2


def major(amount: int, currency: str) -> Decimal:
    """Stripe's amount in major units: 1250 EUR is 12.50, 1250 JPY is 1250. `currency` in capitals."""
    return Decimal(amount).scaleb(-places(currency))
