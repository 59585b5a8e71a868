"""How a case waits: one timer for its next moment, ended early by a payment, and never an act outside the hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.conftest import Opener
from tests.workflows.office import Dossier, Office, counted, customer, invoice, notify, policy, step

pytestmark = pytest.mark.asyncio(loop_scope="module")

BUSINESS = (
    "timer_started",
    "timer_fired",
    "timer_canceled",
    "activity_task_scheduled",
    "marker_recorded",
    "workflow_execution_signaled",
)


async def spent(case: Dossier, before: dict[str, int]) -> dict[str, int]:
    """What was added to a history, without the workflow tasks that only carry it."""
    now = await case.events()
    return {name: now[name] - before[name] for name in BUSINESS if now[name] != before[name]}


async def test_a_step_costs_one_timer_and_one_activity_for_each_effect(office_with: Opener) -> None:
    office = await office_with(policy(step("reminder", 3, {"fee": "5.00"}, notify("friendly"))))
    case = await office.open()
    before = await case.events()
    await case.until("2026-03-04T12:00")
    history = await case.events()
    # The fee travels with its notice; the timer of the next moment, the end of the ladder, was started with it.
    assert await spent(case, before) == {"timer_started": 1, "timer_fired": 1, "activity_task_scheduled": 1}
    assert await case.acts() == ["open_case", "record", "send_notice"]
    assert history["timer_canceled"] == 0


async def test_a_whole_ladder_costs_nothing_besides(office: Office) -> None:
    case = await office.open()
    await case.until("2026-05-01T12:00")
    assert (await case.handle.result())["outcome"] == "exhausted"
    events = await case.events()
    assert await case.acts() == ["open_case", "record", "send_notice", "send_notice", "send_notice", "close_case"]
    assert (events["timer_started"], events["timer_fired"], events["timer_canceled"]) == (4, 4, 0)


async def test_a_message_that_changes_nothing_about_the_next_moment_leaves_the_timer_running(office: Office) -> None:
    case = await office.open()
    before = await case.events()
    for number in range(10):
        await case.tell("payment_received", id=f"p{number}", amount="1.00")
    assert await spent(case, before) == {"workflow_execution_signaled": 10, "marker_recorded": 10}


async def test_a_hold_waits_for_its_review_and_its_release_for_the_next_step(office: Office) -> None:
    case = await office.open()
    before = await case.events()
    await case.ask("hold", id="h1", reason="check")
    assert await spent(case, before) == {"timer_canceled": 1, "timer_started": 1, "marker_recorded": 1}
    await case.ask("release", id="h1")
    assert (await spent(case, before))["timer_started"] == 2


async def test_a_payment_wakes_a_sleeping_case_at_once(office: Office) -> None:
    case = await office.open()
    await case.until("2026-03-03T03:00")
    await case.tell("payment_received", id="p1", amount="100.00")
    assert (await case.handle.result())["outcome"] == "paid"
    closed = (await case.journal())[-1]
    assert (closed.kind, closed.at.date().isoformat(), closed.at.hour) == ("closed", "2026-03-03", 2)


async def test_a_case_wakes_at_the_opening_of_the_contact_hours_to_the_second(office: Office) -> None:
    case = await office.open()
    await case.until("2026-03-04T12:00")
    [at] = office.post.moments
    assert (at - case.instant("2026-03-04T08:00")).total_seconds() < 5


async def test_a_channel_that_is_down_overnight_sends_nothing_at_three_in_the_morning(office_with: Opener) -> None:
    hours = {"timezone": "customer", "holidays": "none", "contact_hours": "19:30-20:00"}
    office = await office_with(policy(calendar=hours))
    case = await office.open()
    office.post.down.add("email")
    await case.until("2026-03-05T03:00")
    assert office.post.callers > 5
    tried = office.post.callers
    office.post.down.clear()
    await case.until("2026-03-05T19:29")
    assert (office.post.letters, office.post.callers) == ([], tried)
    await case.until("2026-03-05T19:35")
    assert office.post.letters == [("case:INV-1/step/reminder/0", "email")]
    assert await case.turning_points() == ["2026-03-05 notice friendly"]


async def test_a_channel_that_was_down_asks_the_rules_again_before_it_sends(office: Office) -> None:
    case = await office.open()
    office.post.down.add("email")
    await case.until("2026-03-04T09:00")
    await case.tell("payment_received", id="p1", amount="100.00")
    office.post.down.clear()
    await case.until("2026-03-04T12:00")
    assert office.post.letters == []
    assert await case.turning_points() == ["2026-03-04 closed paid"]


async def test_a_channel_that_is_down_for_hours_is_probed_and_does_not_fill_the_history(office: Office) -> None:
    case = await office.open()
    office.post.down.add("email")
    before = await case.events()
    await case.until("2026-03-04T09:00")  # an hour of contact time
    assert office.post.callers == 9  # three rounds of three tries within seconds
    asked = await spent(case, before)
    assert (asked["activity_task_scheduled"], asked["marker_recorded"]) == (3, 1)  # the journal says once that it waits
    assert [line.kind for line in await case.journal()] == ["opened", "waits"]
    await case.until("2026-03-04T12:30")
    assert await case.turning_points() == ["2026-03-04 task channel-down"]
    office.post.down.clear()
    await case.until("2026-03-04T14:00")
    assert (await case.turning_points())[1:] == ["2026-03-04 notice friendly"]
    assert (await office.store.cases.tasks(queue="system")).rows == ()


async def test_cases_that_are_due_at_one_moment_are_spread_each_by_its_own_id(office: Office) -> None:
    moments = []
    for number in range(4):
        whose = customer(f"c{number}", email=f"c{number}@polder.example")
        case = await office.open(invoice(f"INV-{number}"), whose, spread=timedelta(minutes=30))
        await case.until("2026-03-04T12:00")
        moments.append((office.post.moments[-1] - case.instant("2026-03-04T08:00")).total_seconds())
    assert len({round(moment) for moment in moments}) == 4
    assert all(0 <= moment < 30 * 60 + 5 for moment in moments)


async def test_every_timer_and_activity_says_in_a_few_words_what_it_is_for(office: Office) -> None:
    case = await office.open()
    await case.until("2026-03-12T12:00")
    history = await case.history()
    said = [
        event.user_metadata.summary.data.decode().strip('"')
        for event in history.events
        if event.HasField("timer_started_event_attributes")
        or event.HasField("activity_task_scheduled_event_attributes")
        or event.HasField("marker_recorded_event_attributes")
    ]
    assert said == [
        "open the case", "keep the journal", "step reminder", "send notice reminder", "step dunning",
        "send notice dunning", "step final",
    ]  # fmt: skip
    assert counted(history)["timer_started"] == 3
