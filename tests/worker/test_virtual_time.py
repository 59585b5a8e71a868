"""Virtual time on the real server: where a workflow stands after an advance, and what it did on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, pairwise

import pytest
import pytest_asyncio
from temporalio import activity, workflow
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.virtual_time import NeverAtRest, TimeIsReal, WorkflowClocks

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUEUE = "diaries"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
JUST = timedelta(seconds=20)  # how far past its moment a busy machine may leave a workflow: far less than a step
MOST_IN_ONE_SKIP = 5  # the server's limit, 200 if left alone
NUMBERS = count(1)


class Notebook:
    """Remembers what activities wrote, in the order in which they wrote it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.attempts = 0

    @activity.defn(name="write")
    async def write(self, line: str) -> None:
        self.lines.append(line)

    @activity.defn(name="succeed-at")
    async def succeed_at(self, attempt: int) -> None:
        self.attempts += 1
        if activity.info().attempt < attempt:
            raise ApplicationError("not yet", category=ApplicationErrorCategory.BENIGN)


@dataclass
class Story:
    """What a diary does: after each wait it writes a line; then it goes on in new runs; then it waits for messages."""

    name: str = ""  # what it writes; nothing without one
    waits: list[timedelta] = field(default_factory=list)
    runs: int = 1
    attempts: int = 0  # at which the activity after the last wait succeeds; tried every hour
    ends: bool = False
    so_far: list[tuple[str, datetime]] = field(default_factory=list)


@workflow.defn(name="Diary")
class Diary:
    @workflow.init
    def __init__(self, story: Story) -> None:
        self.notes = list(story.so_far)

    @workflow.run
    async def run(self, story: Story) -> None:
        for wait in story.waits:
            await self._until(workflow.now() + wait)
            self.notes.append(("woke", workflow.now()))
            if story.name:
                await workflow.execute_activity("write", story.name, start_to_close_timeout=DAY)
        if story.attempts:
            await workflow.execute_activity(
                "succeed-at",
                story.attempts,
                start_to_close_timeout=DAY,
                retry_policy=RetryPolicy(initial_interval=HOUR, backoff_coefficient=1),
            )
            self.notes.append(("succeeded", workflow.now()))
        if story.runs > 1:
            workflow.continue_as_new(Story(story.name, story.waits, story.runs - 1, so_far=self.notes))
        await workflow.wait_condition(lambda: story.ends)

    async def _until(self, instant: datetime) -> None:
        """As cases wait: with a timeout, so that a message could interrupt."""
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: False, timeout=instant - workflow.now())

    @workflow.signal
    def fact(self, name: str) -> None:
        self.notes.append((name, workflow.now()))

    @workflow.update
    def request(self) -> datetime:
        return workflow.now()

    @workflow.query
    def read(self) -> list[tuple[str, datetime]]:
        return self.notes


@dataclass
class Library:
    """The server's client, the worker's notebook, and a clock."""

    client: Client
    notebook: Notebook
    clock: WorkflowClocks

    async def open(self, story: Story, queue: str = QUEUE) -> WorkflowHandle[Diary, None]:
        handle = await self.client.start_workflow(Diary.run, story, id=f"diary-{next(NUMBERS)}", task_queue=queue)
        if queue == QUEUE:
            await self.clock.settle(handle)
        return handle


@asynccontextmanager
async def opened(server: EmbeddedServer) -> AsyncIterator[Library]:
    notebook = Notebook()
    async with server:
        client = await server.connect()
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[Diary],
            activities=[notebook.write, notebook.succeed_at],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            yield Library(client, notebook, WorkflowClocks(client))
        await server.kill()  # nothing is worth the second that a graceful stop takes


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library() -> AsyncIterator[Library]:
    settings = {**QUICK_TIMERS, "frontend.WorkflowTimeSkippingMaxSkipPerSession": str(MOST_IN_ONE_SKIP)}
    async with opened(EmbeddedServer(None, settings=settings)) as library:
        yield library


async def began(handle: WorkflowHandle[Diary, None]) -> datetime:
    return (await handle.describe()).start_time


def at(moment: datetime, nominal: datetime) -> bool:
    """At its moment or just past it, never before."""
    return nominal <= moment < nominal + JUST


async def test_a_diary_stands_at_the_moment_to_which_it_was_brought(library: Library) -> None:
    diary = await library.open(Story())
    instant = await began(diary) + 30 * DAY
    view = await library.clock.advance_to(diary, instant)
    assert at(view.now, instant)
    assert view.is_at_rest
    assert at(await library.clock.now(diary), instant)


async def test_timers_on_the_way_fire_each_at_its_own_moment(library: Library) -> None:
    diary = await library.open(Story(waits=[3 * DAY, 4 * DAY, 7 * DAY]))
    start = await began(diary)
    view = await library.clock.advance_to(diary, start + 8 * DAY)
    assert [
        at(moment, start + days * DAY) for (_, moment), days in zip(await diary.query(Diary.read), (3, 7), strict=True)
    ]
    assert view.wakes_at is not None
    assert at(view.wakes_at, start + 14 * DAY)


async def test_a_timer_of_exactly_that_moment_has_done_its_work_even_if_the_server_fires_it_late() -> None:
    async with opened(EmbeddedServer(None, settings={"history.timerProcessorMaxTimeShift": '"300ms"'})) as library:
        diary = await library.open(Story(name="punctual", waits=[DAY]))
        due = (await library.clock.settle(diary)).wakes_at
        assert due is not None
        await library.clock.advance_to(diary, due)
        assert library.notebook.lines == ["punctual"]


async def test_a_moment_before_the_timer_leaves_it_waiting(library: Library) -> None:
    diary = await library.open(Story(waits=[DAY]))
    await library.clock.advance_to(diary, await began(diary) + DAY - timedelta(minutes=1))
    assert await diary.query(Diary.read) == []


async def test_a_fact_and_a_request_are_handled_at_the_moment_at_which_they_come(library: Library) -> None:
    diary = await library.open(Story(waits=[3 * DAY]))
    instant = await began(diary) + 2 * DAY
    await library.clock.advance_to(diary, instant)
    await diary.signal(Diary.fact, "paid")
    await library.clock.settle(diary)
    assert at(await diary.execute_update(Diary.request), instant)
    [(name, moment)] = await diary.query(Diary.read)
    assert name == "paid"
    assert at(moment, instant)


async def test_facts_a_minute_apart_arrive_a_minute_apart(library: Library) -> None:
    diary = await library.open(Story())
    start = await began(diary) + DAY
    for minute in range(5):
        await library.clock.advance_to(diary, start + timedelta(minutes=minute))
        await diary.signal(Diary.fact, str(minute))
    await library.clock.settle(diary)
    moments = [moment for _, moment in await diary.query(Diary.read)]
    assert [at(moment, start + timedelta(minutes=minute)) for minute, moment in enumerate(moments)] == [True] * 5


async def test_more_wakings_than_the_server_allows_in_one_skip_are_no_obstacle(library: Library) -> None:
    diary = await library.open(Story(waits=[HOUR] * 4 * MOST_IN_ONE_SKIP))
    view = await library.clock.advance(diary, DAY)
    moments = [moment for _, moment in await diary.query(Diary.read)]
    assert len(moments) == 4 * MOST_IN_ONE_SKIP
    assert all(at(later, earlier + HOUR) for earlier, later in pairwise(moments))
    assert view.wakes_at is None


async def test_a_skip_whose_answer_is_lost_is_not_made_twice(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that dies when it has skipped: to ask it once more, unseen, would skip as far again."""
    service, lost = library.client.workflow_service, count(1)
    skip = service.update_workflow_execution_options
    diary = await library.open(Story(waits=[DAY, 10 * DAY]))
    start = await began(diary)

    async def no_answer(request: UpdateWorkflowExecutionOptionsRequest, *, retry: bool) -> object:
        answered = await skip(request, retry=False)
        if next(lost) > 1:
            return answered
        await library.clock.settle(diary)
        if retry:  # as the client does by itself
            return await skip(request, retry=False)
        raise RPCError("the server went away", RPCStatusCode.UNAVAILABLE, b"")

    monkeypatch.setattr(service, "update_workflow_execution_options", no_answer)
    view = await library.clock.advance_to(diary, start + 1.5 * DAY)
    assert at(view.now, start + 1.5 * DAY)


async def test_a_diary_that_ends_on_the_way_stands_where_it_ended(library: Library) -> None:
    diary = await library.open(Story(waits=[DAY], ends=True))
    start = await began(diary)
    view = await library.clock.advance_to(diary, start + 10 * DAY)
    assert not view.is_open
    assert at(view.now, start + DAY)
    assert await library.clock.advance(diary, DAY) == view


async def test_a_failed_activity_is_tried_again_at_its_moments(library: Library) -> None:
    diary = await library.open(Story(waits=[HOUR], attempts=3))
    start = await began(diary)
    await library.clock.advance_to(diary, start + DAY)
    assert at((await diary.query(Diary.read))[-1][1], start + 3 * HOUR)


async def test_a_failed_activity_is_tried_again_at_every_stop_on_the_way(library: Library) -> None:
    diary = await library.open(Story(attempts=7))
    start, before = await began(diary), library.notebook.attempts
    for stop in range(1, 7):
        await library.clock.advance_to(diary, start + stop * timedelta(minutes=10))
        assert library.notebook.attempts == before + stop
    assert at((await diary.query(Diary.read))[-1][1], start + HOUR)


async def test_one_that_waits_for_its_next_attempt_is_at_rest_and_tells_when_it_wakes(library: Library) -> None:
    diary = await library.open(Story(attempts=2))
    view = await library.clock.settle(diary)
    assert view.wakes_at is not None
    assert at(view.wakes_at, await began(diary) + HOUR)


async def test_the_clock_goes_on_over_continue_as_new_and_nothing_is_skipped_over(library: Library) -> None:
    diary = await library.open(Story(waits=[DAY], runs=3))
    start = await began(diary)
    view = await library.clock.advance_to(diary, start + 3.5 * DAY)
    assert at(view.now, start + 3.5 * DAY)
    moments = [moment for _, moment in await diary.query(Diary.read)]
    assert [at(moment, start + days * DAY) for days, moment in enumerate(moments, 1)] == [True] * 3


async def test_other_workflows_keep_their_own_time(library: Library) -> None:
    one, other = await library.open(Story()), await library.open(Story())
    before = await began(other)
    await library.clock.advance(one, 100 * DAY)
    assert at(await library.clock.now(other), before)


async def test_without_a_worker_the_clock_gives_up_and_says_what_it_waits_for(library: Library) -> None:
    alone = await library.open(Story(), queue="nobody-listens")
    clock = WorkflowClocks(library.client, patience=timedelta(seconds=0.2))
    with pytest.raises(NeverAtRest, match=rf"workflow {alone.id} .*: a workflow task \(attempt 1\)"):
        await clock.advance(alone, DAY)


async def test_one_that_wakes_without_end_is_given_up(library: Library) -> None:
    restless = await library.open(Story(attempts=10_000))
    clock = WorkflowClocks(library.client, most_wakings=5)
    with pytest.raises(NeverAtRest, match="it woke 5 times on the way"):
        await clock.advance(restless, 400 * DAY)


async def test_a_server_that_keeps_to_real_time_is_refused() -> None:
    async with opened(EmbeddedServer(None, settings={"frontend.WorkflowTimeSkippingEnabled": "false"})) as library:
        diary = await library.open(Story())
        with pytest.raises(TimeIsReal, match=r"allowed on one that is started with .*WorkflowTimeSkippingEnabled=true"):
            await library.clock.advance(diary, DAY)
        assert at(await library.clock.now(diary), await began(diary))
