"""Our minor units as the whole number that Stripe is given: the two differ where we count decimals that it does not."""

from __future__ import annotations

from adapters.stripe.amounts import places
from dunning.errors import MoneyError
from dunning.money import decimal_string, exponent


def in_stripes_units(amount: int, currency: str) -> int:
    """1250 EUR cents are 1250, and 5 ISK, which has no decimals, are 500. `currency` in capitals.

    Raises `MoneyError` for an amount that Stripe cannot write.
    """
    more = places(currency) - exponent(currency)
    if more >= 0:
        return amount * int(10**more)
    whole, rest = divmod(amount, int(10**-more))
    if rest:
        shown = f"{decimal_string(amount, currency)} {currency}"
        raise MoneyError(f"stripe: found {shown}; allowed {places(currency)} decimals of {currency}")
    return whole
