"""The queue as an agent and a manager use it: reasons in words, whose customers, put off, and many at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response

from adapters.storage import Store
from adapters.storage.worklist.owners import Assignment, Owners
from dunning.roles import Role
from dunning.worklist.assignment import AssignmentRule
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import PASSWORD, Maker, Program, add_person, sign_in, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock, FakeTimeMachine

FORM = {"Origin": "http://dunning.example"}


@pytest.fixture
async def book(program: Program) -> Program:
    """Three customers with an open case each; Ada has two."""
    for name, more in {"ada": {"name": "Ada"}, "bob": {"name": "Bob"}, "eve": {"name": "=Eve"}}.items():
        await program.put(f"/customers/{name}", a_customer(**more))
    for invoice, customer in {"INV-1": "ada", "INV-2": "bob", "INV-3": "eve", "INV-4": "ada"}.items():
        await program.post("/invoices", an_invoice(id=invoice, customer_id=customer))
    return program


@asynccontextmanager
async def as_(app: FastAPI, store: Store, name: str, *roles: Role) -> AsyncIterator[AsyncClient]:
    await add_person(store, name, *roles)
    async with visiting(app) as client:
        yield await sign_in(client, {"name": name, "password": PASSWORD})


@pytest.fixture
async def manager(app: FastAPI, store: Store) -> AsyncIterator[AsyncClient]:
    async with as_(app, store, "mia", "manager") as client:
        yield client


@pytest.fixture
async def agent(app: FastAPI, store: Store) -> AsyncIterator[AsyncClient]:
    async with as_(app, store, "gus", "agent") as client:
        yield client


async def send(client: AsyncClient, path: str, **fields: str | Sequence[str]) -> Response:
    """Send a form of our own pages."""
    mark = re.search(r'name="mark" value="([^"]+)"', (await client.get("/queue")).text)
    assert mark is not None
    return await client.post(path, data={"mark": mark[1], **fields}, headers=FORM)


def field(answer: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, answer.text
    return found[1].replace("&#34;", '"').replace("&amp;", "&")


async def rows(client: AsyncClient, **query: str) -> dict[str, dict[str, object]]:
    items = (await client.get("/queue.json", params=query)).json()["items"]
    return {item["customer_id"]: item for item in items}


async def test_the_day_begins_at_the_queue(browser: AsyncClient) -> None:
    assert (await browser.get("/")).headers["location"] == "/queue"
    page = (await browser.get("/queue")).text
    assert "The queue is empty" in page
    assert "dunning import invoices" in page


@pytest.mark.usefixtures("book")
async def test_reasons_are_told_in_words_and_move_with_the_days(
    browser: AsyncClient, book: Program, clock: FakeClock, machine: FakeTimeMachine
) -> None:
    await book.post("/cases/INV-2/promises", {"on": "2026-03-06"})
    assert "€1,000.00 promised for Fri 6 Mar" in (await browser.get("/queue")).text
    await machine.advance(timedelta(days=5))  # the promise is broken at the end of the day
    page = (await browser.get("/queue")).text
    assert "Promise broken today, €1,000.00" in page
    clock.at += timedelta(days=1)
    assert "Promise broken yesterday, €1,000.00" in (await browser.get("/queue")).text
    first = next(iter(await rows(browser)))
    assert first == "bob"
    await book.post("/cases/INV-3/replies", {"text": "we never got it"})
    assert next(iter(await rows(browser))) == "eve"
    assert "A reply to read" in (await browser.get("/queue")).text
    await book.post("/cases/INV-1/disputes", {"id": "D", "reason": "two items were missing"})
    clock.at += timedelta(days=9)
    assert "€1,000.00 disputed for 7 workdays" in (await browser.get("/queue")).text


@pytest.mark.usefixtures("book")
async def test_a_spreadsheet_calculates_no_name(browser: AsyncClient) -> None:
    text = (await browser.get("/queue.csv", params={"sort": "name"})).content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [row["customer"] for row in found] == ["'=Eve", "Ada", "Bob"]
    assert found[1]["overdue"] == "2000.00 EUR"
    assert found[1]["phone"] == "'+31 20 555 0100"


@pytest.mark.usefixtures("book")
async def test_an_agent_takes_a_customer_and_sees_their_own_first(agent: AsyncClient, store: Store) -> None:
    assert (await agent.get("/queue")).text.count('class="row"') == 3
    taken = await send(agent, "/queue/act", act="assign", customer="bob", person="gus", go="confirm")
    assert taken.status_code == 303
    assert "1 customer assigned to gus." in (await agent.get("/queue")).text
    mine = (await agent.get("/queue")).text
    assert mine.count('class="row"') == 1
    assert "Bob" in mine
    assert (await agent.get("/queue", params={"owner": "all"})).text.count('class="row"') == 3
    assert set(await rows(agent, owner="nobody")) == {"ada", "eve"}
    [one] = await owners_of(store, "bob")
    assert (one.by, one.person) == ("person gus", "gus")


async def owners_of(store: Store, customer: str) -> tuple[Assignment, ...]:
    return (await Owners(store.database).of_customer(customer))[0]


@pytest.mark.usefixtures("book")
async def test_many_at_once_are_a_managers_work(agent: AsyncClient, manager: AsyncClient) -> None:
    two = {"act": "snooze", "customer": ["ada", "bob"], "until": "2026-03-09", "go": "confirm"}
    assert (await send(agent, "/queue/act", **two)).status_code == 403
    held = await send(agent, "/queue/act", act="hold", customer="ada", reason="x", go="confirm", plan="{}")
    assert held.status_code == 403
    assert set(await rows(agent)) == {"ada", "bob", "eve"}
    assert (await send(manager, "/queue/act", **two)).status_code == 303
    assert "2 customers put off to the end of Mon 9 Mar 2026." in (await manager.get("/queue")).text
    assert set(await rows(manager)) == {"eve"}
    assert set(await rows(manager, snoozed="yes")) == {"ada", "bob"}
    woken = await send(manager, "/queue/act", act="wake", customer="ada", go="confirm")
    assert woken.status_code == 303
    assert set(await rows(manager)) == {"ada", "eve"}


@pytest.mark.usefixtures("book")
async def test_a_form_that_was_not_understood_says_so_and_changes_nothing(manager: AsyncClient) -> None:
    past = await send(manager, "/queue/act", act="snooze", customer="ada", until="2026-03-01", go="confirm")
    assert past.status_code == 422
    assert "Allowed is a day from today on" in past.text
    nobody = await send(manager, "/queue/act", act="assign", customer="ada", person="zed", go="confirm")
    assert (nobody.status_code, "not there to be chosen" in nobody.text) == (422, True)
    empty = await send(manager, "/queue/act", act="hold", customer="ada", go="preview")
    assert (empty.status_code, "Fill this in" in empty.text) == (422, True)
    assert (await send(manager, "/queue/act", act="dance", customer="ada")).status_code == 404
    nobody_ticked = await send(manager, "/queue/act", act="hold")
    assert nobody_ticked.status_code == 303
    assert (await manager.post("/queue/act", data={"act": "wake", "customer": "ada"}, headers=FORM)).status_code == 403


async def test_what_is_done_with_many_is_shown_before_and_told_after(manager: AsyncClient, book: Program) -> None:
    await book.post("/cases/INV-3/disputes", {"id": "D", "reason": "wrong"})
    form = await send(manager, "/queue/act", act="hold", all="yes", view="sort=name")
    assert "3 customers are chosen" in form.text
    said = {"act": "hold", "all": "yes", "view": "sort=name", "reason": "year-end talks", "until": "2026-03-20"}
    preview = await send(manager, "/queue/act", **said, go="preview")
    assert "<strong>3 cases</strong>, 1 left out because disputed." in preview.text
    plan, once = field(preview, "plan"), field(preview, "once")
    await book.post("/cases/INV-2/calls", {"result": "reached"})  # what another did meanwhile is told first (R4)
    confirm = {**said, "go": "confirm", "plan": plan, "once": once}
    done = await send(manager, "/queue/act", **confirm)
    assert "<strong>2 cases put on hold</strong>, 1 was not" in done.text
    assert "it went on meanwhile" in done.text
    holds = [(await book.get(f"/cases/INV-{n}")).json()["holds"] for n in (1, 2, 3, 4)]
    assert [[hold["reason"] for hold in one] for one in holds] == [
        ["year-end talks"],
        [],
        ["dispute"],
        ["year-end talks"],
    ]
    journal = (await book.get("/cases/INV-1/journal")).json()["items"]
    assert [line["by"] for line in journal if line["kind"] == "hold"] == ["mia"]
    again = await send(manager, "/queue/act", **confirm)
    assert "<strong>2 cases put on hold</strong>" in again.text
    assert len((await book.get("/cases/INV-1")).json()["holds"]) == 1, "sent again it is the same asking"


async def test_whoever_dies_between_two_cases_is_finished_by_sending_it_again(
    manager: AsyncClient, book: Program, monkeypatch: pytest.MonkeyPatch, case_client: FakeCaseClient
) -> None:
    said = {"act": "hold", "customer": ["ada", "bob", "eve"], "reason": "stocktaking"}
    preview = await send(manager, "/queue/act", **said, go="preview")
    confirm = {**said, "go": "confirm", "plan": field(preview, "plan"), "once": field(preview, "once")}
    asked = case_client.ask
    died: list[str] = []

    async def dies(invoice_id: str, name: str, body: dict[str, object], ask_id: str) -> bool:
        if invoice_id == "INV-2":
            died.append(invoice_id)
            raise MemoryError
        return await asked(invoice_id, name, body, ask_id)

    monkeypatch.setattr(case_client, "ask", dies)
    assert (await send(manager, "/queue/act", **confirm)).status_code == 500
    assert died
    monkeypatch.setattr(case_client, "ask", asked)
    done = await send(manager, "/queue/act", **confirm)
    assert "<strong>4 cases put on hold</strong>." in done.text
    for number in range(1, 5):
        assert len((await book.get(f"/cases/INV-{number}")).json()["holds"]) == 1
    lifted = await send(manager, "/queue/act", act="release", customer=["ada", "bob"], go="preview")
    assert "<strong>3 cases</strong>" in lifted.text
    released = await send(
        manager, "/queue/act", act="release", customer=["ada", "bob"], go="confirm",
        plan=field(lifted, "plan"), once=field(lifted, "once"),
    )  # fmt: skip
    assert "<strong>3 cases released</strong>" in released.text
    nothing = await send(manager, "/queue/act", act="release", customer="bob", go="preview")
    assert "1 left out because it has no hold that a person made" in nothing.text


@pytest.mark.usefixtures("book")
async def test_more_cases_than_one_asking_takes_are_told(manager: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.queue_acts.MOST", 2)
    preview = await send(
        manager, "/queue/act", act="escalate", all="yes", queue="collections", reason="x", go="preview"
    )
    assert "<strong>2 cases</strong>. 2 more are beyond what is done at once." in preview.text


@pytest.mark.usefixtures("book")
async def test_two_agents_on_one_row_leave_one_owner_and_both_are_told(
    app: FastAPI, store: Store, agent: AsyncClient
) -> None:
    async with as_(app, store, "ida", "agent") as other:
        await agent.get("/queue")
        for client, name in ((agent, "gus"), (other, "ida")):
            await send(client, "/queue/act", act="assign", customer="bob", person=name, go="confirm")
        assert (await rows(other, owner="all"))["bob"]["owner"] == "ida"
    newest, before = await owners_of(store, "bob")
    assert (newest.person, before.person, before.ended_by) == ("ida", "gus", "person ida")


@pytest.mark.usefixtures("book")
async def test_views_are_saved_for_oneself_or_for_everybody(agent: AsyncClient, manager: AsyncClient) -> None:
    await send(agent, "/queue/views", name="Belgians", view="country=BE&sort=name&cursor=x")
    await send(manager, "/queue/views", name="Disputes", view="reason=dispute", shared="yes")
    mine, theirs = (await agent.get("/queue")).text, (await manager.get("/queue")).text
    assert 'href="/queue?country=BE&amp;sort=name"' in mine
    assert "Disputes" in mine
    assert "Belgians" not in theirs
    gone = await send(agent, "/queue/views/forget", name="Disputes")
    assert gone.status_code == 303
    assert "Disputes" in (await manager.get("/queue")).text, "it is not theirs"
    await send(manager, "/queue/views/forget", name="Disputes")
    assert "reason=dispute" not in (await manager.get("/queue")).text


async def test_an_agent_whose_customers_need_nothing_reads_kind_words(agent: AsyncClient) -> None:
    assert "Nothing is yours to do" in (await agent.get("/queue", params={"owner": "me"})).text


@pytest.mark.usefixtures("book")
async def test_a_program_assigns_and_puts_off_and_reads_who_did_what(program: Program, store: Store) -> None:
    await add_person(store, "gus", "agent")
    put = await program.put("/customers/ada/owner", {"person": "gus"})
    assert put.status_code == 200, put.text
    assert put.json()["assignments"][0]["by"] == "key billing"
    assert (await program.put("/customers/ada/owner", {"person": "zed"})).status_code == 422
    assert (await program.put("/customers/nobody/owner", {"person": "gus"})).status_code == 404
    snoozed = await program.put("/customers/ada/snooze", {"until": "2026-03-09", "reason": "back on Monday"})
    assert snoozed.json()["snoozes"][0]["until"] == "2026-03-09"
    assert (await program.put("/customers/ada/snooze", {"until": "2026-03-01"})).status_code == 422
    assert (await program.client.delete("/v1/customers/ada/owner")).status_code == 200
    assert (await program.client.delete("/v1/customers/ada/snooze")).status_code == 200
    care = (await program.get("/customers/ada/care")).json()
    assert care["assignments"][0]["ended_by"] == "key billing"
    assert care["snoozes"][0]["ended_at"] is not None


async def test_money_that_is_taken_back_wakes_who_was_put_off(
    browser: AsyncClient, book: Program, clock: FakeClock
) -> None:
    paid = {"id": "p1", "invoice_id": "INV-2", "amount": euros("400.00"), "as_of": "2026-03-02T08:00:00Z"}
    assert (await book.post("/payments", paid)).status_code == 202
    await book.put("/customers/bob/snooze", {"until": "2026-03-20"})
    assert "bob" not in await rows(browser)
    clock.at += timedelta(hours=2)
    back = {"id": "r1", "invoice_id": "INV-2", "amount": euros("400.00"), "as_of": "2026-03-02T10:00:00Z"}
    answer = await book.post("/payments/p1/reversals", back)
    assert answer.status_code == 202, answer.text
    assert "bob" in await rows(browser)
    assert (await book.get("/customers/bob/care")).json()["snoozes"][0]["woken_by"] == "payment-reversed"


@pytest.mark.usefixtures("book")
async def test_rules_of_the_settings_say_whose_a_customer_is(make_app: Maker, store: Store) -> None:
    rules = (AssignmentRule(person="gus", queue="dutch", countries=frozenset({"NL"})),)
    async with as_(make_app(assignment=rules), store, "gus", "agent") as agent:
        page = (await agent.get("/queue")).text
        assert page.count('class="row"') == 3
        assert "by rule" in page
        assert set(await rows(agent, queue="dutch")) == {"ada", "bob", "eve"}


async def test_a_holiday_is_no_workday_of_a_dispute(
    make_app: Maker, store: Store, book: Program, clock: FakeClock
) -> None:  # fmt: skip
    clock.at += timedelta(days=31)  # Thursday before Easter
    assert clock.at.date() == date(2026, 4, 2)
    await book.post("/cases/INV-1/disputes", {"id": "D", "reason": "wrong"})
    clock.at += timedelta(days=5)
    async with as_(make_app(country="NL"), store, "gus", "agent") as agent:
        page = (await agent.get("/queue")).text
        assert "disputed for 1 workday<" in page, "Good Friday and Easter Monday are none"
