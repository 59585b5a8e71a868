"""A case that lives long goes on in a new run, and nothing that reaches it on the way is lost."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.workflows.conftest import Opener
from tests.workflows.office import Dossier, Office, policy

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def runs(case: Dossier) -> int:
    """How many runs the case has had so far."""
    number, run_id = 1, (await case.handle.describe()).run_id
    while True:
        first = (await case.history(run_id)).events[0].workflow_execution_started_event_attributes
        if not first.continued_execution_run_id:
            return number
        number, run_id = number + 1, first.continued_execution_run_id


async def test_three_hundred_payments_around_continued_runs_are_all_booked_once(office: Office) -> None:
    case = await office.open(most_events=100)
    payments = [{"id": f"p{number}", "amount": "0.10"} for number in range(150)] * 2
    random.Random(7).shuffle(payments)
    for start in range(0, len(payments), 10):
        await asyncio.gather(*(case.handle.signal("payment_received", body) for body in payments[start : start + 10]))
    await case.settle()
    assert await runs(case) > 1
    assert (await case.view())["money"]["balance"]["amount"] == "85.00"
    assert await case.balance() == 85_00
    assert (await case.kinds()).count("payment") == 150


async def test_a_case_that_goes_on_in_a_new_run_keeps_its_next_moment_and_all_it_knows(office_with: Opener) -> None:
    office = await office_with(policy(promise={"at_most": "30 days"}))
    case = await office.open(most_events=45)
    await case.ask("promise", id="pr1", on="2026-03-06", amount="50.00")
    await case.tell("dispute", id="d1", amount="10.00", reason="wrong hours")
    for number in range(12):
        await case.tell("payment_received", id=f"p{number}", amount="1.00")
    assert await runs(case) > 1
    view = await case.view()
    assert (view["promise"]["id"], view["disputes"][0]["id"]) == ("pr1", "d1")
    assert view["next_at"] == "2026-03-06T23:00:00+00:00"
    await case.until("2026-03-10T12:00")
    assert (await case.turning_points())[-3:] == [
        "2026-03-07 promise broken",
        "2026-03-07 release promise",
        "2026-03-09 notice friendly",
    ]


async def test_a_new_run_is_told_nothing_that_the_one_before_it_was_told(office: Office) -> None:
    case = await office.open(most_events=45)
    for number in range(12):
        await case.tell("payment_received", id=f"p{number}", amount="1.00")
    before = await case.acts()
    await case.tell("payment_received", id="p0", amount="1.00")
    assert (await case.view())["money"]["balance"]["amount"] == "88.00"
    assert await case.acts() == before


async def test_a_request_at_the_moment_of_continuing_is_answered(office: Office) -> None:
    case = await office.open(most_events=45)
    for number in range(30):
        hold = {"id": f"h{number}", "reason": "check"}
        told, asked = await asyncio.gather(
            case.handle.signal("payment_received", {"id": f"p{number}", "amount": "1.00"}),
            case.handle.execute_update("hold", hold),
        )
        assert (told, asked) == (None, {"applied": True})
    await case.settle()
    assert await runs(case) > 1
    view = await case.view()
    assert len(view["holds"]) == 30
    assert view["money"]["balance"]["amount"] == "70.00"


async def test_one_update_id_is_one_request_also_in_the_run_that_follows(office: Office) -> None:
    case = await office.open(most_events=45)
    hold = {"id": "h1", "reason": "check"}
    await case.handle.execute_update("hold", hold, id="asked-once")
    await case.ask("release", id="h1")
    for number in range(12):
        await case.tell("payment_received", id=f"p{number}", amount="1.00")
    assert await runs(case) > 1
    assert await case.handle.execute_update("hold", hold, id="asked-once") == {"applied": True}
    assert (await case.view())["holds"] == []
    await case.ask("hold", **hold)
    assert [one["id"] for one in (await case.view())["holds"]] == ["h1"]
    requests = [one.name for one in await office.store.cases.messages("INV-1") if one.name in {"hold", "release"}]
    assert requests == ["hold", "release", "hold"]


async def test_a_case_that_is_cancelled_in_a_later_run_ends_as_withdrawn(office: Office) -> None:
    case = await office.open(most_events=45)
    for number in range(12):
        await case.tell("payment_received", id=f"p{number}", amount="1.00")
    await office.client.get_workflow_handle(case.handle.id).cancel()
    await case.settle()
    assert (await case.turning_points())[-1] == "2026-03-02 closed withdrawn"


async def test_an_office_that_says_nothing_continues_long_before_the_server_objects(office: Office) -> None:
    case = await office.open()
    for start in range(0, 400, 20):
        told = [{"id": f"p{number}", "amount": "0.01"} for number in range(start, start + 20)]
        await asyncio.gather(*(case.handle.signal("payment_received", body) for body in told))
    await case.settle()
    assert await runs(case) == 1
    assert await case.balance() == 96_00
