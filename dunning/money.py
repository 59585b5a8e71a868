"""Money is a whole number of minor units and its currency: 1250 cents are 12.50 EUR, and nothing is ever a float.

How many decimals a currency has is what ISO 4217 says (F8), not with how many a country likes to show it. The table
is read once when this module is loaded, so that no rule touches the disk. `minor`, `major` and `decimal_string` serve
code that carries bare minor units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from typing import Any, Final

from iso4217 import Currency
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from dunning.errors import MoneyError

# Gold, drawing rights and the codes for tests have no minor unit there: nobody is invoiced in them.
_EXPONENTS: Final = {one.code: one.exponent for one in Currency if one.exponent is not None}
_WRITTEN: Final = re.compile(r"-?[0-9]+(?:\.(?P<decimals>[0-9]+))?")
_DIGITS: Final = 15  # of the minor units, as in a balance too: the sum of nine thousand fits a column of 64 bits
LARGEST: Final = 10**_DIGITS - 1  # minor units
_EXACT: Final = Context(prec=_DIGITS, traps=[Inexact, InvalidOperation])
_HALF_UP: Final = Context(prec=60, rounding=ROUND_HALF_UP)  # wide enough to multiply in full and round once
_UNIT: Final = Decimal(1)
_SHOWN: Final = 60
_FORM: Final = core_schema.typed_dict_schema(
    {
        "amount": core_schema.typed_dict_field(core_schema.str_schema(pattern=r"^-?[0-9]+(\.[0-9]+)?$")),
        "currency": core_schema.typed_dict_field(core_schema.str_schema(pattern="^[A-Z]{3}$")),
    }
)


def exponent(currency: str) -> int:
    """The number of decimals of `currency`, an ISO 4217 code in capitals. Raises `MoneyError` for any other."""
    try:
        return _EXPONENTS[currency]
    except (KeyError, TypeError):
        raise MoneyError("currency", _brief(currency), "an ISO 4217 code such as EUR") from None


def minor(amount: Decimal | str | int, currency: str) -> int:
    """The amount in minor units, exactly.

    A text is held to what it writes (12.500 EUR may be a misread thousand), a Decimal to its value. Raises
    `MoneyError` for what is no plain number, has too many decimals or more than 15 digits.
    """
    places = exponent(currency)
    value = _read(amount, places)
    if value is None:
        raise _refusal(amount, currency)
    try:
        return int(value.scaleb(places, _EXACT).quantize(_UNIT, context=_EXACT))
    except (Inexact, InvalidOperation):
        raise _refusal(amount, currency) from None


def major(minor: int, currency: str) -> Decimal:
    """The amount in major units, with every decimal of its currency: 1250 EUR is Decimal("12.50")."""
    return Decimal(decimal_string(minor, currency))


def decimal_string(minor: int, currency: str) -> str:
    """The amount as JSON and CSV carry it: 1250 EUR is "12.50", 1250 JPY is "1250"."""
    places = exponent(currency)
    if not places:
        return str(minor)
    digits = f"{abs(minor):0{places + 1}d}"
    return f"{'-' if minor < 0 else ''}{digits[:-places]}.{digits[-places:]}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units with its currency (F2); arithmetic and order exist within one currency only.

    Amounts in two currencies are never equal, not even nought. In JSON: {"amount": "12.50", "currency": "EUR"}.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is no whole number (a bool is none) and a currency that is not known."""
        if type(self.minor) is not int:
            raise MoneyError("minor", _brief(self.minor), "a whole number of minor units")
        exponent(self.currency)

    @classmethod
    def parse(cls, amount: Decimal | str | int, currency: str) -> Money:
        """Read an amount in major units, exactly; `minor` says what is refused."""
        return cls(minor(amount, currency), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units."""
        return major(self.minor, self.currency)

    def percent(self, rate: Decimal) -> Money:
        """`rate` percent of this amount, rounded half up (away from nought) to the minor unit, once."""
        try:
            share = _HALF_UP.multiply(rate, self.minor).scaleb(-2, _HALF_UP)
            return Money(int(share.quantize(_UNIT, context=_HALF_UP)), self.currency)
        except (ArithmeticError, TypeError, ValueError):
            raise MoneyError("percent", _brief(rate), "a plain number such as 1.5") from None

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        return decimal_string(self.minor, self.currency)

    def _same(self, other: object) -> int:
        if isinstance(other, Money) and other.currency == self.currency:
            return other.minor
        raise MoneyError("", f"{_brief(other)} beside an amount in {self.currency}", f"money in {self.currency}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take the JSON form or a `Money`, and give the JSON form back."""
        return core_schema.no_info_plain_validator_function(
            _from_form,
            json_schema_input_schema=_FORM,
            serialization=core_schema.plain_serializer_function_ser_schema(_to_form, return_schema=_FORM),
        )


def _from_form(value: object) -> Money:
    if isinstance(value, Money):
        return value
    if isinstance(value, Mapping) and value.keys() == {"amount", "currency"}:
        return Money.parse(value["amount"], value["currency"])
    raise MoneyError("money", _brief(value), '{"amount": "12.50", "currency": "EUR"}')


def _to_form(money: Money) -> dict[str, str]:
    return {"amount": str(money), "currency": money.currency}


def _read(amount: object, places: int) -> Decimal | None:
    """The number that is meant, or nothing if it is none or writes more decimals than there are."""
    if isinstance(amount, str):
        written = _WRITTEN.fullmatch(amount)
        return Decimal(amount) if written and len(written["decimals"] or "") <= places else None
    if isinstance(amount, Decimal):
        return amount if amount.is_finite() else None
    return Decimal(amount) if isinstance(amount, int) and not isinstance(amount, bool) else None


def _refusal(amount: object, currency: str) -> MoneyError:
    example, places = decimal_string(1250, currency), exponent(currency) or "no"
    allowed = f"a plain number such as {example} with at most {places} decimals and {_DIGITS} digits"
    return MoneyError("amount", f"{_brief(amount)} {currency}", allowed)


def _brief(value: object) -> str:
    """What was found, short enough for a message. A very long int has no text in Python, but its Decimal has."""
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    text = repr(value) if number is None else str(number)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
