"""Stripe's amounts in every form that its currencies have, read and written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe.amounts import from_stripes_units, in_stripes_units
from dunning.errors import MoneyError
from dunning.money import minor

NONE = ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
TWO = ("EUR", "USD", "HUF", "TWD", "CVE", "IDR", "RSD", "LBP")
THREE = ("BHD", "JOD", "KWD", "OMR", "TND")
WRITTEN = (
    *((currency, 1_250, "1250", 1_250) for currency in NONE),
    *((currency, 1_250, "12.50", 1_250) for currency in TWO),
    *((currency, 1_250, "1.250", 1_250) for currency in THREE),
    ("ISK", 500, "5", 5),
    ("UGX", 500, "5", 5),
    ("MGA", 1_250, "1250.00", 125_000),
)


@pytest.mark.parametrize("currency, written, shown, ours", WRITTEN)
def test_an_amount_is_read_and_written_as_stripe_has_it(currency: str, written: int, shown: str, ours: int) -> None:
    read = from_stripes_units(written, currency)
    assert (str(read), minor(read, currency)) == (shown, ours)
    assert in_stripes_units(ours, currency) == written


@pytest.mark.parametrize(
    "written, currency, allowed",
    [(1_250, "ISK", "1 ISK is 100"), (1, "UGX", "1 UGX is 100"), (10**15, "EUR", "15 digits"), (1, "XYZ", "ISO 4217")],
)
def test_what_no_currency_has_is_refused(written: int, currency: str, allowed: str) -> None:
    with pytest.raises(MoneyError, match=allowed):
        from_stripes_units(written, currency)


@pytest.mark.parametrize(
    "ours, currency, found",
    [(5_124, "KWD", r"5\.124 KWD"), (1_001, "TND", r"1\.001 TND"), (1_250, "MGA", r"12\.50 MGA"), (1, "CLF", "CLF")],
)
def test_what_stripe_cannot_write_is_refused(ours: int, currency: str, found: str) -> None:
    with pytest.raises(MoneyError, match=found):
        in_stripes_units(ours, currency)


@given(st.integers(0, 10**12), st.sampled_from([*NONE, *TWO, "ISK", "UGX"]))
def test_what_was_written_is_read_as_the_same(ours: int, currency: str) -> None:
    read = from_stripes_units(in_stripes_units(ours, currency), currency)
    assert isinstance(read, Decimal)
    assert minor(read, currency) == ours
