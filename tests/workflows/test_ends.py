"""How a case ends, and what reaches it afterwards: it opens again where it stood, or not at all."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from dunning.records import Method
from tests.workflows.conftest import Opener
from tests.workflows.office import LADDER, Office, becomes, notify, policy, step

pytestmark = pytest.mark.asyncio(loop_scope="module")

TO_AN_AGENCY = policy(
    step("reminder", 3, notify("friendly")),
    step("final", 10, notify("final", "email", deadline="7 days")),
    step("suspension", 20, {"suspend": {}}, requires="final"),
    step("hand-off", 30, {"hand_off": {"agency": "default"}}, requires="final"),
    step("last-word", 40, notify("firm")),
)


async def test_a_reversal_after_the_end_opens_the_case_again_where_it_stood(office: Office) -> None:
    case = await office.open()
    await case.until("2026-03-12T12:00")
    await case.tell("payment_received", id="p1", amount="105.00")
    assert (await case.handle.result())["outcome"] == "paid"
    reversal = {"id": "r1", "payment_id": "p1", "amount": "105.00"}
    await case.tell_after_the_end("payment_reversed", at="2026-03-16T10:00", **reversal)
    assert (await case.view())["money"]["balance"]["amount"] == "105.00"
    await case.until("2026-03-30T12:00")
    assert await case.turning_points() == [
        "2026-03-04 notice friendly",
        "2026-03-11 fee 5.00",
        "2026-03-11 notice firm",
        "2026-03-12 closed paid",
        "2026-03-16 reopened",
        "2026-03-23 notice final",  # not step one, and no second fee
    ]
    assert await case.balance() == 105_00


async def test_a_recovery_after_a_write_off_is_booked_and_the_case_stays_closed(office: Office) -> None:
    case = await office.open()
    await case.ask("write_off", by="J. Smit", reason="bankrupt")
    assert (await case.handle.result())["outcome"] == "written-off"
    await case.tell_after_the_end("payment_received", at="2026-04-01T10:00", id="p1", amount="20.00")
    assert (await case.handle.result())["outcome"] == "written-off"
    assert "recovery" in await case.kinds()
    closed = (await office.store.cases.one("INV-1")).closed_at
    assert closed is not None
    assert closed.date().isoformat() == "2026-03-02"


async def test_a_case_that_was_handed_off_is_recalled_and_goes_on_at_the_step_after(office_with: Opener) -> None:
    office = await office_with(TO_AN_AGENCY)
    case = await office.open()
    await case.until("2026-04-01T12:00")
    assert (await case.handle.result())["outcome"] == "handed-off"
    assert await case.ask_after_the_end("recall", at="2026-04-08T10:00") == {"applied": True}
    await case.until("2026-04-20T12:00")
    assert (await case.turning_points())[-4:] == [
        "2026-03-31 hand_off default",
        "2026-03-31 closed handed-off",
        "2026-04-08 reopened",
        "2026-04-10 notice firm",
    ]
    debt = await office.agency.debt("INV-1")
    assert debt is not None
    assert debt.recalled


async def test_a_case_that_was_lost_with_temporal_asks_people_again(office_with: Opener) -> None:
    """Their answers were the lost run's: the store must not answer the new one that it has asked already."""
    final = step("final", 3, notify("final", "email", deadline="7 days"))
    office = await office_with(policy(final, step("suspension", 12, {"suspend": {}}, requires="final", approval=True)))
    case = await office.open()
    await case.until("2026-03-16T12:00")
    assert await open_tasks(office) == ["approval-1"]
    await case.ask("approve", step="suspension", by="J. Smit")
    assert await open_tasks(office) == []

    await case.handle.terminate("the server's database is gone")
    await case.start_again("2026-03-18T10:00")
    assert await open_tasks(office) == []
    await case.until("2026-03-31T12:00")
    assert await open_tasks(office) == ["approval-1"]
    await case.ask("approve", step="suspension", by="J. Smit")
    assert await open_tasks(office) == []
    stands = await office.store.cases.one("INV-1")
    assert (stands.last_step, stands.next_step) == ("suspension", None)


async def test_what_an_ended_case_refuses_is_refused_and_it_stays_ended(office: Office) -> None:
    case = await office.open()
    await case.tell("payment_received", id="p1", amount="100.00")
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await case.ask_after_the_end("hold", at="2026-03-10T10:00", id="h1", reason="check")
    assert isinstance(failure.value.cause, ApplicationError)
    assert failure.value.cause.details[0] == {"request": "hold", "rule": "S4"}
    await case.settle()
    assert (await case.handle.describe()).status == WorkflowExecutionStatus.COMPLETED
    assert await case.turning_points() == ["2026-03-02 closed paid", "2026-03-10 refused hold"]


async def test_a_payment_after_the_hand_off_is_reported_to_the_agency(office_with: Opener) -> None:
    office = await office_with(TO_AN_AGENCY)
    case = await office.open()
    await case.until("2026-04-01T12:00")
    await case.tell_after_the_end("payment_received", at="2026-04-08T10:00", id="p1", amount="40.00")
    debt = await office.agency.debt("INV-1")
    assert debt is not None
    assert debt.balance == 60_00
    await case.tell_after_the_end("payment_received", at="2026-04-09T10:00", id="p2", amount="60.00")
    assert (await case.handle.result())["outcome"] == "paid"


async def test_a_cancelled_case_gives_the_service_back_and_ends_as_withdrawn(office_with: Opener) -> None:
    office = await office_with(TO_AN_AGENCY)
    case = await office.open()
    await case.until("2026-03-24T12:00")
    assert await office.service.suspended_for("c1") == {"INV-1"}
    await case.handle.cancel()
    assert (await case.handle.result())["outcome"] == "withdrawn"
    assert await office.service.suspended_for("c1") == frozenset()
    assert (await case.turning_points())[-2:] == ["2026-03-24 restore", "2026-03-24 closed withdrawn"]


async def test_a_case_cancelled_while_a_charge_is_under_way_knows_what_became_of_it(office_with: Opener) -> None:
    office = await office_with(policy(*LADDER, charging={"schedule": ["1 day"], "attempts": 1, "within": "9 days"}))
    case = await office.open(None, None, Method(id="pm_card_ok"))
    gate = asyncio.Event()
    original = office.gateway.charge

    async def slow(*given: object) -> object:
        answer = await original(*given)  # type: ignore[arg-type]
        await gate.wait()
        return answer

    office.gateway.charge = slow  # type: ignore[method-assign, assignment]
    travelling = asyncio.create_task(case.until("2026-03-03T12:00"))
    await becomes(lambda: bool(office.gateway.calls))
    await case.handle.cancel()
    await asyncio.sleep(0.1)
    gate.set()
    await travelling
    assert (await case.handle.result())["outcome"] == "paid"  # the money came before the case could hear of it (F3)
    assert await case.balance() == 0
    assert (await case.turning_points()) == [
        "2026-03-03 charge approved",
        "2026-03-03 refused withdraw",
        "2026-03-03 closed paid",
    ]


async def test_a_case_cancelled_before_it_is_open_opens_to_end_as_withdrawn(office: Office) -> None:
    office.reception.door.clear()
    case = await office.open(settled=False)
    await becomes(lambda: office.reception.callers == 1)
    await case.handle.cancel()
    office.reception.door.set()
    assert (await case.handle.result())["outcome"] == "withdrawn"
    assert await case.turning_points() == ["2026-03-02 closed withdrawn"]


async def test_a_case_cancelled_in_its_sleep_writes_to_nobody_any_more(office: Office) -> None:
    case = await office.open()
    await case.until("2026-03-03T12:00")
    await case.handle.cancel()
    assert (await case.handle.result())["outcome"] == "withdrawn"
    assert office.post.letters == []


async def test_a_late_duplicate_after_the_end_changes_nothing(office: Office) -> None:
    case = await office.open()
    await case.tell("payment_received", id="p1", amount="60.00")
    await case.tell("payment_received", id="p2", amount="40.00")
    journal = await case.journal()
    await case.tell_after_the_end("payment_received", at="2026-03-10T10:00", id="p1", amount="60.00")
    assert (await case.handle.result())["outcome"] == "paid"
    assert await case.journal() == journal
    assert await case.balance() == 0


async def open_tasks(office: Office) -> list[str]:
    return [one.id for one in (await office.store.cases.tasks()).rows]
