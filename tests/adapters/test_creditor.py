"""The creditor, and what comes from outside, never mislead a reader."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from adapters.bank_account import BankAccount
from adapters.creditor import Creditor, CreditorError
from tests.adapters.reading import composed, html_of, soft
from tests.fakes.creditors import a_creditor


def test_a_name_cannot_become_markup_or_a_line_of_its_own() -> None:
    written = composed("friendly", name="<b>Eve</b>\nSubject: won\r\n\u202e{{ 7 * 7 }}")
    assert "&lt;b&gt;Eve&lt;/b&gt; Subject: won {{ 7 * 7 }}," in html_of(written)
    assert "Dear <b>Eve</b> Subject: won {{ 7 * 7 }}," in soft(written.text)
    assert "\nSubject:" not in written.text


def test_the_link_to_pay_carries_the_invoice_and_nothing_else() -> None:
    creditor = Creditor(pay_url="https://pay.example/i/")
    assert creditor.pay_link("INV/2026 42?x") == "https://pay.example/i/INV%2F2026%2042%3Fx"
    assert Creditor(pay_url="").pay_link("INV-1") is None


@pytest.mark.parametrize(
    "place, value",
    [
        ("name", "Northwind\r\nBcc: all@example.com"),
        ("name", " "),
        ("email", "accounts@northwind.example\r\nBcc: x@y.example"),
        ("email", "Accounts <accounts@northwind.example>"),
        ("address", " \n "),
        ("pay_url", "javascript:alert(1)"),
        ("pay_url", "https://pay.example/?invoice="),
    ],
)
def test_a_creditors_detail_that_would_mislead_is_refused_and_named(place: str, value: str) -> None:
    with pytest.raises(CreditorError, match=f"^creditor.{place}: found .*; allowed "):
        a_creditor(**{place: value})


@pytest.mark.parametrize("field", [field.name for field in fields(Creditor) if field.name not in {"locale", "country"}])
def test_nothing_that_a_debtor_reads_is_made_up(field: str) -> None:
    """M1: what is not set is empty, and never the demonstration's."""
    assert not getattr(Creditor(), field)


def test_each_part_that_a_debtor_needs_is_named_while_it_is_not_set() -> None:
    """M1: who asks, where they are, whom to answer and how to pay; registration and telephone may be left out."""
    missing = ("creditor.name", "creditor.address", "creditor.email", "creditor.accounts.GBP")
    assert Creditor().lacking("GBP") == missing
    assert a_creditor(phone="", registration="").lacking("EUR") == ()
    assert a_creditor(phone="", registration="").left_out == ("creditor.phone", "creditor.registration")
    assert a_creditor(address="", pay_url="").lacking("EUR") == ("creditor.address",)


def test_an_account_takes_its_own_currency_and_a_page_to_pay_on_takes_every() -> None:
    in_euro = a_creditor(accounts=(BankAccount("EUR", iban="NL02ABNA0123456789"),), pay_url="")
    assert in_euro.lacking("EUR") == ()
    assert in_euro.lacking("SEK") == ("creditor.accounts.SEK",)
    assert in_euro.account_in("SEK") is None
    assert in_euro.lacking("SEK", "https://pay.stripe.example/1") == ()
    assert replace(in_euro, pay_url="https://pay.example/i").lacking("SEK") == ()
