"""Amounts as people write them: `€ 120,50`, `1.250 euro`, `CHF 35.00`. A number without a currency is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_CURRENCIES: Final = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP",
    "$": "USD", "usd": "USD", "dollars": "USD", "chf": "CHF", "fr.": "CHF", "franken": "CHF", "sfr": "CHF",
    "francs": "CHF",
}  # fmt: skip
_SIGN: Final = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_NUMBER: Final = r"(?:\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)"
_EVEN: Final = "(?:,-{1,2})?"  # as in 50,-
_AMOUNT: Final = re.compile(
    rf"(?<![\w.,])(?P<before>{_SIGN}) ?(?P<number>{_NUMBER}){_EVEN}(?!\d)"
    rf"|(?<![\w.,])(?P<first>{_NUMBER}){_EVEN} ?(?P<after>{_SIGN})(?!\w)"
)
_CENTS: Final = re.compile(r"[.,](\d{1,2})$")


@dataclass(frozen=True, slots=True)
class ToldAmount:
    """An amount as it was written, in whole units and parts of them."""

    amount: Decimal
    currency: str


def amounts(said: str) -> list[ToldAmount]:
    """The amounts with a currency that a plain text names, in its order."""
    return [
        ToldAmount(_number(found["number"] or found["first"]), _CURRENCIES[found["before"] or found["after"]])
        for found in _AMOUNT.finditer(said)
    ]


def without_amounts(said: str) -> str:
    """The text with blanks in the place of each amount, so that none is taken for a day."""
    return _AMOUNT.sub(lambda found: " " * len(found[0]), said)


def _number(written: str) -> Decimal:
    cents = _CENTS.search(written)
    whole = written[: cents.start()] if cents else written
    return Decimal(re.sub(r"\D", "", whole) + (f".{cents[1]}" if cents else ""))
