"""What comes back from debtors, told over the API: replies, absences, complaints, opt-outs, calls (M5, M6)."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import delete

from adapters.storage import Store
from adapters.storage.tables import texts
from api.case_reader import CaseReader
from api.case_service import CaseService
from cli.cases.case_talk import written_message
from cli.cases.case_text import case_summary
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import PASSWORD, Program, add_person, sign_in, visiting
from tests.fakes.fake_case_client import FakeTimeMachine


@pytest.fixture
async def billing(program: Program) -> Program:
    """A billing system that has registered a customer and an invoice, whose case is open."""
    assert (await program.put("/customers/ada", a_customer())).status_code == 201
    assert (await program.post("/invoices", an_invoice())).status_code == 201
    return program


async def kinds(program: Program) -> list[str]:
    return [line["kind"] for line in (await program.get("/cases/INV-1/journal")).json()["items"]]


async def a_call(program: Program, **said: Any) -> Any:
    return await program.post("/cases/INV-1/calls", said)


async def test_a_reply_holds_the_case_and_is_read_by_a_person(billing: Program) -> None:
    told = await billing.post("/cases/INV-1/replies", {"text": "We paid last week"})
    assert (told.status_code, told.json()["message"]) == (202, "replied")
    case = (await billing.get("/cases/INV-1")).json()
    assert (case["stage"], case["holds"][0]["reason"]) == ("reply", "reply")
    [task] = (await billing.get("/tasks")).json()["items"]
    assert (task["about"], task["note"]) == ("reply", "We paid last week")


async def test_a_reply_without_words_is_refused(billing: Program) -> None:
    answer = await billing.post("/cases/INV-1/replies", {"text": ""})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/text")


@pytest.mark.parametrize("what", ["complaints", "opt-outs"])
async def test_an_address_whose_owner_says_so_is_not_used_until_it_changes(billing: Program, what: str) -> None:
    told = await billing.post(f"/customers/ada/{what}", {"channel": "email"})
    assert (told.status_code, told.json()["cases"]) == (202, ["INV-1"])
    assert (await billing.get("/customers/ada")).json()["usable_channels"] == ["sms", "letter"]
    await billing.post("/customers/ada/contact", {"email": "new@lovelace.example"})
    assert "email" in (await billing.get("/customers/ada")).json()["usable_channels"]


async def test_a_notice_waits_for_who_is_away_also_of_a_case_that_opens_meanwhile(
    billing: Program, machine: FakeTimeMachine
) -> None:
    told = await billing.post("/customers/ada/absences", {"channel": "email", "until": "2026-03-09"})
    assert told.status_code == 202
    await billing.post("/invoices", an_invoice(id="INV-2"))
    await machine.advance(timedelta(days=7))
    for invoice in ("INV-1", "INV-2"):
        lines = (await billing.get(f"/cases/{invoice}/journal")).json()["items"]
        assert "deferred" in {line["kind"] for line in lines}
        assert "notice" not in {line["kind"] for line in lines}
    await machine.advance(timedelta(days=2))
    assert "notice" in await kinds(billing)


async def test_a_soft_bounce_leaves_the_address_in_use(billing: Program, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=2))
    bounced = {"notice": "friendly", "channel": "email", "state": "bounced", "hard": False}
    assert (await billing.post("/cases/INV-1/deliveries", bounced)).status_code == 202
    assert (await billing.get("/customers/ada")).json()["bounced"] == []
    assert "bounced" in await kinds(billing)


async def test_only_a_bounce_is_hard(billing: Program) -> None:
    delivered = {"notice": "reminder", "channel": "email", "state": "delivered", "hard": True}
    answer = await billing.post("/cases/INV-1/deliveries", delivered)
    assert answer.status_code == 422
    assert "hard only with state: bounced" in answer.text


async def test_what_was_promised_on_the_telephone_is_a_promise(billing: Program) -> None:
    told = await a_call(billing, result="promised", on="2026-03-06", amount=euros("400.00"), by="kim")
    assert (told.status_code, told.json()["message"]) == (202, "call")
    assert (await billing.get("/cases/INV-1")).json()["promise"]["amount"] == euros("400.00")
    assert [kind for kind in await kinds(billing) if kind in {"call", "hold", "refused"}] == ["hold", "call"]


async def test_a_promise_that_the_rules_refuse_is_heard_on_the_telephone_and_no_call_is_recorded(
    billing: Program,
) -> None:
    told = await a_call(billing, result="promised", on="2026-09-06")
    assert (told.status_code, told.json()["rule"]) == (409, "A1")
    assert "call" not in await kinds(billing)
    assert (await a_call(billing, result="reached")).status_code == 202


@pytest.mark.parametrize(
    "said",
    [
        {"result": "call_back"}, {"result": "promised"}, {"result": "paid", "until": "2026-03-09"},
        {"result": "reached", "on": "2026-03-09"}, {"result": "shouted at"},
        {"result": "disputed", "reason": "no", "at": "2026-03-09T10:00:00Z"},
    ],
)  # fmt: skip
async def test_a_call_says_what_belongs_to_its_result(billing: Program, said: dict[str, Any]) -> None:
    answer = await billing.post("/cases/INV-1/calls", said)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "/problems/invalid"


async def test_a_call_back_is_asked_for_with_whom_to_call_where_and_when(
    billing: Program, machine: FakeTimeMachine, browser: AsyncClient
) -> None:
    await a_call(billing, result="call_back", at="2026-03-02T15:30:00Z")
    await machine.advance(timedelta(hours=7))
    [task] = (await billing.get("/tasks")).json()["items"]
    assert task["about"] == "call"
    assert task["call"] == {
        "name": "Ada Lovelace Analytics", "person": None, "number": "+31 20 555 0100", "demands": euros("1000.00"),
        "hours": "08:00-20:00", "timezone": "Europe/Amsterdam", "allowed_from": task["call"]["allowed_from"],
    }  # fmt: skip
    whole = (await billing.get(f"/cases/INV-1/tasks/{task['id']}")).json()
    script = whole.pop("script")
    assert whole == task
    said = "\n".join(text for part in script["parts"] for text in part["paragraphs"])
    assert (script["language"], script["fell_back"]) == ("en", False)
    for words in ("€1,000.00", "was due on", "by 16 March 2026 at the latest", "up to 3 parts"):
        assert words in said.replace("\N{NO-BREAK SPACE}", " "), said
    page = (await browser.get(f"/cases/INV-1/tasks/{task['id']}")).text
    assert "+31 20 555 0100" in page
    assert "Do not argue" in page
    assert f'href="/cases/INV-1/tasks/{task["id"]}"' in (await browser.get("/tasks")).text
    assert (await billing.get("/cases/INV-1/tasks/none")).status_code == 404
    await a_call(billing, result="wrong_number")
    [task] = (await billing.get("/tasks")).json()["items"]
    assert task["call"]["number"] is None
    assert "sms" not in (await billing.get("/customers/ada")).json()["usable_channels"]
    await a_call(billing, result="reached")
    assert (await billing.get("/tasks")).json()["items"] == []


async def test_a_reply_is_shown_with_what_it_seems_to_say_and_nothing_follows_from_it(
    billing: Program, browser: AsyncClient, case_service: CaseService
) -> None:
    """M5: to the person who reads it, wherever they read it; days count from when it came, not from when it is read."""
    text = "Sorry! I will pay € 400,00 on Friday.\nPlease call me.\n\nRegards, Ada\n\n> Please pay."
    await billing.post("/cases/INV-1/replies", {"text": text})
    [listed] = (await billing.get("/tasks")).json()["items"]
    [asked] = (await billing.get("/cases/INV-1")).json()["tasks"]
    assert (listed["note"], asked["reply"]) == (text, listed["reply"])
    assert listed["reply"]["words"] == "Sorry! I will pay € 400,00 on Friday.\nPlease call me."
    promise, call = listed["reply"]["suggests"]
    assert promise == {
        "kind": "promise",
        "words": "seems to promise payment of €400.00 by 6 March 2026",
        "said": "I will pay € 400,00 on Friday.",
        "on": "2026-03-06",
        "amount": euros("400.00"),
        "next": "record the promise",
        "act": {"message": "promise", "body": {"id": "reply-1", "on": "2026-03-06", "amount": "400.00"}},
    }
    assert (call["kind"], call["next"], call["act"]) == ("call_back", "call them", None)
    assert (await billing.get("/cases/INV-1")).json()["promise"] is None
    for page in ("/tasks", "/cases/INV-1"):
        shown = " ".join((await browser.get(page)).text.split())
        assert "Seems to promise payment of €400.00 by 6 March 2026" in shown
        assert "says: “I will pay € 400,00 on Friday.”" in shown
        assert "Record the promise</button>" in shown
        assert "Next: call them." in shown
        assert "Please pay." not in shown
    summary = "\n".join(case_summary(await CaseReader(case_service).case("INV-1")))
    command = "dunning case signal INV-1 promise id=reply-1 on=2026-03-06 amount=400.00"
    assert command in summary
    assert "dunning case signal INV-1 dispose task=reply-1 by=YOU resume=true" in summary
    body = shlex.split(command)[5:]
    assert written_message("promise", body).model_dump(mode="json", exclude_none=True)["amount"] == "400.00"


async def test_who_may_only_look_is_told_what_a_reply_says_and_shown_no_button(
    billing: Program, app: FastAPI, store: Store
) -> None:
    await billing.post("/cases/INV-1/replies", {"text": "I will pay € 400,00 on Friday."})
    [task] = (await billing.get("/tasks")).json()["items"]
    await add_person(store, "rob", "reader")
    async with visiting(app) as client:
        rob = await sign_in(client, {"name": "rob", "password": PASSWORD})
        for page in ("/tasks", "/cases/INV-1", f"/cases/INV-1/tasks/{task['id']}"):
            shown = (await rob.get(page)).text
            assert "Next: record the promise." in shown
            assert "Record the promise</button>" not in shown


async def pressed(browser: AsyncClient, page: str, **changes: str) -> str:
    """The page after the first button of a suggestion on it was pressed."""
    text = (await browser.get(page)).text
    [place, form] = re.findall(r'action="(/cases/[^"]+/next)">(.*?)</form>', text, re.DOTALL)[0]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    answer = await browser.post(place, data={**fields, **changes}, headers={"Origin": "http://dunning.example"})
    if answer.status_code != 303:
        return str(answer.status_code)
    assert answer.headers["location"] == page
    return (await browser.get(page)).text


async def test_one_button_does_what_was_shown_and_only_once(billing: Program, browser: AsyncClient) -> None:
    await billing.post("/cases/INV-1/replies", {"text": "I will pay € 400,00 on Friday."})
    assert await pressed(browser, "/tasks", mark="somebody else's") == "403"
    assert "Nothing was done" in await pressed(browser, "/tasks", act="{}")
    assert (await billing.get("/cases/INV-1")).json()["promise"] is None
    for page in ("/tasks", "/cases/INV-1"):
        assert "The promise is recorded" in await pressed(browser, page)
    case = (await billing.get("/cases/INV-1")).json()
    assert (case["promise"]["on"], case["promise"]["amount"]) == ("2026-03-06", euros("400.00"))
    [line] = [one for one in (await billing.get("/cases/INV-1/journal")).json()["items"] if one["value"] == "promise"]
    assert line["authenticated"] == "person ann"


async def test_what_the_rules_refuse_is_said(billing: Program, browser: AsyncClient) -> None:
    await billing.post("/cases/INV-1/replies", {"text": "I will pay on 1 June."})
    assert "The case refuses: 2026-06-01 is later than" in await pressed(browser, "/cases/INV-1")
    await billing.post("/cases/INV-1/replies", {"text": "I never ordered this! Ask my lawyer."})
    shown = (await browser.get("/tasks")).text
    assert all(words in shown for words in ("Record the dispute</button>", "Stop every case of the customer</button>"))


@pytest.mark.parametrize(
    "text, kind, act",
    [
        ("I never ordered this!", "dispute", {"id": "reply-1", "reason": "I never ordered this!"}),
        ("I paid € 5 yesterday.", "paid", None),
        ("I lost my job", "hardship", None),
        ("Ask my lawyer.", "stop", {"reason": "Ask my lawyer."}),
        ("Wrong number", "wrong_person", None),
        ("I will pay soon", "promise", None),
        ("I will pay £20 tomorrow", "promise", {"id": "reply-1", "on": "2026-03-03"}),
    ],
)
async def test_what_a_case_can_be_told_of_a_reply_is_made_ready(
    billing: Program, text: str, kind: str, act: dict[str, str] | None
) -> None:
    await billing.post("/cases/INV-1/replies", {"text": text})
    [task] = (await billing.get("/tasks")).json()["items"]
    [found] = task["reply"]["suggests"]
    assert found["kind"] == kind
    assert (found["act"] and found["act"]["body"]) == act


async def test_words_that_are_not_kept_any_more_suggest_nothing(billing: Program, store: Store) -> None:
    await billing.post("/cases/INV-1/replies", {"text": "I paid yesterday"})
    await store.database.write(lambda tx: tx.change(delete(texts)))
    [task] = (await billing.get("/tasks")).json()["items"]
    assert task["reply"] == {"words": "[removed]", "suggests": []}
