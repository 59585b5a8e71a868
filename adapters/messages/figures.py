"""Amounts and days as people of a country write them; a line never breaks inside one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import parse_pattern

from adapters.messages.plain import unbroken
from dunning.money import exponent, major

_WITH_CODE: Final = "¤¤ #,##0.00"  # a text message knows few signs: EUR is among them, many a currency's sign is not


def written(amount: Decimal, currency: str, locale: Locale, pattern: str | None = None) -> str:
    """The amount as the locale writes it, with every decimal of its currency: Babel alone would show no para (F8)."""
    form = parse_pattern(pattern or locale.currency_formats["standard"].pattern)
    form.frac_prec = (exponent(currency),) * 2
    return str(form.apply(amount, locale, currency=currency, currency_digits=False))


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes amounts in one currency and days, in one locale."""

    locale: Locale
    currency: str

    def amount(self, minor: int) -> str:
        """The amount in minor units with its currency's sign, such as €1,615.00 or € 1.615,00."""
        return unbroken(written(major(minor, self.currency), self.currency, self.locale))

    def coded(self, minor: int) -> str:
        """The amount with its currency's code and plain spaces only, such as EUR 1,615.00."""
        return " ".join(written(major(minor, self.currency), self.currency, self.locale, _WITH_CODE).split())

    def day(self, on: date) -> str:
        """The day in words, such as 28 February 2026; it is never mistaken for another country's order of figures."""
        return unbroken(format_date(on, "long", locale=self.locale))
