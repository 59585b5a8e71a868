"""The schedule opens the case of every invoice that falls due: once, and after an outage all that it missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import ScheduleState, ScheduleUpdate, ScheduleUpdateInput
from temporalio.common import WorkflowIDConflictPolicy

from activities.openings import CaseStarter, Openings
from api.case_client import CaseStart
from api.case_service import CaseService
from api.temporal_client import TemporalCaseClient
from cli.virtual_time.clocks import StandingClock
from dunning.errors import NotAllowed
from dunning.policy import Policy
from dunning.ports import Opening
from tests.workflows.conftest import Opener
from tests.workflows.office import NAME, Handle, Office, Reception, becomes, customer, invoice, notify, policy, step
from worker.due_cases import SCHEDULE, StoredDueInvoices, keep_schedule
from worker.workers import working
from workflows.contract import OPENER, TASK_QUEUE, WORKFLOW
from workflows.opener import OpenerInput

pytestmark = pytest.mark.asyncio(loop_scope="module")

EARLY = policy(step("notice", -3, notify("friendly")), step("reminder", 3, notify("friendly")))


class Starter:
    """Starts cases as an installation does, and remembers every start."""

    def __init__(self, office: Office, *, only_remembers: bool = False) -> None:
        self.office, self.started, self.only_remembers = office, list[str](), only_remembers
        self.dies_at: int | None = None

    async def start(self, invoice_id: str) -> None:
        if self.dies_at == len(self.started):
            self.dies_at = None
            raise ConnectionError("the process died here")
        if not self.only_remembers:
            await self.office.client.start_workflow(
                WORKFLOW, self.office.start(invoice_id, DAY), id=self.office.id_of(invoice_id),
                task_queue=self.office.queue, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )  # fmt: skip
        self.started.append(invoice_id)

    async def failure(self, invoice_id: str) -> str | None:
        return await OfficeClient(self.office).failure(invoice_id)


class OfficeClient(TemporalCaseClient):
    """The cases of one office, under its own ids and on its own queues."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.client)
        self.office, self.started = office, list[str]()

    async def start(self, start: CaseStart) -> None:
        await self.office.client.start_workflow(
            WORKFLOW, self.office.start(start.invoice_id, DAY), id=self.office.id_of(start.invoice_id),
            task_queue=self.office.queue, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )  # fmt: skip
        self.started.append(start.invoice_id)

    def _handle(self, invoice_id: str) -> Handle:
        return self.office.client.get_workflow_handle(self.office.id_of(invoice_id))


class AskingStarter:
    """Starts cases as the product does: the case service asks first whether a policy takes the invoice."""

    def __init__(self, office: Office) -> None:
        self.client = OfficeClient(office)
        self.service = CaseService(office.store, self.client, StandingClock(DAY))

    async def start(self, invoice_id: str) -> None:
        await self.service.open(invoice_id)

    async def failure(self, invoice_id: str) -> str | None:
        return await self.client.failure(invoice_id)


DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


@asynccontextmanager
async def at_work(office: Office, starter: CaseStarter, policies: Sequence[Policy] = ()) -> AsyncIterator[None]:
    due = StoredDueInvoices(office.store, tuple(policies) or (policy(),), "Europe/Amsterdam")
    queues = {queue: list(work) for queue, work in office.activities().items()}
    queues[TASK_QUEUE].append(Openings(due, starter).open_due_cases)
    async with working(office.client, queues, prefix=office.prefix, grace=timedelta()):
        yield
        await office.close()


async def run(office: Office, at: datetime) -> int:
    """What the schedule does at this moment; how many cases it opened."""
    opened: int = await office.client.execute_workflow(
        OPENER, OpenerInput(clock=at - datetime.now(UTC)), id=f"{office.prefix}opener", task_queue=office.queue,
        result_type=int,
    )  # fmt: skip
    return opened


async def owes(office: Office, *due: tuple[str, str], amount: str = "100.00") -> None:
    await office.store.register.customer(customer(), (), DAY)
    for invoice_id, due_on in due:
        await office.store.register.invoice("c1", invoice(invoice_id, due_on=due_on, amount=amount), DAY)


async def settled(office: Office, *ids: str) -> None:
    for invoice_id in ids:
        await office.clock.settle(office.client.get_workflow_handle(office.id_of(invoice_id)))


async def test_a_case_opens_on_the_day_after_the_due_date_and_not_before(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office)
    await owes(office, ("INV-1", "2026-02-28"), ("INV-2", "2026-03-01"), ("INV-3", "2026-03-02"))
    async with at_work(office, starter):
        assert await run(office, DAY) == 2
        assert sorted(starter.started) == ["INV-1", "INV-2"]  # the cases of a batch are started at once, in no order
        await settled(office, "INV-1", "INV-2")
        assert await run(office, DAY + timedelta(hours=1)) == 0
        assert await run(office, DAY + timedelta(days=1)) == 1
    assert starter.started[2:] == ["INV-3"]


async def test_the_day_is_the_creditors_own(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office)
    await owes(office, ("INV-1", "2026-03-02"))
    async with at_work(office, starter):
        assert await run(office, datetime(2026, 3, 2, 22, 59, tzinfo=UTC)) == 0
        assert await run(office, datetime(2026, 3, 2, 23, 1, tzinfo=UTC)) == 1


async def test_a_run_after_a_long_outage_opens_all_that_fell_due_meanwhile(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office)
    days = [date(2026, 3, 1) + timedelta(days=number) for number in range(30)]
    await owes(office, *((f"INV-{number:02}", day.isoformat()) for number, day in enumerate(days)))
    async with at_work(office, starter):
        assert await run(office, DAY + timedelta(days=30)) == 30
        await settled(office, *starter.started)
        assert await run(office, DAY + timedelta(days=31)) == 0


async def test_more_than_one_batch_is_opened_in_one_run(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office, only_remembers=True)
    await owes(office, *((f"INV-{number:03}", "2026-02-28") for number in range(205)))
    async with at_work(office, starter):
        assert await run(office, DAY) == 205
    assert len(set(starter.started)) == 205


async def test_a_run_whose_worker_dies_in_the_middle_opens_the_rest(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office)
    await owes(office, *((f"INV-{number:02}", "2026-02-28") for number in range(10)))
    starter.dies_at = 4
    async with at_work(office, starter):
        await run(office, DAY)
        await settled(office, *starter.started)
        opened = await office.store.cases.stages()
    assert sum(opened.values()) == 10


async def test_what_is_paid_void_or_known_is_not_opened(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office)
    await owes(office, ("INV-1", "2026-02-28"), ("INV-2", "2026-02-28"), ("INV-3", "2026-02-28"))
    paid = {"id": "p1", "amount": "100.00", "at": DAY.isoformat()}
    await office.store.register.tell("INV-1", "payment_received", paid, DAY)
    await office.store.register.void("INV-2", DAY)
    async with at_work(office, starter):
        assert await run(office, DAY) == 1
    assert starter.started == ["INV-3"]


async def test_a_step_before_the_due_date_opens_the_case_in_time_for_it(office_with: Opener) -> None:
    office = await office_with(EARLY, at_work=False)
    starter = Starter(office)
    await owes(office, ("INV-1", "2026-03-05"), ("INV-2", "2026-03-06"))
    async with at_work(office, starter, [EARLY]):
        assert await run(office, DAY) == 1
        await settled(office, "INV-1")
    assert office.post.letters == [("case:INV-1/step/notice/0", "email")]


async def test_the_schedule_opens_what_is_due_as_soon_as_there_is_a_worker_and_is_made_once(
    office_with: Opener,
) -> None:
    office = await office_with(at_work=False)
    starter = Starter(office)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    await owes(office, ("INV-1", yesterday.isoformat()))
    await keep_schedule(office.client, queue=office.queue)
    schedule = office.client.get_schedule_handle(SCHEDULE)

    async def paused(update: ScheduleUpdateInput) -> ScheduleUpdate:
        update.description.schedule.state = ScheduleState(paused=True, note="by an operator")
        return ScheduleUpdate(update.description.schedule)

    await schedule.update(paused)
    async with asyncio.timeout(30):  # what a schedule tells of itself is a little behind
        while (await schedule.describe()).schedule.state.note != "by an operator":  # noqa: ASYNC110 - the server knows
            await asyncio.sleep(0.05)
    await keep_schedule(office.client, queue=office.queue)  # the next start of the installation
    assert (await schedule.describe()).schedule.state.note == "by an operator"
    async with at_work(office, starter):  # only now, as after an outage
        await becomes(lambda: starter.started == ["INV-1"])
        await settled(office, "INV-1")
    await schedule.delete()


GENTLE = policy(name="gentle", **{"for": {"customer.tags": "gentle"}})
HOUR = timedelta(hours=1)


async def tasks_of(office: Office) -> list[tuple[str, str]]:
    return [(task.about, task.note) for task in (await office.store.cases.tasks()).rows]


async def test_an_invoice_that_no_policy_takes_is_a_task_and_no_failed_workflow_every_hour(
    office_with: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    office = await office_with(GENTLE, at_work=False)
    starter = AskingStarter(office)
    await owes(office, ("INV-1", "2026-02-28"))
    async with at_work(office, starter, [GENTLE]):
        for hour in range(5):
            assert await run(office, DAY + hour * HOUR) == 0
        assert starter.client.started == []
        [(about, note)] = await tasks_of(office)
        assert about == "no-policy"
        assert "gentle: customer.tags: found none; allowed" in note
        assert caplog.records == []

        await office.store.register.change_customer("c1", {"tags": ("gentle",)})
        assert await run(office, DAY + 5 * HOUR) == 1
        await settled(office, "INV-1")
        assert await tasks_of(office) == []
        assert (await office.store.cases.one("INV-1")).policy == "gentle"


async def test_a_case_that_does_not_open_is_a_task_after_three_tries_and_tried_once_a_day(
    office_with: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    office = await office_with(GENTLE, at_work=False)
    starter = Starter(office)  # it does not ask, so that the opening itself finds no policy
    await owes(office, ("INV-1", "2026-02-28"))
    async with at_work(office, starter, [GENTLE]):
        for hour in range(3):
            await run(office, DAY + hour * HOUR)
            await settled(office, "INV-1")
        assert (len(starter.started), await tasks_of(office)) == (3, [])
        for hour in range(3, 24):
            await run(office, DAY + hour * HOUR)
            await settled(office, "INV-1")
        assert len(starter.started) == 4
        [(about, note)] = await tasks_of(office)
        assert about == "not-opened"
        assert note.startswith("begun 4 times: policy: found none that takes invoice INV-1: gentle: customer.tags")
        await run(office, DAY + 28 * HOUR)
        assert len(starter.started) == 5
        assert [one for one in caplog.records if one.exc_info] == []
        await office.store.register.void("INV-1", DAY + 29 * HOUR)
        assert await tasks_of(office) == []


class Broken(Reception):
    """A store that cannot open any case, and says why in words that are nobody's business."""

    async def opening(self, *given: Any) -> Opening:
        raise RuntimeError(f"cannot write {NAME} down: {given}")


async def test_what_keeps_an_opening_from_ending_is_told_by_its_kind_alone(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    office.reception = Broken(office.store.receivables)
    starter = Starter(office)
    await owes(office, ("INV-1", "2026-02-28"))
    async with at_work(office, starter):
        for hour in range(3):
            await run(office, DAY + hour * HOUR)
        async with asyncio.timeout(30):
            while await starter.failure("INV-1") is None:  # noqa: ASYNC110 - it is the server that waits
                await asyncio.sleep(0.1)
        await run(office, DAY + 3 * HOUR)
        assert await tasks_of(office) == [("not-opened", "begun 3 times: RuntimeError")]


class Picky(Starter):
    """Cannot begin one of the invoices, whatever is done."""

    async def start(self, invoice_id: str) -> None:
        if invoice_id == "INV-0":
            raise NotAllowed("time zone", "Mars/Phobos", "an IANA name")
        await super().start(invoice_id)


async def test_one_that_cannot_be_begun_holds_up_no_other(office_with: Opener) -> None:
    office = await office_with(at_work=False)
    starter = Picky(office, only_remembers=True)
    await owes(office, ("INV-0", "2026-02-28"), ("INV-1", "2026-02-28"), ("INV-2", "2026-02-28"))
    async with at_work(office, starter):
        assert await run(office, DAY) == 2
        assert sorted(starter.started) == ["INV-1", "INV-2"]
        for hour in range(1, 4):
            await run(office, DAY + hour * HOUR)
        told = {task.invoice_id: task.note for task in (await office.store.cases.tasks(about="not-opened")).rows}
        assert told["INV-0"] == "begun 4 times: time zone: found Mars/Phobos; allowed an IANA name"


async def test_two_policies_with_the_same_right_to_it_are_no_policy_either(office_with: Opener) -> None:
    both = policy(name="one"), policy(name="other")
    office = await office_with(*both, at_work=False)
    await owes(office, ("INV-1", "2026-02-28"))
    async with at_work(office, AskingStarter(office), both):
        assert await run(office, DAY) == 0
        [(about, note)] = await tasks_of(office)
        assert (about, "one and other, which both match" in note) == ("no-policy", True)


async def test_what_was_found_without_a_policy_is_no_task_any_more_once_it_falls_due_later(
    office_with: Opener,
) -> None:
    office = await office_with(GENTLE, at_work=False)
    await owes(office, ("INV-1", "2026-02-28"))
    async with at_work(office, AskingStarter(office), [GENTLE]):
        await run(office, DAY)
        assert len(await tasks_of(office)) == 1
        await office.store.register.tell("INV-1", "invoice_changed", {"due_on": "2026-04-30"}, DAY)
        await run(office, DAY + HOUR)
        assert await tasks_of(office) == []
