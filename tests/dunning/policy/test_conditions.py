"""Which facts a policy or a step asks for, and when they match."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import to_json

from dunning.policy.conditions import Conditions, CountTest

FACTS: Mapping[str, object] = {
    "invoice.amount": Decimal("100.00"),
    "invoice.balance": Decimal("250.00"),
    "invoice.currency": "EUR",
    "invoice.tags": frozenset({"subscription", "yearly"}),
    "invoice.overdue_days": 12,
    "customer.kind": "business",
    "customer.country": "NL",
    "customer.segment": None,
    "customer.locale": "nl",
    "customer.tags": (),
    "account.overdue_total": Decimal("900.00"),
    "account.open_cases": 2,
    "account.oldest_overdue_days": 40,
    "account.broken_promises": 0,
    "case.attempts": 0,
    "case.last_decline": None,
}


def conditions(**tests: Any) -> Conditions:
    """`invoice__amount` is invoice.amount."""
    return Conditions.model_validate({field.replace("__", "."): test for field, test in tests.items()})


def failing(wanted: Conditions) -> list[str]:
    return [field for field, _ in wanted.failing(FACTS.__getitem__)]


@pytest.mark.parametrize(
    "field, test",
    [
        ("customer.kind", "business"),
        ("customer.country", ["BE", "NL"]),
        ("customer.country", {"not": "DE"}),
        ("customer.country", {"not": ["DE", "BE"]}),
        ("invoice.amount", {"min": Decimal("100.00")}),
        ("invoice.amount", {"max": 100}),
        ("invoice.amount", {"min": 50, "max": 150, "not": 75}),
        ("invoice.amount", Decimal("100.0")),
        ("invoice.overdue_days", 12),
        ("invoice.tags", "yearly"),
        ("invoice.tags", ["monthly", "yearly"]),
        ("invoice.tags", {"not": "monthly"}),
        ("customer.tags", {"not": "vip"}),
        ("customer.segment", {"not": "enterprise"}),
        ("case.attempts", {"max": 0}),
    ],
)
def test_what_is_asked_holds(field: str, test: object) -> None:
    assert Conditions.model_validate({field: test}).failing(FACTS.__getitem__) == ()


@pytest.mark.parametrize(
    "field, test",
    [
        ("customer.kind", "consumer"),
        ("customer.country", ["BE", "DE"]),
        ("customer.country", {"not": ["DE", "NL"]}),
        ("invoice.amount", {"min": Decimal("100.01")}),
        ("invoice.amount", {"max": Decimal("99.99")}),
        ("invoice.tags", "monthly"),
        ("invoice.tags", {"not": "yearly"}),
        ("customer.tags", "vip"),
        ("customer.segment", "enterprise"),
        ("case.last_decline", "insufficient_funds"),
    ],
)
def test_what_is_asked_does_not_hold_and_the_actual_value_is_named(field: str, test: object) -> None:
    assert Conditions.model_validate({field: test}).failing(FACTS.__getitem__) == ((field, FACTS[field]),)


def test_f8_a_limit_is_that_of_the_currency_and_one_that_is_not_named_has_none() -> None:
    wanted = conditions(invoice__balance={"min": {"EUR": Decimal("250.01"), "JPY": 40000}, "max": {"USD": 100}})
    assert failing(wanted) == ["invoice.balance"]
    for currency, amount, holds in (
        ("EUR", "250.01", True), ("JPY", "39999", False), ("JPY", "40000", True), ("USD", "100.01", False),
        ("USD", "0.01", True), ("GBP", "0.01", True),
    ):  # fmt: skip
        facts = {**FACTS, "invoice.currency": currency, "invoice.balance": Decimal(amount)}
        assert (wanted.failing(facts.__getitem__) == ()) is holds, (currency, amount)
    assert wanted.allowed("invoice.balance") == "at least 250.01 EUR or 40000 JPY and at most 100 USD"


def test_f8_an_amount_that_is_not_known_passes_no_limit_of_its_currency() -> None:
    wanted = conditions(account__overdue_total={"max": {"EUR": 5}})
    assert wanted.failing({**FACTS, "account.overdue_total": None}.__getitem__) == (("account.overdue_total", None),)


def test_a_number_that_is_not_known_is_neither_large_nor_small() -> None:
    wanted = conditions(invoice__overdue_days={"min": 0}, account__open_cases={"max": 99})
    assert [field for field, _ in wanted.failing(lambda _: None)] == ["invoice.overdue_days", "account.open_cases"]


def test_all_conditions_must_hold_and_every_one_that_does_not_is_named() -> None:
    wanted = conditions(customer__kind="consumer", customer__country="NL", invoice__balance={"min": 500})
    assert failing(wanted) == ["invoice.balance", "customer.kind"]
    assert wanted.fields == {"customer.kind", "customer.country", "invoice.balance"}


def test_only_the_facts_that_are_named_are_looked_up() -> None:
    asked: list[str] = []

    def look(field: str) -> object:
        asked.append(field)
        return FACTS[field]

    conditions(customer__kind="business").failing(look)
    assert asked == ["customer.kind"]


def test_no_conditions_match_everything() -> None:
    assert conditions().failing(FACTS.__getitem__) == ()


def test_a_condition_can_be_told_in_words() -> None:
    wanted = conditions(
        invoice__amount={"min": Decimal("100.00"), "max": 500},
        customer__country=["NL", "BE"],
        invoice__tags={"not": "test"},
    )
    assert wanted.allowed("invoice.amount") == "at least 100.00 and at most 500"
    assert wanted.allowed("customer.country") == "NL or BE"
    assert wanted.allowed("invoice.tags") == "not test"


@pytest.mark.parametrize(
    "field, test, place",
    [
        ("customer.age", 30, ("customer.age",)),
        ("invoice.amount", 99.5, ("invoice.amount", "equals")),  # a binary float is not what was written
        ("invoice.amount", {"min": True}, ("invoice.amount", "min")),
        ("invoice.amount", {"min": "1e400"}, ("invoice.amount", "min")),
        ("invoice.amount", {"min": Decimal("NaN")}, ("invoice.amount", "min")),
        ("invoice.amount", {"least": 5}, ("invoice.amount", "least")),
        ("invoice.amount", {"min": 5, "max": 4}, ("invoice.amount",)),
        ("invoice.amount", {}, ("invoice.amount",)),
        ("invoice.amount", [], ("invoice.amount", "any_of")),
        ("invoice.amount", {"min": {}}, ("invoice.amount", "min_named")),
        ("invoice.amount", {"min": {"JPY": "0.5"}}, ("invoice.amount",)),
        ("invoice.amount", {"min": {"EUR": 5}, "max": {"EUR": 4}}, ("invoice.amount",)),
        ("invoice.overdue_days", Decimal("1.5"), ("invoice.overdue_days", "equals")),
        ("invoice.overdue_days", "12", ("invoice.overdue_days", "equals")),
        ("invoice.currency", "eur", ("invoice.currency", "equals")),
        ("invoice.currency", "QQQ", ("invoice.currency", "equals")),
        ("customer.country", "nl", ("customer.country", "equals")),
        ("customer.country", {"min": "NL"}, ("customer.country", "min")),
        ("customer.kind", "company", ("customer.kind", "equals")),
        ("case.last_decline", 51, ("case.last_decline", "equals")),
    ],
)
def test_a_test_that_makes_no_sense_is_refused_where_it_stands(
    field: str, test: object, place: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as refused:
        Conditions.model_validate({field: test})
    assert [error["loc"] for error in refused.value.errors()] == [place]


def test_conditions_survive_json_exactly() -> None:
    wanted = conditions(
        invoice__amount={"min": Decimal("100.10"), "not": 250},
        account__overdue_total={"min": {"EUR": 5, "JPY": 800}},
        customer__country=["NL", "BE"],
        invoice__tags="subscription",
        account__open_cases={"max": 3},
        case__last_decline={"not": ["stolen_card"]},
    )
    assert Conditions.model_validate_json(wanted.model_dump_json()) == wanted
    assert Conditions.model_validate_json(to_json(wanted)) == wanted
    assert b'"invoice.amount":{"not":["250"],"min":"100.10"}' in to_json(wanted)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "min": st.integers(-2, 9), "max": st.integers(9, 14), "equals": st.integers(0, 12),
            "any_of": st.lists(st.integers(0, 12), min_size=1, max_size=5),
            "not": st.lists(st.integers(0, 12), min_size=1, max_size=4),
        },
    ).filter(bool),
    st.integers(-1, 15),
)  # fmt: skip
def test_f5_the_first_number_above_that_does_not_pass_is_found_without_counting(
    limits: dict[str, Any], number: int
) -> None:
    test = CountTest.model_validate(limits)
    counted = next((above for above in range(number + 1, 40) if not test.passes(above)), None)
    assert test.fails_above(number) == counted
