"""The temporal engine: a scenario told by the real workflow, activities and store on a real server, in virtual time.

Each story has a store and queues of its own. Its cases are moved from one waking to the next together, and facts
are told at their own local minute; acts follow some seconds later, so that facts of a moment come first (T3).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy

from adapters.agency import SandboxAgency
from adapters.sandbox import ScriptedGateway
from adapters.sandbox_book import RememberedBook
from adapters.service import SandboxService
from adapters.storage.store import Store
from dunning import snapshot
from dunning.case import Case
from dunning.forecast import forecast
from dunning.journal import Line
from dunning.messages import CUSTOMER_WIDE, FACTS
from dunning.scenarios.core_engine import StoryStage, final
from dunning.scenarios.scenario import ScenarioInvoice
from dunning.scenarios.story import StoryResult
from dunning.simulation.simulate import Event
from worker.story_workers import QUEUES, Ports, StoryWorkers, story_workers
from worker.story_world import MortalStore, StoryPost
from worker.virtual_time import Handle, WorkflowClocks
from workflows.contract import TASK_QUEUE, WORKFLOW, CaseInput

SETTLE = timedelta(seconds=20)


def own_tag(invoice_id: str) -> str:
    """What tells the invoice whose policy is its own from the others of its story, in the store."""
    return f"own policy of {invoice_id}"


class TemporalStory:
    """One story on the server."""

    def __init__(
        self,
        client: Client,
        on: StoryStage,
        store: Store,
        *,
        prefix: str,
        wall_clock: Callable[[], datetime],
        workers: StoryWorkers | None = None,
    ) -> None:
        """`store` is empty and knows the story's policies; `client` has pydantic's data converter.

        `prefix` is the story's own on this server, of its workflow ids. Many stories share `workers`; without them it
        has its own, which costs as much as the telling.
        """
        self.on, self.store, self.client = on, store, client
        self.prefix, self.wall_clock, self.workers = prefix, wall_clock, workers
        self.queue = (QUEUES if workers else prefix) + TASK_QUEUE
        self.clock = WorkflowClocks(client)
        self.post = StoryPost([rule.rule for rule in on.scenario.channels])
        self.mortal = MortalStore(store.receivables)
        self.handles: dict[str, Handle] = {}
        self.shifts: dict[str, timedelta] = {}
        self.invoices: dict[str, ScenarioInvoice] = {one.id: one for one in on.scenario.all_invoices}

    async def play(self) -> StoryResult:
        """Tell it, and say what came of it."""
        scenario = self.on.scenario
        await self._register()
        book = RememberedBook()
        gateway = ScriptedGateway(answer.script for answer in scenario.gateway)
        ports = Ports(self.mortal, gateway, self.post, SandboxService(book), SandboxAgency(book))
        async with AsyncExitStack() as stack:
            workers = self.workers
            if workers is None:
                workers = await stack.enter_async_context(story_workers(self.client, self.prefix))
            stack.enter_context(workers.at_work_for(self.prefix, ports))
            await self._run()
            told = await self._told()
            for handle in self.handles.values():
                await self._end(handle)
        return told

    async def _register(self) -> None:
        """Customer and invoices are known to the store before anything happens, as a billing system would do it."""
        scenario = self.on.scenario
        openings = (self.on.opens_at(one) for one in scenario.all_invoices)
        at = min([*openings, *(event.at for event in map(self.on.event, scenario.events))]) - SETTLE
        await self.store.register.customer(scenario.customer, scenario.methods, at)
        for one in scenario.all_invoices:
            invoice = one.record
            if one.id in self.on.own:  # by this its own policy finds it
                invoice = invoice.model_copy(update={"tags": (*invoice.tags, own_tag(one.id))})
            await self.store.register.invoice(scenario.customer.id, invoice, at)

    async def _run(self) -> None:
        """From one thing that happens to the next, whoever causes it."""
        events = sorted((self.on.event(event) for event in self.on.scenario.events), key=lambda event: event.at)
        openings = sorted(((self.on.opens_at(one), one) for one in self.invoices.values()), key=lambda pair: pair[0])
        end = self.on.ends_at()
        while True:
            outside = (
                [event.at for event in events[:1]] + [at for at, _ in openings[:1]] + [b.at for b in self.post.bounces]
            )
            next_outside = min(outside, default=None)
            waking = await self._next_waking()
            moments = [at for at in (next_outside, waking) if at is not None]
            if not moments or min(moments) > end + SETTLE:
                return
            at = min(moments)
            await self._advance(at)
            await self._deliver(at)
            if next_outside is None or at < next_outside:
                continue
            if at > end:
                return
            while openings and openings[0][0] <= at:
                await self._open(openings.pop(0)[1], at)
            due, self.post.bounces = _split(self.post.bounces, at)
            for bounce in due:
                body = {"notice": bounce.notice, "channel": bounce.channel}
                await self._tell(Event(at, "bounced", body, bounce.invoice_id), at)
            while events and events[0].at <= at:
                event = events.pop(0)
                if event.name == "outage":
                    events, openings = await self._outage(event, events, openings)
                else:
                    await self._happens(event, at)

    async def _next_waking(self) -> datetime | None:
        """The next moment, on the stories' clock, at which one of the cases wakes by itself."""
        wakings = []
        for name, handle in self.handles.items():
            view = await self.clock.settle(handle)
            if view.is_open and view.wakes_at is not None:
                wakings.append(view.wakes_at + self.shifts[name])
        return min(wakings, default=None)

    def _in_order(self) -> list[str]:
        """The cases in the order in which they act at one moment: by due date, then by id."""
        return sorted(self.handles, key=lambda name: (self.invoices[name].due_on, name))

    async def _advance(self, at: datetime) -> None:
        for name in self._in_order():
            await self.clock.advance_to(self.handles[name], at - self.shifts[name])

    async def _open(self, invoice: ScenarioInvoice, at: datetime) -> None:
        shift = at - self.wall_clock()
        start = CaseInput(invoice.id, clock=shift, settle=SETTLE)
        self.shifts[invoice.id] = shift
        self.handles[invoice.id] = await self.client.start_workflow(
            WORKFLOW, start, id=self._id(invoice.id), task_queue=self.queue
        )
        await self.clock.settle(self.handles[invoice.id])
        await self._deliver(at)

    def _id(self, invoice_id: str) -> str:
        return f"{self.prefix}case:{invoice_id}"

    async def _happens(self, event: Event, at: datetime) -> None:
        if event.name == "crash":
            self.mortal.dies_after = event.body["after"]
        else:
            await self._tell(event, at)

    async def _tell(self, event: Event, at: datetime) -> None:
        """Facts go to the store first, as through the API; then to every case that they concern."""
        body = {**event.body, "at": event.body.get("at", at).isoformat()}
        body = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in body.items()}
        everyone = event.name in CUSTOMER_WIDE and event.invoice is None
        if event.name in FACTS:
            if everyone:
                await self.store.register.tell_customer(self.on.scenario.customer.id, event.name, body, at)
            else:
                told = (str(event.invoice), event.name, body, at)
                _, heard = await self.store.register.tell_parts(*told, first_stands=True)
                if heard is None:
                    return
        names = self._in_order() if everyone else [str(event.invoice)] if event.invoice in self.handles else []
        for name in names:
            await self._message(name, event.name, body, at)
        await self._deliver(at)

    async def _deliver(self, at: datetime) -> None:
        """Cases hear what the store keeps for them, as the product's own schedule would let them (P8, P9)."""
        while news := await self.store.register.unheard():
            for one in news:
                await self.store.register.heard(one)
                if one.invoice_id in self.handles:
                    await self._message(one.invoice_id, one.name, one.body, at)

    async def _message(self, name: str, message: str, body: dict[str, Any], at: datetime) -> None:
        body = _plain(body)
        view = await self.clock.settle(self.handles[name])
        shift = self.shifts[name] if view.is_open else at + SETTLE - self.wall_clock()
        self.shifts[name] = shift
        start = CaseInput(name, clock=shift, settle=SETTLE)
        if message in FACTS:
            self.handles[name] = await self.client.start_workflow(
                WORKFLOW, start, id=self._id(name), task_queue=self.queue, start_signal=message,
                start_signal_args=[body], id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )  # fmt: skip
        else:
            operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
                WORKFLOW, start, id=self._id(name), task_queue=self.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )  # fmt: skip
            with suppress(WorkflowUpdateFailedError):  # a refusal is on the journal
                await self.client.execute_update_with_start_workflow(message, body, start_workflow_operation=operation)
            self.handles[name] = self.client.get_workflow_handle(self._id(name))
        await self.clock.settle(self.handles[name])

    async def _outage(self, event: Event, events: list[Event], openings: list[Any]) -> tuple[list[Event], list[Any]]:
        """Nothing of ours runs until then: the cases' clocks jump, and what came meanwhile is told then."""
        until: datetime = max(event.body["until"], event.at)  # one within another was over before it could begin
        for name, handle in self.handles.items():
            view = await self.clock.settle(handle)
            if not view.is_open:
                continue
            ahead = until + SETTLE - (view.now + self.shifts[name])
            self.shifts[name] += ahead
            await handle.signal("clock", {"ahead_seconds": ahead.total_seconds()})
        self.post.bounces = [replace(bounce, at=max(bounce.at, until)) for bounce in self.post.bounces]
        events = sorted(
            (Event(until, e.name, {**e.body, "at": e.at}, e.invoice) if e.at < until else e for e in events),
            key=lambda e: e.at,
        )
        return events, sorted(((max(at, until), one) for at, one in openings), key=lambda pair: pair[0])

    async def _told(self) -> StoryResult:
        names = [name for name in self.invoices if name in self.handles]
        cases = {name: await self._case(name) for name in names}
        reach = (await self.store.parties.customer(self.on.scenario.customer.id)).reach
        wanted = self.on.scenario.forecast is not None
        return StoryResult(
            {name: await self._journal(name) for name in names},
            {name: final(case) for name, case in cases.items()},
            {name: forecast(case, case.now, reach.channels) for name, case in cases.items()} if wanted else {},
        )

    async def _ended(self, name: str) -> str | None:
        """The whole case, as the store kept it when it ended."""
        return (await self.store.receivables.opening(name, None, None, (), self.wall_clock())).state

    async def _journal(self, name: str) -> tuple[Line, ...]:
        lines: list[Line] = []
        cursor: str | None = None
        while True:
            page = await self.store.cases.journal(name, cursor=cursor)
            lines += page.rows
            cursor = page.next
            if cursor is None:
                return tuple(lines)

    async def _case(self, name: str) -> Case:
        view = await self.clock.settle(self.handles[name])
        text = await self.handles[name].query("state") if view.is_open else await self._ended(name)
        case = snapshot.load(str(text))
        return case if case.closed else case.evolve(now=max(case.now, self.on.ends_at()))

    async def _end(self, handle: Handle) -> None:
        view = await self.clock.settle(handle)
        if view.is_open:
            await handle.terminate("the story is told")


def _split(bounces: list[Any], at: datetime) -> tuple[list[Any], list[Any]]:
    return [b for b in bounces if b.at <= at], [b for b in bounces if b.at > at]


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    """A body as JSON would have it."""
    return {key: _plain_value(value) for key, value in body.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_plain_value(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
