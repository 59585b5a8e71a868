"""A message as its debtor would get it: of a made-up case, or of the next notice of one that is there."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program
from tests.paper import on_paper


async def shown(program: Program, **body: Any) -> dict[str, Any]:
    answer = await program.client.post("/v1/messages/preview", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_message_of_a_made_up_case_is_shown(program: Program) -> None:
    told = await shown(program, message="final", locale="nl", form="sms")
    assert told["subject"].startswith("Laatste aanmaning")
    assert (told["language"], told["fell_back"], told["form"]) == ("nl", False, "sms")
    page = await shown(program, message="final", form="html")
    assert page["body"].startswith("<!doctype html>")


@on_paper
async def test_a_letter_is_shown_as_the_file_that_is_printed_and_as_a_picture_of_its_first_page(
    program: Program,
) -> None:
    file = await shown(program, message="final", locale="nl", form="pdf")
    assert (file["media_type"], b64decode(file["body"])[:5]) == ("application/pdf", b"%PDF-")
    told = await shown(program, message="final", locale="nl", form="png")
    picture = Image.open(BytesIO(b64decode(told["body"])))
    assert (told["media_type"], picture.format, picture.size) == ("image/png", "PNG", (1191, 1684))  # A4, 144 dots
    assert len(set(picture.convert("L").tobytes())) > 1  # something is written on it
    mail = Image.open(BytesIO(b64decode((await shown(program, message="final", form="png", by="email"))["body"])))
    assert mail.width == 1050  # 700 pixels of a window
    assert 1500 < mail.height < 3000  # all of it, and no more


async def test_a_language_that_stands_in_is_said(program: Program) -> None:
    told = await shown(program, message="firm", locale="sv")
    assert (told["language"], told["fell_back"]) == ("en", True)


@pytest.mark.parametrize(
    "body, status",
    [
        ({"message": "angry"}, 404),
        ({"message": "firm", "policy": "nobody"}, 422),
        ({"message": "firm", "case": "NOPE"}, 404),
        ({"message": "firm", "form": "fax"}, 422),
        ({"message": "firm", "policy": "b2b-net30", "case": "INV-1"}, 422),
    ],
)
async def test_what_cannot_be_shown_is_refused(program: Program, body: dict[str, Any], status: int) -> None:
    answer = await program.client.post("/v1/messages/preview", json=body)
    assert answer.status_code == status, answer.text


async def test_nobody_sees_it_without_a_key(stranger: Any) -> None:
    answer = await stranger.post("/v1/messages/preview", json={"message": "firm"})
    assert answer.status_code == 401


async def test_the_next_notice_of_a_case_is_shown_in_its_own_words_or_in_others(program: Program) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice(id="ada-1", customer_id="ada"))
    await program.post("/cases", {"invoice_id": "ada-1"})
    told = await shown(program, message="final", case="ada-1", locale="en")
    assert told["subject"] == "Final notice: invoice ada-1"
    text = " ".join(told["body"].split())
    assert "€15.00" in text
    assert "will be suspended" in text
    other = await shown(program, message="statement", case="ada-1", locale="en")
    assert other["subject"].startswith("Statement of open invoices")
