"""The creditor, and what comes from outside, never mislead a reader."""

from __future__ import annotations

import pytest

from adapters.creditor import Creditor, CreditorError
from tests.adapters.reading import HARD, composed, html_of, soft


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
        ("iban", "NL02ABNA0123456788"),
        ("pay_url", "javascript:alert(1)"),
        ("pay_url", "https://pay.example/?invoice="),
    ],
)
def test_a_creditors_detail_that_would_mislead_is_refused_and_named(place: str, value: str) -> None:
    with pytest.raises(CreditorError, match=f"^creditor.{place}: found .*; allowed "):
        Creditor(**{place: value})


def test_the_account_is_written_in_fours() -> None:
    assert Creditor(iban="nl02 abna 0123 4567 89").account.split(HARD) == ["NL02", "ABNA", "0123", "4567", "89"]
