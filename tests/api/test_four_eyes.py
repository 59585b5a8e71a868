"""Four eyes (R3) over the API: the limits are those of the settings, and who was let in cannot say otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from fastapi import FastAPI

from adapters.messages.catalogue import catalogue
from adapters.settings.four_eyes import FourEyesSettings, limits_in
from adapters.storage.store import Store
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from api.four_eyes import FourEyes, in_name_of
from dunning.messages import Approve, Attempt, Dispose, HandOff, Promise, WriteOff
from tests.api.builders import SECRET, a_customer, an_invoice, calendar, euros, policies
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeTimeMachine

REASON = "the company was dissolved"
WRITE_OFF = {"by": "ann", "reason": REASON}
CASE = "/cases/INV-1"


@pytest.fixture
def app(case_service: CaseService) -> FastAPI:
    careful = replace(case_service, four_eyes=FourEyes({"EUR": Decimal("50.00")}, waiver={"EUR": Decimal("10.00")}))
    return create_app(careful, PoliciesInForce(policies(), calendar, catalogue()), ApiConfiguration(secret=SECRET))


@pytest.fixture
async def book(program: Program) -> Program:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    return program


async def test_above_the_limit_a_second_person_answers_the_task_of_the_first(book: Program) -> None:
    assert (await book.post(f"{CASE}/write-off", WRITE_OFF)).status_code == 200
    [task] = (await book.get("/tasks")).json()["items"]
    assert (task["about"], task["queue"], task["note"]) == (
        "four-eyes", "approvals", f"a write-off, asked for by ann: {REASON}",
    )  # fmt: skip
    same = await book.post(f"{CASE}/approvals", {"task": task["id"], "by": "Ann"})
    assert (same.status_code, same.json()["rule"]) == (409, "R3")
    assert (await book.get(CASE)).json()["outcome"] is None
    assert (await book.post(f"{CASE}/approvals", {"task": task["id"], "by": "bob"})).status_code == 200
    case = (await book.get(CASE)).json()
    assert case["outcome"] == "written-off"
    lines = {one["kind"]: one for one in (await book.get(f"{CASE}/journal")).json()["items"]}
    assert (lines["write_off"]["by"], lines["approve"]["by"]) == ("ann", "bob")
    assert REASON in lines["write_off"]["why"]


async def test_a_waiver_is_made_once_and_above_the_limit_by_two(
    book: Program, machine: FakeTimeMachine, store: Store
) -> None:
    waiver = {"id": "w-1", "of": "costs", "amount": euros("4.00"), "by": "ann", "reason": REASON}
    early = await book.post(f"{CASE}/waivers", waiver)
    assert (early.status_code, early.json()["rule"], early.json()["request"]) == (409, "K6", "waive")
    await machine.advance(timedelta(days=9))  # a fee of 15.00 was booked
    for _ in range(2):
        assert (await book.post(f"{CASE}/waivers", waiver)).status_code == 200
    in_dollars = {"amount": "5.00", "currency": "USD"}
    assert (await book.post(f"{CASE}/waivers", waiver | {"amount": in_dollars})).status_code == 422
    rest = {"of": "costs", "by": "ann", "reason": REASON}
    too_much = await book.post(f"{CASE}/waivers", rest | {"amount": euros("11.01")})
    assert (too_much.status_code, too_much.json()["rule"]) == (409, "K6")
    assert (await book.post(f"{CASE}/waivers", rest)).status_code == 200
    [task] = (await book.get("/tasks")).json()["items"]
    assert task["note"] == f"a waiver of 11.00 EUR of costs, asked for by ann: {REASON}"
    assert (await book.post(f"{CASE}/approvals", {"task": task["id"], "by": "bob"})).status_code == 200
    money = (await book.get(CASE)).json()["money"]
    assert (money["costs"]["amount"], money["balance"]["amount"]) == ("0.00", "1000.00")
    booked = [one for one in await store.cases.ledger("INV-1") if one.kind == "costs_waived"]
    assert [(one.amount, one.note) for one in booked if one.id == "w-1"] == [(-4_00, f"ann: {REASON}")]
    assert sum(one.amount for one in booked) == -15_00


async def test_in_a_currency_without_a_limit_and_for_what_has_none_one_person_is_enough(program: Program) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice(id="INV-2", amount={"amount": "900.00", "currency": "USD"}))
    await program.post("/invoices", an_invoice())
    assert (await program.post("/cases/INV-2/write-off", WRITE_OFF)).status_code == 200
    assert (await program.post(f"{CASE}/hand-off", {"by": "ann"})).status_code == 200
    outcomes = [(await program.get(f"/cases/{one}")).json()["outcome"] for one in ("INV-1", "INV-2")]
    assert outcomes == ["handed-off", "written-off"]


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({**WRITE_OFF, "alone_up_to": "1000000.00"}, "#/alone_up_to"),
        ({**WRITE_OFF, "authenticated": "key x"}, "#/authenticated"),
    ],
)
async def test_nobody_says_themselves_how_much_they_may_give_up(
    book: Program, body: dict[str, str], pointer: str
) -> None:
    answer = await book.post(f"{CASE}/write-off", body)
    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)


@pytest.mark.parametrize("body", [{"by": "bob"}, {"by": "bob", "step": "final", "task": "four-eyes"}])
async def test_an_approval_is_of_a_step_or_of_a_task(book: Program, body: dict[str, str]) -> None:
    answer = await book.post(f"{CASE}/approvals", body)
    assert (answer.status_code, "one of step, task" in answer.text) == (422, True)


@pytest.mark.usefixtures("book")
async def test_a_person_asks_and_approves_in_their_own_name(case_service: CaseService) -> None:
    careful = replace(case_service, four_eyes=FourEyes(write_off={"EUR": Decimal(0)}), who="person ann", person="ann")
    asked = await careful.as_asked("INV-1", WriteOff(by="somebody", reason=REASON))
    assert asked == WriteOff(by="ann", reason=REASON, alone_up_to=Decimal(0))


def test_only_what_has_an_author_is_signed_and_a_customers_own_attempt_stays_theirs() -> None:
    assert in_name_of(Approve(task="four-eyes", by="bob"), "ann") == Approve(task="four-eyes", by="ann")
    answer = Dispose.model_validate({"task": "end", "write_off": {"by": "bob", "reason": REASON}})
    assert in_name_of(answer, "ann") == Dispose.model_validate(
        {"task": "end", "by": "ann", "write_off": {"by": "ann", "reason": REASON}}
    )
    assert in_name_of(Attempt(by="customer"), "ann") == Attempt(by="customer")
    assert in_name_of(Attempt(by="bob"), "ann") == Attempt(by="ann")
    promise = Promise.model_validate({"id": "p", "on": "2026-03-09"})
    assert in_name_of(promise, "ann") == promise


def test_the_answer_to_a_task_has_the_limit_of_what_it_answers_with() -> None:
    limits = FourEyes(write_off={"EUR": Decimal(1)}, hand_off={"EUR": Decimal(2)})
    assert limits.limits_of(Dispose(task="end", hand_off=True)) == {"EUR": Decimal(2)}
    assert limits.limits_of(HandOff()) == {"EUR": Decimal(2)}
    assert limits.limits_of(Dispose.model_validate({"task": "end", "write_off": WRITE_OFF})) == {"EUR": Decimal(1)}
    assert limits.limits_of(Dispose(task="end", resume=True)) is None


def test_limits_are_read_exactly_by_currency() -> None:
    assert limits_in("EUR 500.00, JPY 50000") == {"EUR": Decimal("500.00"), "JPY": Decimal(50_000)}
    assert limits_in(" ") == {}


@pytest.mark.parametrize("wrong", ["500", "EUR", "EUR 5.001", "EUR -5", "EUR 5, EUR 6", "XXQ 5", "EUR 5;USD 6"])
def test_what_is_no_limit_is_said(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"amounts with their currencies and commas between, such as EUR 500\.00"):
        FourEyesSettings(write_off=wrong)
