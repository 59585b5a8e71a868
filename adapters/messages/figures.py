"""Amounts and days as people of a country write them; a line never breaks inside one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern

from adapters.messages.plain import unbroken
from dunning.money import exponent, major

HARD: Final = "\N{NO-BREAK SPACE}"
_FIGURE: Final = frozenset("-0123456789")
_WITH_CODE: Final = "¤¤ #,##0.00"  # a text message knows few signs: EUR is among them, many a currency's sign is not


def written(amount: Decimal, currency: str, locale: Locale, pattern: str | None = None) -> str:
    """The amount as the locale writes it, with every decimal of its currency: Babel alone would show no para (F8).

    A currency whose sign has letters in it goes by its code, and a code never touches the figures: CHF 35.00.
    """
    sign = pattern or locale.currency_formats["standard"].pattern
    coded = any(one.isalpha() for one in get_currency_symbol(currency, locale))
    form = _form(sign.replace("¤", "¤¤") if coded and pattern is None else sign, exponent(currency))
    shown = str(form.apply(amount, locale, currency=currency, currency_digits=False))
    before, found, after = shown.partition(currency)
    return f"{before}{found}{HARD}{after}" if found and after[:1] in _FIGURE else shown


@lru_cache(maxsize=256)
def _form(pattern: str, decimals: int) -> NumberPattern:
    form = parse_pattern(pattern)
    form.frac_prec = (decimals, decimals)
    return form


@lru_cache(maxsize=4096)
def _in_words(on: date, locale: Locale) -> str:
    said = format_date(on, "long", locale=locale)
    if locale.language == "fr" and on.day == 1:
        said = said.replace("1 ", "1er ", 1)
    return unbroken(said)


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes amounts in one currency and days, in one locale."""

    locale: Locale
    currency: str

    def amount(self, minor: int) -> str:
        """The amount in minor units with its currency's sign or code, such as €1,615.00, € 1.615,00, CHF 35.00."""
        return unbroken(written(major(minor, self.currency), self.currency, self.locale))

    def coded(self, minor: int) -> str:
        """The amount with its currency's code and plain spaces only, such as EUR 1,615.00."""
        return " ".join(written(major(minor, self.currency), self.currency, self.locale, _WITH_CODE).split())

    def day(self, on: date) -> str:
        """The day in words, such as 28 February 2026; it is never mistaken for another country's order of figures."""
        return _in_words(on, self.locale)
