"""The pages: complete without a script, careful with what debtors send, and honest about time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx2 import AsyncClient, Response

from adapters.mailbox import KeptMessage
from adapters.storage import Store
from api.case_service import CaseService
from api.safe_headers import MESSAGE, PAGES
from dunning.messages import CustomerStop, Dispute, Promise
from tests.api.builders import MONDAY, a_customer, an_invoice, euros
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine

INLINE = re.compile(r'<script(?! src="/static/)|<style|\sstyle=|\son[a-z]+=', re.IGNORECASE)


@pytest.fixture
async def book(program: Program) -> Program:
    """Two customers; one of them has a name that wants to be a script."""
    await program.put("/customers/ada", a_customer())
    await program.put("/customers/mallory", a_customer(name="<script>alert('x')</script>", email="m@mallory.example"))
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV/2 & more".replace(" & ", "+"), customer_id="mallory"))
    return program


def mark_of(page: Response) -> str:
    return page.text.partition('name="mark" value="')[2].partition('"')[0]


@pytest.mark.usefixtures("book")
async def test_every_page_is_complete_and_safe(browser: AsyncClient, machine: FakeTimeMachine, store: Store) -> None:
    await machine.advance(timedelta(days=9))
    message = (await store.mailbox.list())[0]
    for path in (
        "/cases",
        "/overview",
        "/cases/INV-1",
        "/cases/INV%2F2+more",
        "/tasks",
        "/reviews",
        "/policies",
        "/messages",
        f"/messages/{message.id}",
    ):
        page = await browser.get(path)
        assert page.status_code == 200, (path, page.text)
        assert page.headers["Content-Security-Policy"] == PAGES
        assert page.headers["Cache-Control"] == "no-store"
        assert not INLINE.search(page.text), path
        assert "<h1" in page.text
        assert '<html lang="en">' in page.text


async def test_a_name_and_a_reason_from_right_to_left_leave_the_words_around_them_in_order(
    program: Program, case_service: CaseService, browser: AsyncClient
) -> None:
    await program.put("/customers/ada", a_customer(name="מים בע״מ (12)"))
    await program.post("/invoices", an_invoice())
    await case_service.tell("INV-1", Dispute(id="D-1", amount=None, reason="شحنة ناقصة \u202e2"))
    page = (await browser.get("/cases/INV-1")).text
    assert "<bdi>מים בע״מ (12)</bdi></a>, NL" in page
    assert page.count("“<bdi>شحنة ناقصة \u202e2</bdi>”") >= 2
    assert "<bdi>מים בע״מ (12)</bdi>" in (await browser.get("/cases")).text


async def test_the_first_page_shows_stage_next_step_its_local_moment_balance_and_holds(
    book: Program, browser: AsyncClient
) -> None:
    await book.post("/cases/INV-1/holds", {"reason": "we talk"})
    page = (await browser.get("/cases")).text
    assert "On hold" in page
    assert "we talk" in page
    assert "€1,000.00" in page
    assert "Tue 3 Mar 2026, 08:00" in page  # of the other case: 08:00 in Amsterdam
    assert 'datetime="2026-03-03T07:00:00+00:00"' in page
    assert "&lt;script&gt;alert" in page


async def test_filters_and_pages_of_the_first_page(book: Program, browser: AsyncClient) -> None:
    for number in range(30):
        await book.post("/invoices", an_invoice(id=f"N-{number}"))
    first = (await browser.get("/cases")).text
    assert first.count('class="row"') == 25
    following = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = (await browser.get(following)).text
    assert second.count('class="row"') == 7
    assert (await browser.get("/cases?customer=mallory")).text.count('class="row"') == 1
    assert "No case fits" in (await browser.get("/cases?stage=held&policy=gentle")).text
    assert (await browser.get("/cases?cursor=nonsense")).status_code == 422


async def test_aging_counts_open_cases_by_their_days_overdue(book: Program, browser: AsyncClient) -> None:
    await book.post(
        "/invoices", an_invoice(id="OLD", due_on="2025-11-01", amount={"amount": "10.00", "currency": "GBP"})
    )
    page = (await browser.get("/overview")).text
    assert 'aria-label="1–30 days: 2, Over 90 days: 1"' in page
    assert "<span>£10.00</span>" in page


@pytest.mark.usefixtures("book")
async def test_a_case_page_tells_the_whole_story(
    browser: AsyncClient, machine: FakeTimeMachine, case_service: CaseService
) -> None:
    await machine.advance(timedelta(days=9))
    await case_service.tell("INV-1", Dispute(id="D-1", amount=None, reason="two were missing"))
    page = (await browser.get("/cases/INV-1")).text
    for text in (
        "€1,015.00", "Disputed", "On hold since", "Notice “final” by letter, demanding €1,015.00", "Fee of €15.00",
        "Task for disputes: answer a dispute", "final by letter, e-mail", "Timeline", "Today", "case:INV-1",
        "Answer what Ada Lovelace Analytics objects to", "+31 20 555 0100", "“two were missing”",
    ):  # fmt: skip
        assert text in page, text
    assert re.search(r'href="/messages/[0-9a-f]{32}"', page)


async def test_a_promise_a_stop_and_an_end_show_on_the_case_page(
    book: Program, browser: AsyncClient, case_service: CaseService
) -> None:
    await case_service.ask("INV-1", Promise(id="PTP-1", on=(MONDAY + timedelta(days=4)).date()), "k")
    assert "by the end of <time" in (await browser.get("/cases/INV-1")).text
    await case_service.tell_customer("ada", CustomerStop(reason="bankruptcy"))
    assert "bankruptcy" in (await browser.get("/cases/INV-1")).text
    await book.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("1000.00")})
    page = (await browser.get("/cases/INV-1")).text
    assert "Closed as paid" in page
    assert "A reversed payment would open it again" in page


@pytest.mark.usefixtures("book")
async def test_a_case_that_does_not_answer_still_has_its_page(
    browser: AsyncClient, case_client: FakeCaseClient
) -> None:
    case_client.silent = True
    page = await browser.get("/cases/INV-1")
    assert page.status_code == 200
    assert "does not answer at the moment" in page.text


async def test_a_case_that_is_not_there_is_said_so_on_a_page(browser: AsyncClient) -> None:
    page = await browser.get("/cases/NONE")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such thing" in page.text


async def test_a_message_is_shown_in_a_frame_that_can_do_nothing(store: Store, browser: AsyncClient) -> None:
    html = "<p>Dear Ada</p><script>alert(1)</script>"
    for identity, page in (("m1", html), ("m2", None)):
        kept = KeptMessage(
            identity, "email", "we@us.example", "ada@lovelace.example", "A word", "Dear Ada", MONDAY, page
        )
        await store.mailbox.keep(kept)
    shown = await browser.get("/messages/m1")
    assert '<iframe sandbox src="/messages/m1/page"' in shown.text
    assert "alert(1)" not in shown.text
    frame = await browser.get("/messages/m1/page")
    assert (frame.text, frame.headers["Content-Security-Policy"]) == (html, MESSAGE)
    assert "sandbox;" in MESSAGE
    assert "script-src" not in MESSAGE
    assert "<iframe" not in (await browser.get("/messages/m2")).text
    assert (await browser.get("/messages/m2/page")).status_code == 404


async def test_time_that_is_real_has_no_bar_and_cannot_be_moved(browser: AsyncClient) -> None:
    page = await browser.get("/cases")
    assert "Virtual time" not in page.text
    answer = await browser.post("/time", data={"mark": mark_of(page), "to": "day"})
    assert answer.status_code == 404


@pytest.mark.usefixtures("book")
async def test_the_bar_moves_time_for_every_case_and_tells_what_happened(
    demo_browser: AsyncClient, machine: FakeTimeMachine
) -> None:
    page = await demo_browser.get("/cases")
    assert "Mon 2 Mar 2026, 10:00" in page.text
    moved = await demo_browser.post("/time", data={"mark": mark_of(page), "to": "week", "back": "/cases/INV-1"})
    assert (moved.status_code, moved.headers["Location"]) == (303, "/cases/INV-1")
    assert await machine.now() == MONDAY + timedelta(weeks=1)
    after = await demo_browser.get("/cases/INV-1")
    assert "One week on: 2 cases moved. 2 notices." in after.text
    assert "One week on" not in (await demo_browser.get("/cases/INV-1")).text


@pytest.mark.usefixtures("book")
async def test_to_the_next_event(demo_browser: AsyncClient, machine: FakeTimeMachine) -> None:
    page = await demo_browser.get("/cases")
    await demo_browser.post("/time", data={"mark": mark_of(page), "to": "event", "back": "https://evil.example"})
    assert (await machine.now()).isoformat() == "2026-03-03T07:00:00+00:00"


async def test_time_moves_only_for_a_form_of_ours(demo_browser: AsyncClient, machine: FakeTimeMachine) -> None:
    page = await demo_browser.get("/cases")
    assert (await demo_browser.post("/time", data={"to": "day"})).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    data = {"mark": mark_of(page), "to": "day"}
    assert (await demo_browser.post("/time", data=data, headers=foreign)).status_code == 403
    assert (await demo_browser.post("/time", data={**data, "to": "year"})).status_code == 422
    assert await machine.now() == MONDAY


async def test_styles_are_kept_by_browsers_until_they_change(stranger: AsyncClient) -> None:
    door = (await stranger.get("/sign-in")).text
    address = re.search(r'href="(/static/dunning\.css\?v=[0-9a-f]{12})"', door)
    assert address is not None
    styles = await stranger.get(address[1])
    assert "immutable" in styles.headers["Cache-Control"]
    assert styles.headers["content-type"] == "text/css; charset=utf-8"
    assert (await stranger.get("/static/../settings.py")).status_code in {303, 401, 404}
    assert (await stranger.get("/static/none.css")).status_code == 404
