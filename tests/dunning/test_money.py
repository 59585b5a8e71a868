"""Amounts are exact, belong to one currency, and keep their form wherever they travel."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency
from pydantic import BaseModel, TypeAdapter, ValidationError

from dunning.errors import DunningError, MoneyError
from dunning.money import Money, decimal_string, exponent, major, minor

amounts = st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1)
currencies = st.sampled_from(["EUR", "USD", "GBP", "JPY", "KWD", "CLF", "CHF"])


class Bill(BaseModel):
    total: Money


@pytest.mark.parametrize(
    "amount, currency, cents",
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("12", "EUR", 1200),
        (12, "EUR", 1200),
        (Decimal("12.50"), "EUR", 1250),
        (Decimal("1E+2"), "EUR", 10000),
        ("-0.01", "EUR", -1),
        ("-0.00", "EUR", 0),
        ("1250", "JPY", 1250),
        ("12.505", "KWD", 12505),
        ("9999999999999.99", "EUR", 999999999999999),
    ],
)
def test_an_amount_is_read_exactly(amount: Decimal | str | int, currency: str, cents: int) -> None:
    assert Money.parse(amount, currency) == Money(cents, currency)
    assert minor(amount, currency) == cents


@pytest.mark.parametrize(
    "amount, currency",
    [
        ("12.505", "EUR"),
        ("12.500", "EUR"),
        ("100.00", "JPY"),
        (Decimal("12.505"), "EUR"),
        (Decimal("1.0000000000000000000000000000000000000001"), "EUR"),
        (Decimal("1E-999999"), "EUR"),
        (Decimal("NaN"), "EUR"),
        (Decimal("sNaN"), "EUR"),
        (Decimal("-Infinity"), "EUR"),
        (Decimal("1E+999999"), "EUR"),
        ("10000000000000.00", "EUR"),
        ("9" * 5000, "EUR"),
        ("1e3", "EUR"),
        ("1,250.00", "EUR"),
        ("1_000", "EUR"),
        (" 12.50", "EUR"),
        ("12.50\n", "EUR"),
        ("+1", "EUR"),
        (".5", "EUR"),
        ("5.", "EUR"),
        ("", "EUR"),
        ("١٢", "EUR"),
        (12.5, "EUR"),
        (None, "EUR"),
    ],
)
def test_what_is_no_exact_amount_is_refused_with_what_was_found_and_what_is_allowed(amount: Any, currency: str) -> None:
    with pytest.raises(MoneyError, match=r"amount: found .* allowed a plain number such as ") as caught:
        Money.parse(amount, currency)
    assert len(str(caught.value)) < 200


def test_a_number_too_long_for_python_to_print_is_refused_like_any_other() -> None:
    with pytest.raises(MoneyError, match=r"amount: found 1000.*\.\.\. EUR"):
        minor(10**5000, "EUR")


@pytest.mark.parametrize("truth", [True, False])
def test_a_bool_is_never_money(truth: bool) -> None:  # noqa: FBT001 - the bool is the point
    with pytest.raises(MoneyError):
        Money.parse(truth, "EUR")
    with pytest.raises(MoneyError):
        Money(truth, "EUR")


def test_a_decimal_is_held_to_its_value_for_its_trailing_noughts_are_an_accident_of_arithmetic() -> None:
    assert Money.parse(Decimal("12.5000"), "EUR").minor == 1250


@pytest.mark.parametrize("minor_units", [12.0, "12", None, Decimal(12)])
def test_minor_units_are_whole_numbers(minor_units: Any) -> None:
    with pytest.raises(MoneyError, match="minor: found"):
        Money(minor_units, "EUR")


@pytest.mark.parametrize("currency", ["EURO", "eur", "", "XXQ", "€", None, 978, ["EUR"]])
def test_a_currency_that_is_not_known_is_refused(currency: Any) -> None:
    for use in (exponent, lambda code: Money(1, code), lambda code: minor("1", code), lambda code: major(1, code)):
        with pytest.raises(MoneyError, match=r"currency: found .* allowed an ISO 4217 code such as EUR"):
            use(currency)


def test_the_refusal_is_ours_and_lets_a_model_name_the_field() -> None:
    assert issubclass(MoneyError, DunningError)
    with pytest.raises(ValidationError) as caught:
        Bill.model_validate({"total": {"amount": "12.505", "currency": "EUR"}})
    (problem,) = caught.value.errors()
    assert problem["loc"] == ("total",)
    assert "found '12.505' EUR; allowed a plain number such as 12.50 with at most 2 decimals" in problem["msg"]


@pytest.mark.parametrize("currency, places", [
        ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("HUF", 2), ("RSD", 2), ("ALL", 2), ("LBP", 2), ("IQD", 3),
        ("ISK", 0), ("UYW", 4), ("MGA", 2),
    ],
)  # fmt: skip
def test_each_currency_has_its_own_number_of_decimals(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    "cents, currency, written",
    [(1250, "EUR", "12.50"), (-5, "EUR", "-0.05"), (0, "EUR", "0.00"), (1250, "JPY", "1250"), (-7, "KWD", "-0.007")],
)
def test_an_amount_is_written_with_all_the_decimals_of_its_currency(cents: int, currency: str, written: str) -> None:
    assert str(Money(cents, currency)) == decimal_string(cents, currency) == written
    assert str(Money(cents, currency).decimal) == str(major(cents, currency)) == written


@given(amounts, currencies)
def test_writing_and_reading_an_amount_changes_nothing(cents: int, currency: str) -> None:
    money = Money(cents, currency)
    assert Money.parse(str(money), currency) == Money.parse(money.decimal, currency) == money


@pytest.mark.parametrize("unit", ["XAU", "XDR", "XXX", "DEM"])
def test_nobody_is_invoiced_in_gold_or_in_money_that_is_gone(unit: str) -> None:
    with pytest.raises(MoneyError, match="allowed an ISO 4217 code"):
        exponent(unit)


@given(st.sampled_from(sorted(one.code for one in Currency if one.exponent is not None)))
def test_every_currency_that_is_known_can_be_read_and_written(currency: str) -> None:
    assert minor(decimal_string(1234, currency), currency) == 1234


def test_amounts_in_one_currency_add_subtract_and_compare() -> None:
    small, large = Money(5, "EUR"), Money(1250, "EUR")
    assert small + large == Money(1255, "EUR")
    assert small - large == Money(-1245, "EUR")
    assert small < large
    assert large > small
    assert small <= Money(5, "EUR") <= large
    assert {small, Money(5, "EUR")} == {small}


@pytest.mark.parametrize("other", [Money(5, "USD"), 5, Decimal(5), None])
def test_nothing_but_money_in_the_same_currency_can_be_added_or_compared(other: Any) -> None:
    euro = Money(5, "EUR")
    for use in (euro.__add__, euro.__sub__, euro.__lt__, euro.__le__):
        with pytest.raises(MoneyError, match="allowed money in EUR"):
            use(other)
    assert euro != other


@pytest.mark.parametrize(
    "cents, rate, share",
    [
        (100000, "1.5", 1500),
        (10, "5", 1),  # half a cent goes up
        (-10, "5", -1),
        (10, "4.9999999999999999999999999999999999", 0),
        (999999999999999, "100", 999999999999999),
        (1250, "0", 0),
        (1250, "-10", -125),
        (1250, "1E-999999", 0),
    ],
)
def test_a_percentage_is_rounded_half_up_to_the_minor_unit_once(cents: int, rate: str, share: int) -> None:
    assert Money(cents, "EUR").percent(Decimal(rate)) == Money(share, "EUR")


def test_a_percentage_of_yen_is_whole_yen() -> None:
    assert Money(1233, "JPY").percent(Decimal("1.5")) == Money(18, "JPY")


@pytest.mark.parametrize(
    "rate", [1.5, "1.5", Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+99999")]
)
def test_a_rate_that_is_no_plain_decimal_is_refused(rate: Any) -> None:
    with pytest.raises(MoneyError, match="percent: found"):
        Money(100, "EUR").percent(rate)


@given(amounts, currencies)
def test_money_keeps_its_form_through_json(cents: int, currency: str) -> None:
    bill = Bill(total=Money(cents, currency))
    written = bill.model_dump_json()
    assert json.loads(written) == {"total": {"amount": decimal_string(cents, currency), "currency": currency}}
    assert Bill.model_validate_json(written) == Bill.model_validate(bill.model_dump()) == bill


@pytest.mark.parametrize(
    "form",
    [
        {"amount": 12.5, "currency": "EUR"},
        {"amount": True, "currency": "EUR"},
        {"amount": "12.50"},
        {"amount": "12.50", "currency": "EUR", "vat": "1.00"},
        {"amount": "12.50", "currency": None},
        "12.50",
        12,
        None,
    ],
)
def test_json_that_is_no_money_is_refused_before_anything_changes(form: object) -> None:
    with pytest.raises(ValidationError, match="allowed"):
        TypeAdapter(Money).validate_python(form)
    with pytest.raises(ValidationError, match="allowed"):
        TypeAdapter(Money).validate_json(json.dumps(form))


def test_editors_are_told_the_form_of_money() -> None:
    for mode in ("validation", "serialization"):
        form = TypeAdapter(Money).json_schema(mode=mode)
        assert set(form["properties"]) == set(form["required"]) == {"amount", "currency"}
        assert form["properties"]["amount"]["type"] == "string"


def test_money_survives_a_copy_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Money(1250, "EUR"))) == Money(1250, "EUR")  # noqa: S301 - our own bytes
