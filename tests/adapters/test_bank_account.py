"""An account is one that a bank would take, and a debtor is shown all that their own bank asks for."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.bank_account import AccountError, BankAccount
from tests.adapters.reading import EVERY, HARD, Page, composed, html_of, soft
from tests.fakes.creditors import a_creditor

IBAN = "NL02ABNA0123456789"
STERLING = BankAccount("GBP", number="31926819", routing=(("Sort code", "60-16-13"),), bank="Coutts", holder="N. Co")


def test_an_iban_is_written_in_fours_and_a_number_as_it_was_given() -> None:
    assert BankAccount("EUR", iban="nl02 abna 0123 4567 89").shown.split(HARD) == ["NL02", "ABNA", "0123", "4567", "89"]
    assert BankAccount("AUD", number="12 345 678").shown.split(HARD) == ["12", "345", "678"]


@pytest.mark.parametrize(
    "place, said",
    [
        ("iban", {"iban": "NL02ABNA0123456788"}),
        ("", {}),
        ("", {"iban": IBAN, "number": "1"}),
        ("routing", {"iban": IBAN, "routing": (("Sort code", "60-16-13"),)}),
        ("routing", {"number": "1", "routing": (("", "60-16-13"),)}),
        ("routing", {"number": "1", "routing": (("Sort code", "6\n7"),)}),
        ("bic", {"iban": IBAN, "bic": "ABNANL2"}),
        ("holder", {"iban": IBAN, "holder": "Eve\nIBAN: X"}),
        ("number", {"number": " "}),
    ],
)
def test_what_no_bank_would_take_is_refused_and_named(place: str, said: dict[str, Any]) -> None:
    with pytest.raises(AccountError) as caught:
        BankAccount("EUR", **said)
    assert caught.value.place == place


@pytest.mark.parametrize("message, locale", EVERY)
@pytest.mark.parametrize("channel", ["email", "letter"])
def test_an_account_without_an_iban_is_shown_with_all_that_a_bank_asks_for(
    message: str, locale: str, channel: Any
) -> None:
    """M1: how to pay. The names in `routing` are those that stand on the debtor's own form."""
    written = composed(message, locale, channel=channel, currency="GBP", creditor=a_creditor(accounts=(STERLING,)))
    texts = [soft(written.text), *([Page(html_of(written)).text] if written.html else [])]
    for text in texts:
        assert "31926819" in text
        assert re.search(r"Sort code ?: 60-16-13", text)  # French sets a space before the colon
        assert re.search(r"Ban(k|que) ?: Coutts", text)
        assert ": N. Co" in text


@pytest.mark.parametrize("message, locale", EVERY)
@pytest.mark.parametrize("channel", ["email", "letter", "sms"])
def test_no_message_names_an_account_of_another_currency(message: str, locale: str, channel: Any) -> None:
    """M1: a debtor in Swedish crowns is shown the page to pay on, and no account that takes something else."""
    both = (STERLING, BankAccount("EUR", iban=IBAN))
    written = composed(message, locale, channel=channel, currency="SEK", creditor=a_creditor(accounts=both))
    told = soft(f"{written.text} {written.html or ''}")
    assert "31926819" not in told
    assert "NL02" not in told
    asks = channel != "sms" or "pay.northwind" in composed(message, locale, channel=channel).text
    assert ("https://pay.northwind.example/invoices/INV-2026-0042" in told) == asks
