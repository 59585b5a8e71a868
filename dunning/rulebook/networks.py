"""The networks whose limits an attempt keeps, by the names that providers and billing systems use for them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, TypeGuard, get_args

Network = Literal["visa", "mastercard", "ach", "sepa_dd", "bacs"]

Debit = Literal["ach", "sepa_dd", "bacs"]

BANK_DEBITS: Final[frozenset[str]] = frozenset(get_args(Debit))

_NAMES: Final[dict[str, Network]] = {
    "visa": "visa",
    "mastercard": "mastercard",
    "mc": "mastercard",
    "maestro": "mastercard",
    "ach": "ach",
    "ach_debit": "ach",
    "us_bank_account": "ach",
    "sepa": "sepa_dd",
    "sepa_dd": "sepa_dd",
    "sepa_debit": "sepa_dd",
    "bacs": "bacs",
    "bacs_debit": "bacs",
}


@lru_cache(maxsize=1024)
def family(network: str | None) -> Network:
    """Whose rules bind a method. American Express, Discover and a card of no known network are read as Visa.

    These two publish no numbers of their own, and ask for no further attempt without an advice code.
    """
    return _NAMES.get((network or "").lower().replace(" ", "_").replace("-", "_"), "visa")


def is_debit(network: Network) -> TypeGuard[Debit]:
    """Whether it is a bank scheme: bank days bind its attempts, and its return codes are read by its own table."""
    return network in BANK_DEBITS
