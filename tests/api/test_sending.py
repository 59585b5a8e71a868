"""A person looks at what is to come, as it would leave by itself, now or once more; and at what became of the rest."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from adapters.costs import Cost, PieceCosts
from api.case_service import CaseService
from api.safe_headers import MESSAGE, PAGES
from dunning.messages import Bounced, Delivered
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Maker, Program, sign_in, visiting
from tests.fakes.fake_case_client import FakeTimeMachine
from tests.paper import on_paper

NOW = "/cases/INV-1/messages/send-now"
AGAIN = "/cases/INV-1/messages/resend"


@pytest.fixture
async def book(program: Program) -> Program:
    """A case of a Dutch debtor, whose first reminder comes tomorrow."""
    contact = {"id": "ap", "role": "accounts", "name": "J. Bakker", "email": "bakker@ada.example"}
    await program.put("/customers/ada", a_customer(locale="nl", contacts=[contact]))
    await program.post("/invoices", an_invoice())
    return program


@pytest.mark.usefixtures("book")
async def test_the_next_message_is_shown_as_it_would_leave_in_each_form(browser: AsyncClient) -> None:
    page = await browser.get("/cases/INV-1/messages/next")
    assert page.headers["Content-Security-Policy"] == PAGES
    for text in ("Friendly", "Tue 3 Mar 2026, 08:00", "Dutch", "Herinnering: factuur INV-1", "€1,000.00"):
        assert text in page.text, text
    frame = await browser.get("/cases/INV-1/messages/next/page")
    assert frame.headers["Content-Security-Policy"] == MESSAGE
    assert "Geachte J. Bakker" in frame.text  # the contact who gets it
    short = (await browser.get("/cases/INV-1/messages/next?as=sms")).text
    assert "factuur INV-1" in short
    assert "does not leave in this form" in short
    assert "Geachte" in (await browser.get("/cases/INV-1/messages/next?as=text")).text
    assert "Letter as PDF" in (await browser.get("/cases/INV-1/messages/next?as=letter")).text


@pytest.mark.usefixtures("book")
@on_paper
async def test_the_letter_is_shown_as_it_would_be_printed(browser: AsyncClient) -> None:
    answer = await browser.get("/cases/INV-1/messages/next/letter.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.usefixtures("book")
async def test_what_a_wish_would_send_is_shown_and_asked_for_on_a_form_of_the_case(browser: AsyncClient) -> None:
    page = await browser.get(f"{NOW}?step=reminder")
    assert "Mon 2 Mar 2026, 10:00" in page.text  # now, in Amsterdam: contact hours have begun
    assert 'href="/cases/INV-1/actions/send-now?step=reminder"' in page.text
    assert (await browser.post(NOW)).status_code == 405
    page = await browser.get(f"{NOW}?step=final")
    assert "step final is not the next one; the next one is reminder" in page.text
    assert "actions/send-now" not in page.text
    page = await browser.get(f"{AGAIN}?step=reminder")
    assert "the notice of step reminder was not sent yet" in page.text


async def test_the_case_page_tells_of_each_message_its_fate_and_of_those_that_did_not_leave_why(
    book: Program, make_app: Maker, ann: dict[str, str], machine: FakeTimeMachine, case_service: CaseService
) -> None:
    await book.put("/customers/sven", a_customer(locale="sv", country="SE", address=None))
    await book.post("/invoices", an_invoice(id="INV-2", customer_id="sven"))
    await machine.advance(timedelta(days=9))
    await case_service.tell("INV-1", Delivered(notice="reminder", channel="email"))
    await case_service.tell("INV-2", Bounced(notice="reminder", channel="email"))
    app = make_app(costs=PieceCosts({"email": Cost.parse("EUR 0.0012")}))
    async with visiting(app) as client:
        browser = await sign_in(client, ann)

        page = _plain((await browser.get("/cases/INV-1")).text)
        assert "Friendly delivered By e-mail to J. Bakker, accounts · Tue 3 Mar 2026, 08:00 · in Dutch" in page
        assert "cost EUR 0.0012" in page
        assert "Final to come By letter, e-mail · Tue 10 Mar 2026" not in page  # it has left this morning
        assert "Final sent By letter to Ada Lovelace Analytics" in page

        page = _plain((await browser.get("/cases/INV-2")).text)
        assert "Friendly bounced By e-mail to Ada Lovelace Analytics" in page
        assert "written in English: there is no Swedish text" in page
        assert "It came back; its address is not used until it changes" in page
        assert "bakker@ada.example" not in page


def _plain(page: str) -> str:
    """What the page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
