"""What was written to debtors in one list: with its fate, its language and its cost; what waits; what came back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from adapters.creditor import Creditor
from adapters.storage import Store
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine

DAY = timedelta(days=1)


@pytest.fixture
async def book(program: Program) -> Program:
    """A Dutch customer and a German one."""
    await program.put("/customers/ada", a_customer(name="<b>Ada</b>", locale="nl-NL"))
    await program.put("/customers/eve", a_customer(name="Eve", email="e@eve.example", locale="de-DE"))
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV-2", customer_id="eve"))
    return program


async def rows(browser: AsyncClient, **query: str) -> list[tuple[str, str, str]]:
    items = (await browser.get("/messages.json", params=query)).json()["items"]
    return [(row["invoice_id"], row["channel"], row["state"]) for row in items]


async def test_each_message_has_its_state_and_filters_find_it(
    book: Program, browser: AsyncClient, machine: FakeTimeMachine
) -> None:
    assert "The first notice that leaves" in (await browser.get("/messages")).text
    await machine.advance(4 * DAY)
    assert sorted(await rows(browser)) == [("INV-1", "email", "sent"), ("INV-2", "email", "sent")]
    page = (await browser.get("/messages")).text
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "in Dutch" in page
    assert await rows(browser, language="de") == [("INV-2", "email", "sent")]
    assert await rows(browser, customer="ada", channel="letter") == []
    back = {"notice": "reminder", "channel": "email", "state": "bounced"}
    assert (await book.post("/cases/INV-1/deliveries", back)).is_success
    assert await rows(browser, state="bounced") == [("INV-1", "email", "bounced")]
    assert await rows(browser, state="sent") == [("INV-2", "email", "sent")]
    assert await rows(browser, until="2026-03-01") == []
    await machine.advance(8 * DAY)
    newest, oldest = await rows(browser), await rows(browser, sort="oldest")
    assert newest == oldest[::-1]
    assert ("INV-2", "letter", "sent") in newest
    [link] = {row["message_id"] for row in (await browser.get("/messages.json", params={"channel": "letter",
              "customer": "eve"})).json()["items"]}  # fmt: skip
    assert (await browser.get(f"/messages/{link}")).status_code == 200


@pytest.mark.usefixtures("book")
async def test_what_waits_says_why_until_it_has_left(
    browser: AsyncClient, case_client: FakeCaseClient, machine: FakeTimeMachine, store: Store
) -> None:
    case_client.write_as(Creditor(name="Acme B.V.", email="ar@acme.example"))
    assert "Nothing waits" in (await browser.get("/messages", params={"view": "waiting"})).text
    await machine.advance(6 * DAY)
    found = await store.outgoing.waiting()
    assert [one.invoice_id for one in found.rows] == ["INV-2", "INV-1"], "each once, though it was looked at each day"
    page = (await browser.get("/messages", params={"view": "waiting"})).text
    assert "Not set: creditor.address" in page


async def test_the_old_address_is_gone(browser: AsyncClient) -> None:
    assert (await browser.get("/mailbox")).status_code == 404
