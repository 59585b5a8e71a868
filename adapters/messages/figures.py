"""Amounts and days as people of a country write them; a line never breaks inside one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol, parse_pattern

from adapters.messages.plain import unbroken
from adapters.messages.text_message import is_common
from dunning.money import exponent

HARD: Final = "\N{NO-BREAK SPACE}"
_FIGURE: Final = frozenset("-0123456789")


@dataclass(frozen=True, slots=True)
class AmountForm:
    """How a locale writes amounts of a currency, as Babel has it: what stands before and behind (of what is owed, of
    what is taken off), between the groups of figures, and before the decimals.

    Babel itself takes a hundred times as long for each amount, and shows no para (F8).
    """

    before: tuple[str, str]
    after: tuple[str, str]
    group: str
    sizes: tuple[int, int]  # of the last group, and of those before it
    point: str
    decimals: int

    def write(self, minor: int) -> str:
        """The amount in minor units, with every decimal of its currency."""
        digits = str(abs(minor)).zfill(self.decimals + 1)
        whole, rest = (digits[: -self.decimals], digits[-self.decimals :]) if self.decimals else (digits, "")
        size, more = self.sizes
        groups = [whole[-size:]]
        whole = whole[:-size]
        while whole:
            groups.append(whole[-more:])
            whole = whole[:-more]
        sign = minor < 0
        figures = self.group.join(reversed(groups))
        return f"{self.before[sign]}{figures}{self.point if rest else ''}{rest}{self.after[sign]}"


@lru_cache(maxsize=512)
def amount_form(currency: str, locale: Locale, *, common: bool = False) -> AmountForm:
    """How the locale writes the currency. `common`: in signs that every telephone has.

    A currency whose sign has letters in it goes by its code, and a code never touches the figures: CHF 35.00.
    """
    sign = get_currency_symbol(currency, locale)
    named = currency if any(one.isalpha() for one in sign) or (common and not is_common(sign)) else sign
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)

    def around(said: tuple[str, str]) -> tuple[str, str]:
        first, second = (unbroken(one.replace("¤", named)) for one in said)
        return first, second

    before = around(pattern.prefix)
    if named == currency:
        before = _apart(before[0], currency), _apart(before[1], currency)
    return AmountForm(
        before, around(pattern.suffix), get_group_symbol(locale), pattern.grouping, get_decimal_symbol(locale),
        exponent(currency),
    )  # fmt: skip


def _apart(before: str, code: str) -> str:
    """With a space between a code and the figures or the sign that follow it."""
    ahead, found, behind = before.partition(code)
    return f"{ahead}{found}{HARD}{behind}" if found and (not behind or behind[0] in _FIGURE) else before


@lru_cache(maxsize=4096)
def _in_words(on: date, locale: Locale) -> str:
    said = format_date(on, "long", locale=locale)
    if locale.language == "fr" and on.day == 1:
        said = said.replace("1 ", "1er ", 1)
    return unbroken(said)


@lru_cache(maxsize=512)
def _month_in_words(first: date, locale: Locale) -> str:
    return unbroken(format_skeleton("yMMMM", first, locale=locale))


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes amounts in one currency and days, in one locale; `common`: in signs that every telephone has."""

    locale: Locale
    currency: str
    common: bool = False

    def amount(self, minor: int) -> str:
        """The amount in minor units with its currency's sign or code, such as €1,615.00, € 1.615,00, CHF 35.00."""
        return amount_form(self.currency, self.locale, common=self.common).write(minor)

    def month(self, on: date) -> str:
        """The month of a day in words, such as April 2027."""
        return _month_in_words(on.replace(day=1), self.locale)

    def day(self, on: date) -> str:
        """The day in words, such as 28 February 2026; it is never mistaken for another country's order of figures."""
        return _in_words(on, self.locale)
