"""What comes back from debtors, told over the API: replies, absences, complaints, opt-outs, calls (M5, M6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program
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
