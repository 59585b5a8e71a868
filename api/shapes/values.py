"""The small values that bodies are made of. All are texts on the wire, and nothing is guessed from a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from adapters.calendars import is_zone
from dunning.dates import DAY, FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT, MOMENT
from dunning.errors import MoneyError
from dunning.messages import FACTS, MESSAGES, REQUESTS
from dunning.money import decimal_string, minor
from dunning.policy.parts import WrittenAs, known_currency, not_allowed

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029"


class Shape(BaseModel):
    """Frozen, and nothing unknown is taken in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _day_only(raw: object) -> object:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise not_allowed(DAY)
    return raw


def _usable_day(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise not_allowed(DAY)
    return day


def _moment_only(raw: object) -> object:
    if isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DAY.match(raw):
        raise not_allowed(MOMENT)
    return raw


def _usable_moment(moment: datetime) -> datetime:
    if moment.tzinfo is None or not FIRST_MOMENT <= moment <= LAST_MOMENT:
        raise not_allowed(MOMENT)
    return moment.astimezone(UTC)


def _zone(name: str) -> str:
    if not is_zone(name):
        raise not_allowed("an IANA time zone such as Europe/Amsterdam")
    return name


Day = Annotated[
    date,
    BeforeValidator(_day_only, json_schema_input_type=date),
    AfterValidator(_usable_day),
    Field(examples=["2026-03-31"]),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment_only, json_schema_input_type=datetime),
    AfterValidator(_usable_moment),
    Field(examples=["2026-03-31T09:00:00Z"]),
]
OneLine = Annotated[str, Field(min_length=1, max_length=200), WrittenAs(f"[^{_CONTROL}]+", "a text on one line")]
Words = Annotated[str, Field(min_length=1, max_length=500), WrittenAs(f"[^{_CONTROL}]+", "a text on one line")]
_LINES: Final = WrittenAs(f"[^{_CONTROL}]([^{_CONTROL}]|\\n)*", "lines of text")
Lines = Annotated[str, Field(min_length=1, max_length=500), _LINES]
Note = Annotated[str, Field(min_length=1, max_length=2_000), _LINES]
Zone = Annotated[str, Field(max_length=64, examples=["Europe/Amsterdam"]), AfterValidator(_zone)]
Country = Annotated[str, WrittenAs("[A-Z]{2}", "a country in two capitals, such as NL"), Field(examples=["NL"])]
Tag = Annotated[str, Field(max_length=100), WrittenAs(f"[^{_CONTROL}]+", "a text on one line")]
Tags = Annotated[tuple[Tag, ...], Field(max_length=50)]


def one_of(words: Iterable[str]) -> Any:
    """Describes a text that is always one of these words, whoever wrote it where we read it."""
    return Field(json_schema_extra={"enum": [*words]})


FactName = Annotated[str, one_of(sorted(FACTS))]
RequestName = Annotated[str, one_of(sorted(REQUESTS))]
MessageName = Annotated[str, one_of(sorted(MESSAGES))]


class Sum(Shape):
    """An amount of money: a decimal string, and its currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "12.50", "currency": "EUR"}]})

    currency: Annotated[
        str, Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}, examples=["EUR"]), AfterValidator(known_currency)
    ]
    amount: Annotated[
        str, Field(max_length=40, json_schema_extra={"pattern": r"^-?[0-9]+(\.[0-9]+)?$"}, examples=["12.50"])
    ]

    @field_validator("amount")
    @classmethod
    def _exact(cls, value: str, info: ValidationInfo) -> str:
        currency = info.data.get("currency")
        if currency is None:  # its own mistake is told already
            return value
        try:
            cls._fits(minor(value, currency), currency)
        except MoneyError as error:
            raise not_allowed(error.allowed) from None
        return value

    @classmethod
    def _fits(cls, amount: int, currency: str) -> None:
        """Refuse what this sum may not be."""

    @classmethod
    def of(cls, amount: int, currency: str) -> Self:
        """From minor units."""
        return cls(currency=currency, amount=decimal_string(amount, currency))

    @property
    def minor(self) -> int:
        """In minor units."""
        return minor(self.amount, self.currency)


class PositiveSum(Sum):
    """An amount of money, more than nought."""

    @classmethod
    def _fits(cls, amount: int, currency: str) -> None:
        if amount <= 0:
            raise not_allowed(f"more than nought, such as {decimal_string(1250, currency)}")


class SumFromNought(Sum):
    """An amount of money, nought or more."""

    @classmethod
    def _fits(cls, amount: int, currency: str) -> None:
        if amount < 0:
            raise not_allowed(f"nought or more, such as {decimal_string(1250, currency)}")


class Price(Shape):
    """What something costs: a decimal string, which may have more decimals than its currency, and that currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "0.075", "currency": "EUR"}]})

    currency: Annotated[str, Field(json_schema_extra={"pattern": "^[A-Z]{3}$"}, examples=["EUR"])]
    amount: Annotated[str, Field(json_schema_extra={"pattern": r"^[0-9]+(\.[0-9]+)?$"}, examples=["0.075"])]


def sum_of(amount: int | None, currency: str) -> Sum | None:
    """An amount in minor units, where there is one."""
    return None if amount is None else Sum.of(amount, currency)


def example(**fields: Any) -> ConfigDict:
    """The configuration of a shape with an example of it."""
    return ConfigDict(json_schema_extra={"examples": [fields]})
