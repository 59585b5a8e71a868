"""Files on notes: taken by their content, given back to be saved, and gone with their notes."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from httpx2 import AsyncClient, Response

from adapters.attachments import LARGEST
from adapters.retention import Retention
from adapters.storage import Store
from adapters.storage.pruning import prune
from tests.api.builders import MONDAY, a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeTimeMachine

FORM = "/cases/INV-1/actions/note"
PDF = b"%PDF-1.7\r\n\n\r%binary \x00\xff\r\n--boundary\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
async def book(program: Program) -> Program:
    """A case whose debtor objects."""
    await program.put("/customers/ada", a_customer())
    for name in ("INV-1", "INV-2"):
        await program.post("/invoices", an_invoice(id=name))
    assert (await program.post("/cases/INV-1/disputes", {"id": "d1", "reason": "broken"})).is_success
    return program


async def noted(browser: AsyncClient, *files: tuple[str, bytes], **more: str) -> Response:
    page = (await browser.get(FORM)).text
    hidden = dict(re.findall(r'name="(mark|once|seen)" value="([^"]*)"', page))
    said = {**hidden, "text": "see there", "about": "case", "go": "confirm", **more}
    sent = [("files", (name, BytesIO(content), "text/html")) for name, content in files]
    return await browser.post(FORM, data=said, files=sent)


@pytest.mark.usefixtures("book")
async def test_a_file_stands_with_its_note_and_at_the_dispute_and_is_saved_not_shown(browser: AsyncClient) -> None:
    answer = await noted(browser, ("..\\..\\<b>photo</b>.html", PNG), ("bill.pdf", PDF))
    assert answer.status_code == 303, answer.text
    page = (await browser.get("/cases/INV-1")).text
    links = re.findall(r'href="(/cases/INV-1/files/[0-9a-f]{64})" download>([^<]+)<', page)
    assert sorted(name for _, name in links) == ["b_.html.png", "bill.pdf"]
    disputes = (await browser.get("/disputes")).text
    assert all(link in disputes for link, _ in links)
    found = await browser.get(next(link for link, name in links if name == "bill.pdf"))
    assert found.content == PDF
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''bill.pdf"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    elsewhere = links[0][0].replace("INV-1", "INV-2")
    assert (await browser.get(elsewhere)).status_code == 404, "of another case, though it is the same customer's"


@pytest.mark.usefixtures("book")
async def test_what_is_no_such_file_is_refused_and_nothing_is_written(browser: AsyncClient, program: Program) -> None:
    for content, said in (
        (b"<html>%PDF-", "which is none of these"), (PNG + bytes(LARGEST), "of 10,000,264 bytes"),
        (b"", "which is none of these"),
    ):  # fmt: skip
        answer = await noted(browser, ("x.pdf", content))
        assert answer.status_code == 422
        assert said in answer.text
    six = [(f"{number}.png", PNG + bytes([number])) for number in range(6)]
    assert (await noted(browser, *six)).status_code == 400
    assert (
        await noted(browser, *[(f"{number}.png", PNG + bytes(9_000_000)) for number in range(3)])
    ).status_code == 413
    assert (await program.get("/cases/INV-1/notes")).json()["items"] == []


@pytest.mark.usefixtures("book")
async def test_files_go_with_their_note_and_one_that_another_note_has_stays(
    browser: AsyncClient, program: Program, store: Store, machine: FakeTimeMachine
) -> None:
    await noted(browser, ("bill.pdf", PDF), ("photo.png", PNG))
    await machine.advance(timedelta(days=1))
    await noted(browser, ("again.pdf", PDF), about="customer")
    link = re.findall(r"/cases/INV-1/files/[0-9a-f]{64}", (await browser.get("/cases/INV-1")).text)
    assert len(set(link)) == 2
    await program.post(
        "/payments", {"id": "p", "invoice_id": "INV-1", "amount": {"amount": "1000.00", "currency": "EUR"}}
    )
    later = MONDAY + timedelta(days=31)
    assert (await prune(store.database, Retention(told=timedelta(days=30)), later))["notes"] == 1
    left = {one: (await browser.get(one)).status_code for one in set(link)}
    assert sorted(left.values()) == [200, 404]


@pytest.mark.usefixtures("book")
async def test_a_note_without_a_file_is_written_as_before(browser: AsyncClient, program: Program) -> None:
    assert (await noted(browser, ("", b""))).status_code == 303
    assert [one["text"] for one in (await program.get("/cases/INV-1/notes")).json()["items"]] == ["see there"]
