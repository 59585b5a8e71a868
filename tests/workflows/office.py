"""A creditor's office: the real workflow, activities and store on a real server, and companies that remember."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle, WorkflowHistory
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.registry import activities_by_queue
from adapters.calendars import creditors_calendars
from adapters.storage.store import Store
from dunning.journal import TURNING_POINTS, Line
from dunning.policy import Policy
from dunning.ports import Letterbox, Opening, Receivables
from dunning.records import Channel, Customer, Invoice, Method
from tests.fakes.companies import FakeAgency, FakeCorrespondence, FakeGateway, FakeService
from tests.workflows.sandbox import sandboxed
from worker.replaying import NEXT_RUN, RESULT, recorded
from worker.virtual_time import WorkflowClocks
from worker.workers import working
from workflows.contract import TASK_QUEUE, WORKFLOW, CaseInput, workflow_id

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # half past eight in Amsterdam
NAME, EMAIL = "Hendrika Zonderland", "h.zonderland@polder.example"
PHONE, ADDRESS = "+31201234567", "Dijkje 12, Ransdorp"
Handle = WorkflowHandle[Any, Any]


amsterdam = creditors_calendars("Europe/Amsterdam", "NL")


def step(name: str, after: int, *do: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "after": f"{after} days", "do": list(do), **more}


def notify(message: str, *by: str, **more: Any) -> dict[str, Any]:
    return {"notify": {"message": message, "by": list(by or ("email",)), **more}}


LADDER = (
    step("reminder", 3, notify("friendly")),
    step("dunning", 10, {"fee": "5.00"}, notify("firm")),
    step("final", 20, notify("final", "email", deadline="7 days")),
)


def policy(*steps: dict[str, Any], name: str = "office", **more: Any) -> Policy:
    terms = {"calendar": {"timezone": "customer", "holidays": "none"}, "end": {"after": "30 days", "then": "close"}}
    return Policy.model_validate({"name": name, "steps": list(steps or LADDER), **terms, **more})


def customer(id: str = "c1", **more: Any) -> Customer:  # noqa: A002 - the record's own name for it
    known = {"name": NAME, "email": EMAIL, "phone": PHONE, "address": ADDRESS}
    return Customer.model_validate(
        {"id": id, "country": "NL", "timezone": "Europe/Amsterdam", "locale": "nl", **known, **more}
    )


def invoice(id: str = "INV-1", **more: Any) -> Invoice:  # noqa: A002 - the record's own name for it
    return Invoice.model_validate({"id": id, "currency": "EUR", "amount": "100.00", "due_on": "2026-03-01", **more})


class Post(FakeCorrespondence):
    """Knows when it took each letter by the sender's clock, and may keep a sender waiting at the `door`."""

    def __init__(self) -> None:
        super().__init__()
        self.door = asyncio.Event()
        self.door.set()
        self.callers = 0
        self.moments: list[datetime] = []

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        self.callers += 1
        await self.door.wait()
        taken = await super().send(letter, channel)
        self.moments.append(letter.at)
        return taken


class Reception:
    """The system of record, whose door to new cases may be shut for a while, and whose answers may be lost.

    `after` names calls that something follows once: what it raises is all that the caller hears of the call.
    """

    def __init__(self, store: Receivables) -> None:
        self._store = store
        self.door = asyncio.Event()
        self.door.set()
        self.callers = 0
        self.after: dict[str, Callable[[], Awaitable[None]]] = {}

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)
        if name not in self.after:
            return call

        async def interrupted(*given: Any, **more: Any) -> Any:
            answer = await call(*given, **more)
            await self.after.pop(name)()
            return answer

        return interrupted

    async def opening(self, *given: Any) -> Opening:
        self.callers += 1
        await self.door.wait()
        return await self._store.opening(*given)


class Office:
    """Where cases are opened. The moments of its cases are told by their own clock, which starts at `MONDAY`."""

    def __init__(self, client: Client, store: Store, prefix: str = "") -> None:
        self.client, self.store, self.prefix = client, store, prefix
        self.clock = WorkflowClocks(client)
        self.reception, self.post = Reception(store.receivables), Post()
        self.gateway, self.service, self.agency = FakeGateway(), FakeService(), FakeAgency()
        self.dossiers: dict[str, Dossier] = {}

    @property
    def queue(self) -> str:
        return self.prefix + TASK_QUEUE

    def activities(self) -> Mapping[str, list[Callable[..., Any]]]:
        return activities_by_queue(
            store=self.reception,
            gateway=self.gateway,
            correspondence=self.post,
            control=self.service,
            agency=self.agency,
        )

    def id_of(self, invoice_id: str) -> str:
        return self.prefix + workflow_id(invoice_id)

    def start(self, invoice_id: str, at: datetime = MONDAY, **more: Any) -> CaseInput:
        """An input whose case believes that it is `at` now."""
        return CaseInput(invoice_id, clock=at - datetime.now(UTC), **more)

    async def register(self, invoice: Invoice, customer: Customer, *methods: Method, at: datetime = MONDAY) -> None:
        await self.store.register.customer(customer, methods, at)
        await self.store.register.invoice(customer.id, invoice, at)

    async def open(
        self, one: Invoice | None = None, whose: Customer | None = None, *methods: Method, at: datetime = MONDAY,
        settled: bool = True, **more: Any,
    ) -> Dossier:  # fmt: skip
        """Register an invoice and start its case by id."""
        one, whose = one or invoice(), whose or customer()
        await self.register(one, whose, *methods, at=at)
        dossier = self.dossiers[one.id] = Dossier(self, one.id, at - datetime.now(UTC))
        start = self.start(one.id, at, **more)
        dossier.handle = await self.client.start_workflow(
            WORKFLOW, start, id=self.id_of(one.id), task_queue=self.queue, static_summary=f"invoice {one.id}"
        )
        if settled:
            await dossier.settle()
        return dossier

    async def close(self) -> None:
        """Check that no journal has a gap, and leave nothing running that would ask for a worker who is gone."""
        for dossier in self.dossiers.values():
            numbers = [line.number for line in await dossier.journal()]
            assert numbers == list(range(1, len(numbers) + 1)), f"{dossier.invoice_id}: the journal has {numbers}"
        async for running in self.client.list_workflows(f"TaskQueue = '{self.queue}' AND ExecutionStatus = 'Running'"):
            with suppress(RPCError):  # it ended a moment ago
                await self.client.get_workflow_handle(running.id).terminate("the test is over")


class Dossier:
    """One case in the office's hands."""

    def __init__(self, office: Office, invoice_id: str, shift: timedelta) -> None:
        self.office, self.invoice_id, self.shift = office, invoice_id, shift
        self.handle: Handle = office.client.get_workflow_handle(office.id_of(invoice_id))

    async def settle(self) -> None:
        await self.office.clock.settle(self.handle)

    async def until(self, local: str) -> None:
        """Let time pass to a moment in Amsterdam."""
        await self.office.clock.advance_to(self.handle, self.instant(local) - self.shift)

    @staticmethod
    def instant(local: str) -> datetime:
        told = datetime.fromisoformat(local)
        offset = 2 if date(2026, 3, 29) <= told.date() < date(2026, 10, 25) else 1
        return told.replace(tzinfo=UTC) - timedelta(hours=offset)

    async def now(self) -> datetime:
        return await self.office.clock.now(self.handle) + self.shift

    async def tell(self, fact: str, **body: Any) -> None:
        """Signal a fact, and see what follows at once."""
        await self.handle.signal(fact, body)
        await self.settle()

    async def ask(self, request: str, **body: Any) -> Any:
        """Ask a request; raises the SDK's `WorkflowUpdateFailedError` if it is refused."""
        answer = await self.handle.execute_update(request, body)
        await self.settle()
        return answer

    async def tell_after_the_end(self, fact: str, at: str, **body: Any) -> None:
        """Signal a fact to a case that may have ended: it opens for it."""
        self._clock_set(at)
        self.handle = await self.office.client.start_workflow(
            WORKFLOW, self.office.start(self.invoice_id, self.instant(at)), id=self.handle.id,
            task_queue=self.office.queue, start_signal=fact, start_signal_args=[body],
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )  # fmt: skip
        await self.settle()

    async def ask_after_the_end(self, request: str, at: str, **body: Any) -> Any:
        """Ask a request of a case that may have ended: it opens for it."""
        self._clock_set(at)
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            WORKFLOW, self.office.start(self.invoice_id, self.instant(at)), id=self.handle.id,
            task_queue=self.office.queue, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )  # fmt: skip
        answer = await self.office.client.execute_update_with_start_workflow(
            request, body, start_workflow_operation=operation
        )
        self.handle = self.office.client.get_workflow_handle(self.handle.id)
        await self.settle()
        return answer

    async def start_again(self, at: str) -> None:
        """Start the case by its id alone, as after Temporal was lost: a new run, which knows what the store does."""
        self._clock_set(at)
        start = self.office.start(self.invoice_id, self.instant(at))
        self.handle = await self.office.client.start_workflow(
            WORKFLOW, start, id=self.handle.id, task_queue=self.office.queue
        )
        await self.settle()

    def _clock_set(self, at: str) -> None:
        self.shift = self.instant(at) - datetime.now(UTC)

    async def view(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.handle.query("case")
        return found

    async def journal(self) -> list[Line]:
        """The whole journal as the store has it."""
        lines: list[Line] = []
        cursor: str | None = None
        while True:
            page = await self.office.store.cases.journal(self.invoice_id, cursor=cursor)
            lines += page.rows
            cursor = page.next
            if cursor is None:
                return lines

    async def turning_points(self) -> list[str]:
        """What a scenario would compare: local day, kind and value."""
        return [point(line) for line in await self.journal() if line.kind in TURNING_POINTS]

    async def kinds(self) -> list[str]:
        return [line.kind for line in await self.journal()]

    async def balance(self) -> int:
        """What the system of record says is open."""
        return (await self.office.store.parties.invoice(self.invoice_id)).balance

    async def history(self, run_id: str | None = None) -> WorkflowHistory:
        handle = self.office.client.get_workflow_handle(self.handle.id, run_id=run_id)
        return await handle.fetch_history()

    async def events(self, run_id: str | None = None) -> Counter[str]:
        """How many events of each type the history has."""
        return counted(await self.history(run_id))

    async def acts(self) -> list[str]:
        """The activities that were asked for, in order; those of our own store once they are done."""
        return [given.to for given in recorded(await self.history()) if given.to not in {RESULT, NEXT_RUN}]


async def becomes(true: Callable[[], bool]) -> None:
    """Wait until it is so, half a minute at most: a machine may be busy."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - what is waited for happens in a fake that knows of nobody
            await asyncio.sleep(0.005)


def counted(history: WorkflowHistory) -> Counter[str]:
    return Counter(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower() for event in history.events)


def point(line: Line) -> str:
    """Local day, kind and value."""
    day = (line.at + timedelta(hours=2 if date(2026, 3, 29) <= line.at.date() < date(2026, 10, 25) else 1)).date()
    return f"{day} {line.kind} {line.value}".rstrip()


@asynccontextmanager
async def open_office(
    client: Client, template: Path, folder: Path, *policies: Policy, prefix: str = "", at_work: bool = True
) -> AsyncIterator[Office]:
    """An office with a new store, a copy of the migrated `template`, and workers on queues of its own."""
    database = folder / f"{prefix}office.db"
    shutil.copy(template, database)
    store = await Store.open(f"sqlite:///{database}", policies=policies or [policy()], calendar_for=amsterdam)
    office = Office(client, store, prefix)
    try:
        if at_work:
            async with working(client, office.activities(), prefix=prefix, grace=timedelta(), runner=sandboxed()):
                yield office
                await office.close()
        else:
            yield office
    finally:
        await store.close()
