"""What the ids of the fake's methods mean stands in the how-to, and how long bank debits take."""

from __future__ import annotations

import pytest

from adapters.stripe.charge_outcomes import SETTLES_WITHIN
from adapters.stripe.fake.scripts import DEBIT_TYPES, FIXED
from tests.docs.pages import page

PAGE = page("docs/how-to/charge-through-stripe.md")


@pytest.mark.parametrize("method", FIXED)
def test_each_method_of_the_fake_is_on_the_page(method: str) -> None:
    assert f"`{method}`" in PAGE.section("Try it without Stripe").text


def test_the_days_until_a_debit_settles_are_on_the_page() -> None:
    days = {scheme: SETTLES_WITHIN[kind] for scheme, kind in DEBIT_TYPES.items()}
    shown = f"at most {days['sepa']} business days for SEPA, {days['bacs']} for Bacs, {days['ach']} for ACH"
    assert shown in PAGE.text
