"""Money that was paid too much is before a person, who answers although the case and its workflow have ended (P3)."""

from __future__ import annotations

import pytest

from tests.workflows.office import Dossier, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def overpaid(office: Office) -> Dossier:
    case = await office.open()
    await case.until("2026-03-03T14:00")
    await case.tell("payment_received", id="p1", amount="130.00")
    return case


async def open_questions(case: Dossier) -> list[str]:
    return [task.about for task in (await case.office.store.cases.tasks(invoice=case.invoice_id)).rows]


async def test_a_person_answers_it_after_the_end(office: Office) -> None:
    case = await overpaid(office)
    assert (await case.handle.result())["outcome"] == "paid"
    assert await open_questions(case) == ["overpayment"]

    await case.ask_after_the_end("dispose", "2026-03-05T11:00", task="overpayment", resume=True, by="J. Smit")

    assert await open_questions(case) == []
    assert await case.balance() == -30_00
    assert (await case.view())["outcome"] == "paid"
    assert (await case.kinds())[-3:] == ["closed", "overpaid", "dispose"]


async def test_money_that_goes_back_answers_it_too(office: Office) -> None:
    case = await overpaid(office)
    await case.tell_after_the_end("payment_reversed", "2026-03-06T09:00", id="r1", payment_id="p1", amount="30.00")
    assert await open_questions(case) == []
    assert await case.balance() == 0
    assert (await office.store.cases.one(case.invoice_id)).outcome == "paid"
