"""A transfer is found by what stands on it: the reference that the account asks for, the same for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.ch import esr

from adapters.bank_account import AccountError, BankAccount
from adapters.messages.composer import Composer
from adapters.payment_reference import payment_reference
from dunning.ports import Along
from tests.adapters.letterboxes import a_letterbox
from tests.adapters.reading import EVERY, HARD, LOCALES, Page, composed, html_of, soft
from tests.fakes.creditors import a_creditor

IBAN = "BE68539007547034"
QR_IBAN = "CH4431999123000889012"  # the example of the Swiss implementation guidelines
IDS = st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip()))


def test_the_examples_of_the_standards_come_out_as_they_are_printed() -> None:
    assert payment_reference("rf", "539007547034").text == "RF18539007547034"
    assert payment_reference("ogm", "909337554").text == "+++090/9337/55493+++"


@pytest.mark.parametrize(
    "kind, shown",
    [
        ("invoice", "INV-2026-0042"),
        ("rf", "RF73 INV2 0260 042"),
        ("ogm", "+++002/0260/04240+++"),
        ("qrr", "00 00000 00000 00000 02026 00427"),
    ],
)
def test_an_id_of_a_series_is_read_again_in_its_reference(kind: Any, shown: str) -> None:
    assert payment_reference(kind, "INV-2026-0042").shown.replace(HARD, " ") == shown


@given(IDS)
def test_every_id_has_references_that_banks_take(invoice_id: str) -> None:
    assert iso11649.is_valid(payment_reference("rf", invoice_id).text)
    ogm, qrr = payment_reference("ogm", invoice_id).text, payment_reference("qrr", invoice_id).text
    digits = "".join(sign for sign in ogm if sign.isdigit())
    assert (len(ogm), len(digits), ogm_vcs.calc_check_digits(digits)) == (20, 12, digits[-2:])
    assert (len(qrr), qrr.isdecimal(), qrr.isascii()) == (27, True, True)
    assert esr.is_valid(qrr)


@pytest.mark.parametrize("kind", ["rf", "ogm", "qrr"])
def test_an_id_that_digits_cannot_tell_gets_a_number_of_its_own(kind: Any) -> None:
    """No such number is the one of an id whose digits stand for it."""
    told = [
        payment_reference(kind, one).text for one in ("A-1-B", "A-1-C", "1", "0", "Ünï/7", "Ünï/8", "x" * 40, "9" * 30)
    ]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    "currency, iban, kind",
    [
        ("CHF", QR_IBAN, "invoice"),
        ("CHF", QR_IBAN, "rf"),
        ("CHF", "CH9300762011623852957", "qrr"),
        ("EUR", IBAN, "qrr"),
        ("USD", QR_IBAN, "qrr"),
        ("GBP", IBAN, "ogm"),
    ],
)
def test_an_account_refuses_a_reference_that_its_bank_would_not_take(currency: str, iban: str, kind: Any) -> None:
    with pytest.raises(AccountError) as caught:
        BankAccount(currency, iban=iban, reference=kind)
    assert caught.value.place == "reference"


@pytest.mark.parametrize("message, locale", EVERY)
@pytest.mark.parametrize("channel", ["email", "letter"])
def test_every_message_with_an_account_shows_its_reference(message: str, locale: str, channel: Any) -> None:
    creditor = a_creditor(accounts=(BankAccount("EUR", iban=IBAN, reference="ogm"),))
    written = composed(message, locale, channel=channel, creditor=creditor)
    for text in [soft(written.text), *([Page(html_of(written)).text] if written.html else [])]:
        assert (IBAN in text.replace(" ", "")) == ("+++002/0260/04240+++" in text)


def test_a_swiss_account_takes_its_own_reference() -> None:
    creditor = a_creditor(accounts=(BankAccount("CHF", iban=QR_IBAN, reference="qrr"),))
    assert "00 00000 00000 00000 02026 00427" in soft(composed("final", "de", currency="CHF", creditor=creditor).text)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_transfer_for_several_invoices_names_one_reference_each(locale: str) -> None:
    creditor = a_creditor(accounts=(BankAccount("EUR", iban=IBAN, reference="rf"),))
    letter = a_letterbox("statement", locale=locale)
    other = letter.invoice.model_copy(update={"id": "INV-2026-0043"})
    several = replace(letter, along=(Along(other, letter.act),))
    told = Composer(creditor).compose(several, "letter").text.replace(HARD, " ").replace(" :", ":")
    assert "INV-2026-0042: RF73 INV2 0260 042\n" in told
    assert "INV-2026-0043: RF46 INV2 0260 043\n" in told
