"""The tasks as those who answer them see them: in words, found and sorted, whose they are and what became of them."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response

from adapters.clock import now
from adapters.escalations.queue import Queue
from adapters.storage.escalations import Escalations
from adapters.storage.store import Store
from adapters.storage.worklist.owners import Owners
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import PASSWORD, Maker, Program, add_person, sign_in, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine

QUEUES = {
    "collections": Queue("collections", owner="amy", stand_in="sam", manager="mia"),
    "legal": Queue("legal", owner="leo"),
    "disputes": Queue("disputes", owner="amy"),
}


@pytest.fixture
def app(make_app: Maker) -> FastAPI:
    return make_app(queues=QUEUES)


@pytest.fixture
async def book(program: Program, store: Store) -> Program:
    """Three tasks of two customers: one for collections, one for legal, and a dispute."""
    for name in ("amy", "sam", "leo", "mia"):
        await add_person(store, name, "manager" if name == "mia" else "agent")
    await program.put("/customers/ada", a_customer(name="Dakpark & Co"))
    await program.put("/customers/bob", a_customer(name="=cmd|'/c calc'!A1"))
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV-2", customer_id="bob", amount=euros("2495.00")))
    await program.post("/cases/INV-1/escalations", {"reason": "wants a person"})
    await program.post("/cases/INV-2/escalations", {"queue": "legal", "reason": "a lawyer wrote"})
    return program


def plain(page: Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


async def found(browser: AsyncClient, **asked: str) -> list[str]:
    answer = await browser.get("/tasks.json", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["invoice_id"] for one in answer.json()["items"]]


@pytest.mark.usefixtures("book")
async def test_a_task_says_what_is_asked_of_whom_about_how_much_and_whose_it_is(browser: AsyncClient) -> None:
    page = plain(await browser.get("/tasks"))
    for text in (
        "Decide how to go on with Dakpark & Co, €1,000.00", "asked today", "INV-2", "amy Collections", "leo Legal",
        "Mon 9 Mar 2026",
    ):  # fmt: skip
        assert text in page, (text, page)
    [one, _] = (await browser.get("/tasks.json")).json()["items"]
    assert (one["owner"], one["amount"], one["kind"], one["late"]) == ("amy", euros("1000.00"), "escalation", False)


@pytest.mark.usefixtures("book")
async def test_tasks_are_found_and_sorted(browser: AsyncClient, machine: FakeTimeMachine, store: Store) -> None:
    assert await found(browser) == ["INV-1", "INV-2"]
    assert await found(browser, sort="amount") == ["INV-2", "INV-1"]
    assert await found(browser, queue="legal") == await found(browser, owner="leo") == ["INV-2"]
    assert await found(browser, customer="ada") == await found(browser, owner="amy", kind="escalation") == ["INV-1"]
    assert await found(browser, kind="call") == await found(browser, late="yes") == []
    assert await found(browser, owner="nobody") == []
    await store.people.set_disabled("amy", now(), "test", disabled=True)
    await store.people.set_disabled("leo", now(), "test", disabled=True)
    assert await found(browser, owner="sam") == ["INV-1"], "the stand-in"
    assert await found(browser, owner="nobody") == ["INV-2"]
    await machine.advance(timedelta(days=8))
    assert await found(browser, late="yes", sort="opened") == ["INV-2", "INV-1"]
    page = await browser.get("/tasks", params={"late": "yes", "queue": "legal"})
    assert "late once" in plain(page)
    assert 'href="/tasks?late=yes"' in html.unescape(page.text), "each filter can be taken off"
    assert "No open task fits these filters." in plain(await browser.get("/tasks", params={"kind": "call"}))
    assert (await browser.get("/tasks", params={"sort": "nonsense"})).status_code == 422


@pytest.mark.usefixtures("book")
async def test_the_tasks_of_a_customer_are_whose_the_customer_is(browser: AsyncClient, store: Store) -> None:
    await browser.get("/queue")  # ranks them
    await Owners(store.database).assign(["ada"], "leo", "test", now())
    assert await found(browser, owner="leo") == ["INV-1", "INV-2"]
    assert await found(browser, owner="amy") == [], "her queue is not asked where the customer is somebody's"


@pytest.mark.usefixtures("book")
async def test_a_spreadsheet_takes_no_name_for_a_formula(browser: AsyncClient) -> None:
    answer = await browser.get("/tasks.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert {row["customer"] for row in rows} == {"Dakpark & Co", "'=cmd|'/c calc'!A1"}
    assert {row["amount"] for row in rows} == {"1000.00 EUR", "2495.00 EUR"}


async def test_a_task_tells_what_became_of_it_and_the_case_folds_it_into_one_line(
    book: Program, browser: AsyncClient, machine: FakeTimeMachine, store: Store
) -> None:
    await machine.advance(timedelta(days=60))
    escalations = Escalations(store.database)
    for one in await escalations.begin(now()):
        if one.invoice_id == "INV-1":
            await escalations.reached(one, ["amy"] if one.number == 1 else ["amy", "mia"], [])
    page = plain(await browser.get("/cases/INV-1/tasks/escalation-1"))
    assert "looked after by amy" in page
    for text in (
        "So far Asked",
        "Late once, asked again: amy was told",
        "Late twice, asked again: amy and mia were told",
    ):
        assert text in page, (text, page)
    case = plain(await browser.get("/cases/INV-1"))
    assert "Asked again for collections: decide how to go on 3 times" in case
    assert "nobody answered in time · amy told on Tue 10 Mar 2026, amy and mia told from" in case
    await book.post("/cases/INV-1/tasks/escalation-1/disposal", {"resume": True, "by": "amy"})
    assert "Answered by amy" in plain(await browser.get("/cases/INV-1/tasks/escalation-1"))
    await book.post("/payments", {"id": "p", "invoice_id": "INV-2", "amount": euros("2600.00")})
    assert "Closed: it needs no answer any more" in plain(await browser.get("/cases/INV-2/tasks/escalation-1"))


@pytest.mark.usefixtures("book")
async def test_a_wish_says_who_asked_how_much_it_is_and_that_somebody_else_answers(
    store: Store, app: FastAPI, case_client: FakeCaseClient
) -> None:
    wish = {"by": "mia", "reason": "the company was dissolved", "alone_up_to": "1.00"}
    await case_client.ask("INV-1", "write_off", wish, "w-1")
    await add_person(store, "max", "manager")
    for name, may in (("mia", False), ("max", True)):
        async with visiting(app) as client:
            browser = await sign_in(client, {"name": name, "password": PASSWORD})
            page = plain(await browser.get("/tasks?kind=four-eyes"))
            assert "A write-off, asked for by mia: the company was dissolved" in page
            assert "somebody other than mia who may approve answers it" in page
            assert "€1,000.00" in page
            task = await browser.get("/cases/INV-1/tasks/four-eyes-2")
            assert ("/actions/approve" in task.text) == may
            form = await browser.get("/cases/INV-1/actions/approve")
            assert ("A write-off, asked for by mia" in html.unescape(form.text)) == may
            assert ("There is nothing here that you can choose." in form.text) != may
