"""A person looks at what is to come, and has it leave now or once more: as the rules have it, once, and truly told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx2 import AsyncClient, Response

from adapters.costs import Cost, PieceCosts
from adapters.storage import Store
from api.case_service import CaseService
from api.safe_headers import MESSAGE, PAGES
from dunning.messages import Bounced, CustomerStop, Delivered
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Maker, Program, sign_in, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine
from tests.paper import on_paper

NOW = "/cases/INV-1/messages/send-now"
AGAIN = "/cases/INV-1/messages/resend"
ASKED = {"step": "reminder", "reason": "they asked for it"}


@pytest.fixture
async def book(program: Program) -> Program:
    """A case of a Dutch debtor, whose first reminder comes tomorrow."""
    contact = {"id": "ap", "role": "accounts", "name": "J. Bakker", "email": "bakker@ada.example"}
    await program.put("/customers/ada", a_customer(locale="nl", contacts=[contact]))
    await program.post("/invoices", an_invoice())
    return program


def hidden(page: Response, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


async def form_of(browser: AsyncClient, path: str, step: str = "reminder") -> dict[str, str]:
    """What the page of a wish sends, filled in."""
    page = await browser.get(f"{path}?step={step}")
    assert page.status_code == 200, page.text
    return {**ASKED, **{name: hidden(page, name) for name in ("mark", "once", "step")}}


async def kinds(store: Store) -> list[str]:
    return [line.kind for line in (await store.cases.journal("INV-1")).rows]


@pytest.mark.usefixtures("book")
async def test_the_next_message_is_shown_as_it_would_leave_in_each_form(browser: AsyncClient) -> None:
    page = await browser.get("/cases/INV-1/messages/next")
    assert page.headers["Content-Security-Policy"] == PAGES
    for text in ("Friendly", "Tue 3 Mar 2026, 08:00", "Dutch", "Herinnering: factuur INV-1", "€1,000.00"):
        assert text in page.text, text
    assert 'class="wish"' not in page.text
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
async def test_a_wish_is_done_once_however_often_its_form_is_sent(browser: AsyncClient, store: Store) -> None:
    page = await browser.get(f"{NOW}?step=reminder")
    assert "Mon 2 Mar 2026, 10:00" in page.text  # now, in Amsterdam: contact hours have begun
    form = await form_of(browser, NOW)
    for _ in range(2):
        answer = await browser.post(NOW, data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/INV-1#messages")
    told = (await browser.get("/cases/INV-1")).text
    assert "“reminder” was asked for, and the case has taken it" in told
    assert (await kinds(store)).count("send_now") == 1
    assert [one.subject for one in await store.mailbox.list()] == ["Herinnering: factuur INV-1"]

    form = await form_of(browser, AGAIN)
    for _ in range(2):
        assert (await browser.post(AGAIN, data=form)).status_code == 303
    told = (await browser.get("/cases/INV-1")).text
    assert "A copy of “reminder” was asked for. It leaves on" in told or "has taken it" in told
    assert (await kinds(store)).count("resend") == 1


@pytest.mark.usefixtures("book")
async def test_a_wish_says_who_and_why_and_comes_from_a_page_of_ours(browser: AsyncClient, store: Store) -> None:
    form = await form_of(browser, NOW)
    assert (await browser.post(NOW, data={**form, "mark": "another"})).status_code == 403
    assert (await browser.post(NOW, data=form, headers={"Origin": "http://elsewhere.example"})).status_code == 403
    empty = await browser.post(NOW, data={**form, "reason": " "})
    assert (empty.status_code, hidden(empty, "once")) == (422, form["once"])
    assert "A reason is needed" in empty.text
    assert "The journal will say that ann asked for it" in empty.text
    assert (await browser.post("/cases/INV-1/messages/next", data=form)).status_code == 404
    assert "send_now" not in await kinds(store)


@pytest.mark.usefixtures("book")
async def test_the_rules_refusal_is_shown_in_words_before_and_after(
    browser: AsyncClient, case_service: CaseService, store: Store
) -> None:
    page = await browser.get(f"{NOW}?step=final")
    assert "step final is not the next one; the next one is reminder" in page.text
    assert 'class="wish"' not in page.text
    form = await form_of(browser, NOW)
    await case_service.tell_customer("ada", CustomerStop(reason="bankruptcy"))  # meanwhile
    answer = await browser.post(NOW, data=form)
    assert answer.status_code == 409
    assert "Not possible now: a hold stands: bankruptcy" in answer.text
    assert "Nothing was sent" in answer.text
    assert await store.mailbox.list() == []
    assert "The case is on hold: bankruptcy" in (await browser.get("/cases/INV-1")).text


@pytest.mark.usefixtures("book")
async def test_a_case_that_does_not_answer_gets_the_same_wish_again(
    browser: AsyncClient, case_client: FakeCaseClient, store: Store
) -> None:
    form = await form_of(browser, NOW)
    case_client.silent = True
    answer = await browser.post(NOW, data=form)
    assert answer.status_code == 504
    assert "may still do it" in answer.text
    case_client.silent = False
    assert hidden(answer, "once") == form["once"]
    assert 'value="they asked for it"' in answer.text
    assert (await browser.post(NOW, data=form)).status_code == 303
    assert (await kinds(store)).count("send_now") == 1


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
