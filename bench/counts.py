"""What a case costs in things that can be counted: events and bytes of history, transactions and statements.

Each is exact and the same in every run, so tests hold them; a whole case is the five steps without charging, of which
nobody pays anything. The law is off, nobody listens to events, and nothing is consolidated.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.registry import activities_by_queue
from adapters.agency import SandboxAgency
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from adapters.service import SandboxService
from adapters.storage.engine.database import Database
from adapters.storage.engine.migrate import migrate
from adapters.storage.store import Store
from bench import book
from dunning.policy import Policy
from worker.embedded import EmbeddedServer
from worker.story_world import StoryPost
from worker.virtual_time import Handle, WorkflowClocks
from worker.workers import working
from workflows.contract import TASK_QUEUE, WORKFLOW, CaseInput, workflow_id

Counts = dict[str, int]
WHOLE: Final = timedelta(days=120)
OF_VIRTUAL_TIME: Final = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
)
TO_THE_NOTICE: Final = timedelta(days=5)
TO_THE_ATTEMPT: Final = timedelta(days=1, hours=2)


@dataclass
class Tally:
    """What went to the database since the start."""

    transactions: int = 0
    statements: int = 0

    @contextmanager
    def of(self, database: Database) -> Iterator[Tally]:
        """Count while the block runs."""
        engine = database._engine  # noqa: SLF001 - what is counted is what the database itself is asked

        def committed(_: Any) -> None:
            self.transactions += 1

        def asked(*_: Any) -> None:
            self.statements += 1

        event.listen(engine, "commit", committed)
        event.listen(engine, "before_cursor_execute", asked)
        try:
            yield self
        finally:
            event.remove(engine, "commit", committed)
            event.remove(engine, "before_cursor_execute", asked)


@dataclass
class Bench:
    """One server, one store and one worker of this process, with a case at a time."""

    client: Client
    tally: Tally
    clocks: WorkflowClocks
    queues: str = ""
    cases: int = field(default=0)

    async def start(self) -> Handle:
        """A new case, open and asleep."""
        self.cases += 1
        invoice, clock = book.invoice(self.cases), book.OPENS_AT - datetime.now(UTC)
        start = CaseInput(invoice.id, invoice, book.customer(self.cases), (book.CARD,), clock=clock)
        handle = await self.client.start_workflow(
            WORKFLOW, start, id=f"{self.queues}{workflow_id(invoice.id)}", task_queue=self.queues + TASK_QUEUE
        )
        await self.clocks.settle(handle)
        return handle

    async def counted(self, handle: Handle, does: Callable[[], Awaitable[object]]) -> Counts:
        """What it costs a case that something is done; what only virtual time adds is left out."""
        before = await self.total(handle)
        await does()
        after = await self.total(handle)
        return {name: after[name] - before[name] for name in after}

    async def total(self, handle: Handle) -> Counts:
        """What a case has cost so far, if it is the only one."""
        events = [one for one in (await handle.fetch_history()).events if one.event_type not in OF_VIRTUAL_TIME]
        return {
            "events": len(events), "bytes": sum(one.ByteSize() for one in events),
            "transactions": self.tally.transactions, "statements": self.tally.statements,
        }  # fmt: skip

    async def opening(self) -> Counts:
        """A case that opens and goes to sleep."""
        before = Tally(self.tally.transactions, self.tally.statements)
        counts = await self.total(await self.start())
        counts["transactions"] -= before.transactions
        counts["statements"] -= before.statements
        return counts

    async def later(self, by: timedelta) -> Counts:
        """A case that is open, so much later."""
        handle = await self.start()
        return await self.counted(handle, lambda: self.clocks.advance(handle, by))

    async def payment(self) -> Counts:
        """A payment that closes a case."""
        handle = await self.start()

        async def paid() -> None:
            await handle.signal("payment_received", {"id": f"pay-{self.cases}", "amount": "250.00"})
            await handle.result()

        return await self.counted(handle, paid)

    async def whole(self) -> Counts:
        """A case from its opening to its end, of which nobody pays anything."""
        before = Tally(self.tally.transactions, self.tally.statements)
        handle = await self.start()
        await self.clocks.advance(handle, WHOLE)
        await handle.result()
        counts = await self.total(handle)
        counts["transactions"] -= before.transactions
        counts["statements"] -= before.statements
        return counts


async def counts(folder: Path) -> dict[str, Counts]:
    """Count them on a server and a database of their own in `folder`."""
    async with EmbeddedServer(folder / "temporal") as server:
        client = await server.connect()
        ladder = await _counted(client, folder / "ladder.db", "", book.policy(charging=False), _of_a_ladder)
        return ladder | await _counted(client, folder / "charges.db", "c-", book.policy(), _of_an_attempt)


async def _of_a_ladder(bench: Bench) -> dict[str, Counts]:
    await bench.start()  # the first of all has more to do
    return {
        "opening": await bench.opening(),
        "payment": await bench.payment(),
        "notice": await bench.later(TO_THE_NOTICE),
        "case": await bench.whole(),
    }


async def _of_an_attempt(bench: Bench) -> dict[str, Counts]:
    await bench.start()
    return {"attempt": await bench.later(TO_THE_ATTEMPT)}


async def _counted(
    client: Client, file: Path, queues: str, rules: Policy, of: Callable[[Bench], Awaitable[dict[str, Counts]]]
) -> dict[str, Counts]:
    database = f"sqlite:///{file}"
    await migrate(database)
    store = await Store.open(database, policies=[rules], calendar_for=lambda policy, *_: book.calendar(policy))
    remembered = RememberedBook()
    work = activities_by_queue(
        store=store.receivables, gateway=SandboxGateway(remembered), correspondence=StoryPost([]),
        control=SandboxService(remembered), agency=SandboxAgency(remembered),
    )  # fmt: skip
    tally = Tally()
    try:
        with tally.of(store.database):
            async with working(client, work, prefix=queues, grace=timedelta()):
                return await of(Bench(client, tally, WorkflowClocks(client), queues))
    finally:
        await store.close()


def run() -> dict[str, Counts]:
    """Count them in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(counts(Path(folder)))
