"""Which facts a policy or a step asks for: `{invoice.balance: {min: 250.00}, customer.country: [NL, BE]}`.

All of them must hold. Money is in major units of the invoice's currency; a limit may be named for each currency, and a
currency that is not named has none (F8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import Field, StrictInt, StrictStr, model_validator

from dunning.policy.fact_test import Range, Test
from dunning.policy.parts import Currency, Exact, Part, WrittenAs, in_whole_minor_units, not_allowed
from dunning.records import CustomerKind

Look = Callable[[str], object]
# What time alone changes: days go by, and other invoices of the customer become overdue.
BY_TIME: Final = frozenset({"invoice.overdue_days", "account.oldest_overdue_days", "account.overdue_total"})
Text = Annotated[StrictStr, Field(min_length=1, max_length=100)]
Country = Annotated[StrictStr, WrittenAs("[A-Z]{2}", "a country in two capitals, such as NL")]


Named = Annotated[dict[Currency, Exact] | None, Field(min_length=1)]


class AmountTest(Range[Exact]):
    """In major units of the invoice's currency: `{min: 250.00}`, `{min: {EUR: 250.00, JPY: 40000}}`."""

    min_named: Named = None
    max_named: Named = None

    @model_validator(mode="before")
    @classmethod
    def _limits_by_currency(cls, raw: object) -> object:
        """`min: {EUR: 250.00}` has a field of its own."""
        if not isinstance(raw, Mapping):
            return raw
        named = {limit for limit in ("min", "max") if isinstance(raw.get(limit), Mapping)}
        return {f"{key}_named" if key in named else key: value for key, value in raw.items()}

    @model_validator(mode="after")
    def _named_limits_are_sound(self) -> Self:
        least, most = self.min_named or {}, self.max_named or {}
        for named in (least, most):
            in_whole_minor_units(named)
        for currency in least.keys() & most.keys():
            if least[currency] > most[currency]:
                found = f"min {least[currency]} and max {most[currency]} for {currency}"
                raise not_allowed("a min that is not above the max", found=found)
        return self

    def passes_in(self, currency: object, actual: Any) -> bool:
        """Whether an amount in this currency is what it must be; one that is not known has no size."""
        least = (self.min_named or {}).get(str(currency))
        most = (self.max_named or {}).get(str(currency))
        known = actual is not None
        return (
            self.passes(actual)
            and (least is None or (known and actual >= least))
            and (most is None or (known and actual <= most))
        )

    def _words(self) -> list[str]:
        words = [] if self.min_named is None else [f"at least {_in_words(self.min_named)}"]
        words += [] if self.max_named is None else [f"at most {_in_words(self.max_named)}"]
        return words + super()._words()

    @classmethod
    def _limit_schema(cls, value: dict[str, Any]) -> dict[str, Any]:
        by_currency = {"type": "object", "patternProperties": {"^[A-Z]{3}$": value}, "minProperties": 1}
        return {"anyOf": [value, {**by_currency, "additionalProperties": False}]}


def _in_words(named: Mapping[str, Decimal]) -> str:
    return " or ".join(f"{amount} {currency}" for currency, amount in named.items())


class CountTest(Range[StrictInt]):
    """A whole number."""

    def fails_above(self, number: int) -> int | None:
        """The first number above this one that does not pass, None where all do."""
        last = [limit for limit in (number, self.max, self.equals, *(self.any_of or ())) if limit is not None]
        turns = sorted({*(limit + 1 for limit in last), *(self.not_ or ())})
        return next((turn for turn in turns if turn > number and not self.passes(turn)), None)


class TextTest(Test[Text]):
    """A text as it stands, or a tag."""


class CountryTest(Test[Country]):
    """An ISO 3166 country."""


class CurrencyTest(Test[Currency]):
    """An ISO 4217 currency."""


class KindTest(Test[CustomerKind]):
    """Who the customer is."""


class Conditions(Part):
    """One test for each fact that is named; none named, all match."""

    invoice_amount: AmountTest | None = Field(default=None, alias="invoice.amount")
    invoice_balance: AmountTest | None = Field(default=None, alias="invoice.balance")
    invoice_currency: CurrencyTest | None = Field(default=None, alias="invoice.currency")
    invoice_tags: TextTest | None = Field(default=None, alias="invoice.tags")
    invoice_overdue_days: CountTest | None = Field(default=None, alias="invoice.overdue_days")
    customer_kind: KindTest | None = Field(default=None, alias="customer.kind")
    customer_country: CountryTest | None = Field(default=None, alias="customer.country")
    customer_segment: TextTest | None = Field(default=None, alias="customer.segment")
    customer_locale: TextTest | None = Field(default=None, alias="customer.locale")
    customer_tags: TextTest | None = Field(default=None, alias="customer.tags")
    account_overdue_total: AmountTest | None = Field(default=None, alias="account.overdue_total")
    account_open_cases: CountTest | None = Field(default=None, alias="account.open_cases")
    account_oldest_overdue_days: CountTest | None = Field(default=None, alias="account.oldest_overdue_days")
    account_broken_promises: CountTest | None = Field(default=None, alias="account.broken_promises")
    case_attempts: CountTest | None = Field(default=None, alias="case.attempts")
    case_last_decline: TextTest | None = Field(default=None, alias="case.last_decline")

    @cached_property
    def tests(self) -> tuple[tuple[str, Test[Any]], ...]:
        """The facts that are named, each with its test."""
        named = ((str(field.alias), getattr(self, name)) for name, field in type(self).model_fields.items())
        return tuple((field, test) for field, test in named if test is not None)

    @cached_property
    def balance_alone(self) -> Conditions | None:
        """What is asked of the balance, None if nothing is."""
        return Conditions(invoice_balance=self.invoice_balance) if self.invoice_balance else None

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the facts that decide."""
        return frozenset(field for field, _ in self.tests)

    @cached_property
    def asks_account(self) -> bool:
        """Whether the customer's other cases decide as well."""
        return any(field.startswith("account.") for field in self.fields)

    @cached_property
    def by_time(self) -> bool:
        """Whether time alone may make it false (F5)."""
        return not self.fields.isdisjoint(BY_TIME)

    def failing(self, look: Look) -> tuple[tuple[str, object], ...]:
        """The facts that are not what they must be, each with what it is; none: it matches (F5).

        `look` gives a fact by its name: Decimal in major units, whole number, text, a collection of tags, or None.
        """
        found = ((field, test, look(field)) for field, test in self.tests)
        return tuple((field, actual) for field, test, actual in found if not _passes(test, actual, look))

    def allowed(self, field: str) -> str:
        """In words, what a fact that is named must be: `at least 100.00`."""
        return dict(self.tests)[field].allowed


def _passes(test: Test[Any], actual: object, look: Look) -> bool:
    if isinstance(test, AmountTest) and (test.min_named or test.max_named):
        return test.passes_in(look("invoice.currency"), actual)
    return test.passes(actual)
