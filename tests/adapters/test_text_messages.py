"""Text messages: short enough for one, and in characters that every telephone takes."""

from __future__ import annotations

from string import ascii_letters, digits

import pytest

from adapters.messages.composer import Composer
from tests.adapters.letterboxes import DEADLINE, a_letterbox
from tests.adapters.reading import EVERY, composed
from tests.fakes.creditors import a_creditor

# The characters that every telephone takes in one message of 160 (GSM 03.38), as far as our languages use them.
GSM = frozenset(ascii_letters + digits + " @£$¥èéùìòÇØøÅåÆæßÉ!\"#%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà_")


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_text_message_fits_every_telephone(message: str, locale: str) -> None:
    text = composed(message, locale, channel="sms", deadline_on=DEADLINE, demands=12_345_67).text
    assert len(text) <= 160
    assert set(text) <= GSM
    assert text.startswith("Northwind Studio: ")
    assert "EUR 1" in text
    assert "https://pay.northwind.example/invoices/INV-2026-0042" in text


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_text_message_with_long_names_gives_up_the_link_and_then_part_of_the_number(
    message: str, locale: str
) -> None:
    letter = a_letterbox(message, locale=locale, invoice_id="A" * 80 + "-0123456789", deadline_on=DEADLINE)
    wordy = a_creditor(name="Verenigde Administratiekantoren van Noord-Holland", phone="+31 20 000 00 00")
    text = Composer(wordy).compose(letter, "sms").text
    assert len(text) <= 160
    assert text.startswith("Verenigde: ")
    assert "-0123456789" in text
    assert "+31 20 000 00 00" in text
