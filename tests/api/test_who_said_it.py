"""Who asked and who was let in stands on each line of the journal; the words of who told it, where they help."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import AsyncClient

from adapters.storage import Store
from adapters.stripe.fake.webhooks import event_body
from dunning.facts import Escalate
from tests.adapters.stripe.events import event, invoice, invoice_payment, minutes_later, refund
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Maker, Program, visiting
from tests.api.stripe_side import WHSEC, StripeSide
from tests.fakes.fake_case_client import FakeClock

CASE = "/cases/INV-1"
KEY = "key billing"


@pytest.fixture
async def billing(program: Program) -> Program:
    """A billing system whose key is called billing, with one open case."""
    assert (await program.put("/customers/ada", a_customer())).status_code == 201
    assert (await program.post("/invoices", an_invoice())).status_code == 201
    return program


async def lines(program: Program, of: str = "INV-1") -> list[dict[str, Any]]:
    return list((await program.get(f"/cases/{of}/journal")).json()["items"])


async def line(program: Program, kind: str) -> dict[str, Any]:
    return next(one for one in reversed(await lines(program)) if one["kind"] == kind)


async def asked(program: Program, path: str, body: object = None) -> None:
    answer = await program.post(f"{CASE}/{path}", body)
    assert answer.status_code in {200, 202}, answer.text


async def disputed(program: Program) -> None:
    await asked(program, "disputes", {"id": "D-1", "reason": "two boxes were wet"})


async def test_a_case_says_who_had_it_opened(billing: Program) -> None:
    [opened] = [one for one in await lines(billing) if one["kind"] == "opened"]
    assert (opened["by"], opened["authenticated"]) == (None, KEY)


@pytest.mark.parametrize("by", ["r.devries", None])
@pytest.mark.parametrize(
    "path, body, kind",
    [
        ("hand-off", {}, "hand_off"),
        ("withdrawal", {}, "withdraw"),
        ("policy", {"name": "gentle"}, "policy"),
        ("holds/H-1/release", {}, "release"),
        ("disputes/D-1/resolution", {"rejected": True}, "resolve_dispute"),
    ],
)
async def test_what_people_ask_names_somebody(
    billing: Program, path: str, body: dict[str, Any], kind: str, by: str | None
) -> None:
    if "holds" in path:
        await asked(billing, "holds", {"id": "H-1", "reason": "a call", "by": "j.smit"})
        assert (await line(billing, "hold"))["by"] == "j.smit"
    if "disputes" in path:
        await disputed(billing)

    await asked(billing, path, {**body, "by": by} if by else body)

    told = await line(billing, kind)
    assert (told["by"], told["authenticated"]) == (by or KEY, KEY)


async def test_a_recall_and_a_refusal_name_somebody_too(billing: Program) -> None:
    await asked(billing, "hand-off")
    await asked(billing, "recall", {"by": "r.devries"})
    assert (await line(billing, "reopened"))["by"] == "r.devries"
    assert (await billing.post(f"{CASE}/holds/H-9/release", {"by": "j.smit"})).status_code == 409
    assert KEY in {one["authenticated"] for one in await lines(billing) if one["kind"] == "reopened"}


async def test_what_a_case_decides_by_itself_names_nobody(billing: Program) -> None:
    await billing.post("/payments", {"id": "bank-1", "invoice_id": "INV-1", "amount": an_invoice()["amount"]})
    [closed] = [one for one in await lines(billing) if one["kind"] == "closed"]
    assert (closed["by"], closed["authenticated"]) == (None, None)


async def test_the_same_fact_through_another_key_is_the_same_fact(
    billing: Program, make_app: Maker, store: Store, clock: FakeClock
) -> None:
    paid = {"id": "bank-1", "invoice_id": "INV-1", "amount": euros("100.00")}
    key = await store.keys.create("bank", clock.at, ("admin",))
    async with visiting(make_app(), headers={"Authorization": f"Bearer {key}"}) as client:
        answers = [await one.post("/payments", paid) for one in (billing, Program(client))]
    assert [one.status_code for one in answers] == [202, 202]
    assert [one["authenticated"] for one in await lines(billing) if one["kind"] == "payment"] == [KEY]


async def test_nobody_says_in_a_body_who_was_let_in(billing: Program) -> None:
    answer = await billing.post(f"{CASE}/hand-off", {"authenticated": "key owner"})
    assert (answer.status_code, answer.json()["pointer"]) == (422, "#/authenticated")


async def test_what_stripe_tells_came_by_its_webhook(make_app: Maker, program: Program) -> None:
    async with visiting(make_app(stripe_webhook_secret=WHSEC)) as client:
        stripe = StripeSide(client)
        await stripe.deliver(
            event("invoice.payment_failed", invoice(id="in_1")),
            event("invoice_payment.paid", invoice_payment(40_00, invoice="in_1"), minutes_later(5)),
        )
        assert (await stripe.send(event_body(event("refund.created", refund(10_00), minutes_later(9))))).is_success
    told = {one["kind"]: one for one in await lines(program, "in_1")}
    assert {told[kind]["authenticated"] for kind in ("payment", "reversal")} == {"webhook stripe"}
    assert (told["reversal"]["about"], told["reversal"]["code"]) == ("re_1", None)


# The words of who told it.


async def test_why_a_debtor_objects_is_read_in_the_case_its_journal_its_task_and_on_the_pages(
    billing: Program, browser: AsyncClient
) -> None:
    await disputed(billing)
    why = "two boxes were wet"
    case = (await billing.get(CASE)).json()
    assert [one["reason"] for one in case["disputes"]] == [why]
    assert [(one["kind"], one["about"], one["reason"]) for one in case["tasks"]] == [("dispute", "D-1", why)]
    assert (await line(billing, "dispute"))["reason"] == why
    [task] = (await billing.get("/tasks")).json()["items"]
    assert (task["note"], task["reason"]) == ("D-1", why)
    for page in ("/cases/INV-1", "/tasks"):
        assert why in (await browser.get(page)).text


async def test_each_escalation_keeps_its_own_reason(billing: Program, browser: AsyncClient, clock: FakeClock) -> None:
    await asked(billing, "escalations", {"reason": "wants to talk to a person"})
    clock.at = minutes_later(60)
    await asked(billing, "escalations", {"reason": "threatens to leave"})

    [task] = (await billing.get("/tasks")).json()["items"]
    assert task["reason"] == "wants to talk to a person"
    assert (await line(billing, "task"))["reason"] == "wants to talk to a person"
    assert (await line(billing, Escalate.name))["reason"] == "threatens to leave"
    page = (await browser.get("/cases/INV-1")).text
    assert "wants to talk to a person" in page
    assert "threatens to leave" in page


async def test_a_reversals_id_and_code_are_read_in_the_journal_and_on_the_page(
    billing: Program, browser: AsyncClient
) -> None:
    await billing.post("/payments", {"id": "sepa-1", "invoice_id": "INV-1", "amount": euros("400.00")})
    back = {"id": "R-77", "invoice_id": "INV-1", "amount": euros("400.00"), "code": "AM04"}
    answer = await billing.post("/payments/sepa-1/reversals", back)
    assert answer.status_code == 202, answer.text

    told = await line(billing, "reversal")
    assert (told["value"], told["about"], told["code"]) == ("sepa-1", "R-77", "AM04")
    page = (await browser.get("/cases/INV-1")).text
    assert "R-77 · code AM04" in page
    assert "told by key billing" in page
