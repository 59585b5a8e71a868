"""Money that was paid too much: a task of the queue `finance`, answered although the case is closed (P3)."""

from __future__ import annotations

import pytest

from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program

DONE = {"resume": True, "by": "J. Smit"}
DISPOSAL = "/cases/INV-1/tasks/overpayment-1/disposal"


@pytest.fixture
async def overpaid(program: Program) -> Program:
    """A billing system whose customer paid 1,300.00 of 1,000.00."""
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    await program.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("1300.00")})
    return program


async def open_tasks(program: Program) -> list[dict[str, str]]:
    found = (await program.get("/tasks?queue=finance")).json()["items"]
    return [{name: task[name] for name in ("invoice_id", "id", "about", "note")} for task in found]


async def test_an_overpayment_is_listed_for_finance(overpaid: Program) -> None:
    asked = {"invoice_id": "INV-1", "id": "overpayment-1", "about": "overpayment", "note": "300.00 was paid too much"}
    assert await open_tasks(overpaid) == [asked]
    assert (await overpaid.get("/cases/INV-1")).json()["outcome"] == "paid"


async def test_it_is_marked_done_once_and_the_case_stays_closed(overpaid: Program) -> None:
    answer = await overpaid.post(DISPOSAL, DONE)
    assert (answer.status_code, answer.json()["request"]) == (200, "dispose")
    assert await open_tasks(overpaid) == []
    assert (await overpaid.get("/cases/INV-1")).json()["outcome"] == "paid"
    again = await overpaid.post(DISPOSAL, DONE)
    assert (again.status_code, again.json()["rule"]) == (409, "S4")


@pytest.mark.parametrize(
    "body", [{"go_to": "reminder"}, {"hand_off": True}, {"write_off": {"by": "J. Smit", "reason": "old"}}]
)
async def test_nothing_else_is_an_answer_to_it(overpaid: Program, body: dict[str, object]) -> None:
    answer = await overpaid.post(DISPOSAL, body)
    assert answer.status_code == 409
    assert len(await open_tasks(overpaid)) == 1


async def test_a_repeat_of_the_same_answer_gets_the_first_one_again(overpaid: Program) -> None:
    first = await overpaid.post(DISPOSAL, DONE, under="done")
    again = await overpaid.post(DISPOSAL, DONE, under="done")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_money_that_is_paid_back_answers_it(overpaid: Program) -> None:
    await overpaid.post("/payments/p1/reversals", {"id": "r1", "invoice_id": "INV-1", "amount": euros("300.00")})
    assert await open_tasks(overpaid) == []
