"""Which facts a policy or a step asks for: `{invoice.balance: {min: 250.00}, customer.country: [NL, BE]}`.

All of them must hold. Money is in major units of the invoice's currency.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt, StrictStr

from dunning.policy.fact_test import Range, Test
from dunning.policy.parts import Currency, Exact, Part, Written

Look = Callable[[str], object]
Text = Annotated[StrictStr, Field(min_length=1, max_length=100)]
Country = Annotated[StrictStr, Written("[A-Z]{2}", "a country in two capitals, such as NL")]


class AmountTest(Range[Exact]):
    """In major units of the invoice's currency."""


class CountTest(Range[StrictInt]):
    """A whole number."""


class TextTest(Test[Text]):
    """A text as it stands, or a tag."""


class CountryTest(Test[Country]):
    """An ISO 3166 country."""


class CurrencyTest(Test[Currency]):
    """An ISO 4217 currency."""


class KindTest(Test[Literal["business", "consumer"]]):
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
    def fields(self) -> frozenset[str]:
        """The names of the facts that decide."""
        return frozenset(field for field, _ in self.tests)

    def failing(self, look: Look) -> tuple[tuple[str, object], ...]:
        """The facts that are not what they must be, each with what it is; none: it matches (F5).

        `look` gives a fact by its name: Decimal in major units, whole number, text, a collection of tags, or None.
        """
        found = ((field, test, look(field)) for field, test in self.tests)
        return tuple((field, actual) for field, test, actual in found if not test.passes(actual))

    def allowed(self, field: str) -> str:
        """In words, what a fact that is named must be: `at least 100.00`."""
        return dict(self.tests)[field].allowed
