"""Lists, cases in full, journals and forecasts: as the case tells them, or as the store remembers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from fastapi import FastAPI

from adapters.costs import Cost, PieceCosts
from adapters.mailbox import KeptMessage
from adapters.storage import Store
from dunning.records import Channel
from tests.api.builders import MONDAY, a_customer, an_invoice, euros
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeTimeMachine


@pytest.fixture
async def billing(program: Program) -> Program:
    """Three customers with two invoices each, all of them with an open case."""
    for name in ("ada", "bob", "eve"):
        await program.put(f"/customers/{name}", a_customer(tags=["gentle"] if name == "eve" else []))
        for number in (1, 2):
            await program.post("/invoices", an_invoice(id=f"{name}-{number}", customer_id=name))
    return program


async def ids(program: Program, path: str, **query: object) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = (await program.get(path, **query, **({"cursor": cursor} if cursor else {}))).json()
        found += [item.get("invoice_id") or item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


async def test_every_case_comes_once_however_small_the_pages(billing: Program) -> None:
    whole = await ids(billing, "/cases")
    assert len(whole) == 6
    assert await ids(billing, "/cases", limit=1) == whole
    assert await ids(billing, "/cases", limit=4) == whole


async def test_filters_let_through_what_they_name(billing: Program) -> None:
    await billing.post("/payments", {"id": "p1", "invoice_id": "ada-1", "amount": euros("1000.00")})
    await billing.post("/cases/bob-1/holds", {"reason": "we talk"})
    assert await ids(billing, "/cases", customer_id="ada") == ["ada-2", "ada-1"]
    assert await ids(billing, "/cases", outcome="paid") == ["ada-1"]
    assert await ids(billing, "/cases", open=False) == ["ada-1"]
    assert await ids(billing, "/cases", stage="held") == ["bob-1"]
    assert await ids(billing, "/cases", policy="gentle") == ["eve-2", "eve-1"]
    assert await ids(billing, "/cases", policy="gentle", stage="held") == []


async def test_customers_and_invoices_are_listed_in_pages_too(billing: Program) -> None:
    assert await ids(billing, "/customers", limit=2) == ["ada", "bob", "eve"]
    assert sorted(await ids(billing, "/invoices", limit=4)) == ["ada-1", "ada-2", "bob-1", "bob-2", "eve-1", "eve-2"]
    assert sorted(await ids(billing, "/invoices", customer_id="bob")) == ["bob-1", "bob-2"]


async def test_a_case_tells_where_it_stands_and_what_is_to_come(billing: Program, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=9))
    case = (await billing.get("/cases/ada-1")).json()
    assert (case["source"], case["stage"], case["timezone"]) == ("running", "dunning", "Europe/Amsterdam")
    assert case["money"]["balance"] == euros("1015.00")
    assert [step["status"] for step in case["steps"]] == ["done", "done", "open"]
    forecast = (await billing.get("/cases/ada-1/forecast")).json()
    assert [line["kind"] for line in forecast["lines"]] == ["suspend", "task"]


async def test_the_journal_tells_every_decision_with_its_reason(billing: Program, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=9))
    page = (await billing.get("/cases/ada-1/journal", limit=2)).json()
    assert [line["kind"] for line in page["items"]] == ["opened", "notice"]
    rest = (await billing.get("/cases/ada-1/journal", cursor=page["next"])).json()
    assert [line["kind"] for line in rest["items"]] == ["fee", "notice", "notice"]
    assert rest["items"][0]["amount"] == euros("15.00")
    assert rest["items"][1]["demands"] == euros("1015.00")


async def test_a_case_that_does_not_answer_is_shown_as_the_list_knows_it(
    billing: Program, case_client: FakeCaseClient
) -> None:
    case_client.silent = True
    case = (await billing.get("/cases/ada-1")).json()
    assert (case["source"], case["money"]["balance"], case["steps"]) == ("list", euros("1000.00"), [])
    forecast = await billing.get("/cases/ada-1/forecast")
    assert (forecast.status_code, forecast.json()["type"]) == (503, "/problems/unavailable")


async def test_an_ended_case_is_read_from_what_it_left(billing: Program, case_client: FakeCaseClient) -> None:
    await billing.post("/payments", {"id": "p1", "invoice_id": "ada-1", "amount": euros("1000.00")})
    case_client.silent = True
    case = (await billing.get("/cases/ada-1")).json()
    assert (case["source"], case["outcome"], case["money"]["paid"]) == ("ended", "paid", euros("1000.00"))
    assert (await billing.get("/cases/ada-1/forecast")).json()["lines"] == []


async def test_what_was_overpaid_is_used_for_the_customers_other_invoice(billing: Program) -> None:
    """P8: and nothing of it is left as credit."""
    owed = (await billing.get("/cases/ada-2")).json()["money"]["balance"]["amount"]
    await billing.post("/payments", {"id": "p1", "invoice_id": "ada-1", "amount": euros("1000.50")})
    assert (await billing.get("/customers/ada")).json()["credit"] == []
    left = (await billing.get("/invoices/ada-2")).json()["balance"]["amount"]
    assert Decimal(owed) - Decimal(left) == Decimal("0.50")


async def test_which_policy_takes_an_invoice_and_why(billing: Program) -> None:
    choice = (await billing.get("/invoices/ada-1/policy")).json()
    assert choice["policy"] == "plain"
    assert choice["reasons"][0] == {
        "policy": "gentle",
        "priority": 10,
        "chosen": False,
        "why": "gentle: customer.tags: found none; allowed gentle",
        "mismatches": [{"field": "customer.tags", "allowed": "gentle"}],
    }


async def test_policies_are_listed_as_they_are_asked(program: Program) -> None:
    listed = (await program.get("/policies")).json()
    assert [policy["name"] for policy in listed] == ["gentle", "plain"]
    one = (await program.get("/policies/plain")).json()
    assert one["content"]["steps"][0]["name"] == "reminder"
    assert (await program.get("/policies/none")).status_code == 404


POLICY = """\
name: short
steps:
  - name: reminder
    after: 3 days
    do:
      - notify: {message: friendly, by: [email]}
"""


async def check(program: Program, text: bytes, media_type: str = "application/yaml") -> dict[str, object]:
    headers = {"Content-Type": media_type, "Idempotency-Key": "k"}
    answer = await program.client.post("/v1/policies/check", content=text, headers=headers)
    body: dict[str, object] = answer.json()
    return body | {"code": answer.status_code}


async def test_a_text_is_checked_as_a_policy_without_being_kept(program: Program) -> None:
    checked = await check(program, POLICY.encode())
    assert (checked["code"], checked["ok"], checked["mistakes"]) == (200, True, [])
    assert (await program.get("/policies/short")).status_code == 404


async def test_the_mistakes_of_a_text_are_told_with_their_lines(program: Program) -> None:
    checked = await check(program, POLICY.replace("3 days", "soon").replace("name: short", "name: Too Short").encode())
    assert checked["ok"] is False
    mistakes = checked["mistakes"]
    assert isinstance(mistakes, list)
    assert [(one["place"], one["line"]) for one in mistakes] == [("name", 1), ("steps[0].after", 4)]


async def test_what_is_no_text_or_no_yaml_is_a_problem(program: Program) -> None:
    assert (await check(program, b"\xff"))["code"] == 422
    assert (await check(program, b"{}", "application/json"))["code"] == 415


async def test_messages_are_read_as_they_reached_the_debtor(billing: Program, machine: FakeTimeMachine) -> None:
    await machine.advance(timedelta(days=9))
    whole = await ids(billing, "/mailbox")
    assert len(whole) == 14  # six first words, four final notices by two channels
    assert await ids(billing, "/mailbox", limit=3) == whole
    [first, *_] = (await billing.get("/mailbox", invoice_id="ada-1")).json()["items"]
    message = (await billing.get(f"/mailbox/{first['id']}")).json()
    assert message["invoice_id"] == "ada-1"
    assert "1,015.00" in message["text"]
    assert message["cost"] is None
    assert (await billing.get("/mailbox/unknown")).status_code == 404


async def test_a_message_says_what_it_cost(program: Program, app: FastAPI, store: Store) -> None:
    app.state.costs = PieceCosts({"sms": Cost.parse("EUR 0.075")})
    channels: tuple[Channel, ...] = ("sms", "letter")
    for number, channel in enumerate(channels):
        await store.mailbox.keep(KeptMessage(f"m{number}", channel, "a@b.example", "+316", "Pay", "Pay " * 50, MONDAY))
    found = {one["id"]: one["cost"] for one in (await program.get("/mailbox")).json()["items"]}
    assert found == {"m0": {"amount": "0.150", "currency": "EUR"}, "m1": None}
