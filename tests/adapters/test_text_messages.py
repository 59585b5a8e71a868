"""Text messages: two segments at most, counted as networks count them."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.messages.composer import Composer
from adapters.messages.text_message import MOST_SEGMENTS, in_common_letters, plain_signs, segments
from tests.adapters.letterboxes import DEADLINE, a_letterbox
from tests.adapters.reading import EVERY, LOCALES, composed
from tests.fakes.creditors import a_creditor


@pytest.mark.parametrize(
    "text, count",
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # counts twice
        ("€" * 81, 2),
        ("ç" * 70, 1),  # is not in the alphabet of every telephone
        ("ç" * 71, 2),
        ("ç" + "a" * 133, 2),
        ("ç" + "a" * 134, 3),
        ("\N{GRINNING FACE}" * 35, 1),  # two units each
        ("\N{GRINNING FACE}" * 36, 2),
        ("äöüßéèùàÄÖÜ" * 14, 1),
    ],
)
def test_segments_are_counted_as_networks_count_them(text: str, count: int) -> None:
    assert segments(text) == count


def test_signs_that_cost_half_of_the_room_are_written_plainly() -> None:
    assert plain_signs("l’„x“ – y…\N{NO-BREAK SPACE}z") == 'l\'"x" - y... z'


def test_letters_that_cost_half_of_the_room_lose_their_accent_only_where_there_is_no_room() -> None:
    assert in_common_letters("août, reçu à l'été, Zoë, Łódź, Ω, 日") == "aout, reçu à l'été, Zoë, Łódź, Ω, 日".replace(
        "ç", "c"
    ).replace("ë", "e").replace("ó", "o").replace("ź", "z")
    short = composed("service-restored", "fr", channel="sms", name="Zoë").text
    assert "rétabli" in short
    august = composed("final", "fr", channel="sms", deadline_on=date(2026, 8, 24)).text
    assert "24 aout 2026" in august
    assert "https://pay.northwind.example" in august


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_text_message_names_who_writes_and_fits(message: str, locale: str) -> None:
    text = composed(message, locale, channel="sms", deadline_on=DEADLINE, demands=12_345_67).text
    assert 1 <= segments(text) <= MOST_SEGMENTS
    assert text.startswith("Northwind Studio: ")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("message", ["friendly", "second", "firm", "formal", "final", "payment-failed", "pay-link"])
def test_a_text_message_that_asks_says_how_much_and_how_to_pay(message: str, locale: str) -> None:
    text = composed(message, locale, channel="sms", demands=12_345_67).text
    owed = {"en": "€12,345.67", "nl": "€ 12.345,67", "de": "12.345,67 €", "fr": "12 345,67 €"}
    assert owed[locale] in text
    assert "https://pay.northwind.example/invoices/INV-2026-0042" in text


def test_a_sign_that_not_every_telephone_has_is_a_code() -> None:
    rupees = composed("firm", "en", channel="sms", currency="INR").text
    assert "INR 1,000.00" in rupees
    assert "₹" not in rupees
    assert "₹1,000.00" in composed("firm", "en", currency="INR").text


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_text_message_with_long_names_gives_up_the_link_and_then_part_of_the_number(
    message: str, locale: str
) -> None:
    letter = a_letterbox(message, locale=locale, invoice_id="A" * 90 + "-012345678", deadline_on=DEADLINE)
    wordy = a_creditor(name="Verenigde Administratiekantoren van Noord-Holland", phone="+31 20 000 00 00")
    text = Composer(wordy).compose(letter, "sms").text
    assert segments(text) <= MOST_SEGMENTS
    assert text.startswith("Verenigde: ")
    if message not in {"statement", "card-expiring"}:
        assert "-012345678" in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("country, wanted", [("US", True), ("CA", True), ("NL", False), ("DE", False)])
def test_where_the_country_wants_it_a_text_message_says_how_to_get_no_more(
    locale: str,
    country: str,
    wanted: bool,  # noqa: FBT001 - a column of the table
) -> None:
    for message in ("friendly", "final", "payment-received"):
        assert ("STOP" in composed(message, locale, channel="sms", country=country).text) is wanted
