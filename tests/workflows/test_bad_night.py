"""Two hundred cases through a night in which workers and the server are killed again and again.

It happens once for all tests of this file: two workers as processes of their own, on the embedded server's file and one
SQLite store; every signal is delivered twice and in any order; the killer's moments come from a seed. Then the books
are opened: what the world was told, what the store says, and what the rules would have done had nothing gone wrong.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from adapters.sandbox_book import FileBook
from adapters.storage.store import Store
from tests.grids import walked
from tests.workflows.killing import Killings, WorkerProcess, journal, patiently
from tests.workflows.night import LAST, NIGHT, Ending, Tale, Told, as_the_rules_have_it, points, tales
from tests.workflows.office import MONDAY, Dossier, Office, amsterdam
from tests.workflows.worker_process import BOOK, DATABASE, LETTERS, REPEATED
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.virtual_time import WorkflowClocks
from workflows.contract import WORKFLOW

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow, pytest.mark.grid
]  # fmt: skip

SEED: Final = 20260302
WORKER: Final = "tests.workflows.worker_process"
WORKERS: Final = 2
KILLS: Final = walked(6, sample=3)  # of workers; the server dies with every third
APART: Final = walked(25, sample=20)  # cases that come to their end between two kills
AT_ONCE: Final = 24


@dataclass
class Night:
    """What was left in the morning."""

    folder: Path
    store: Store
    killed: Counter[str]

    def lines(self, log: str) -> Counter[str]:
        return Counter((self.folder / log).read_text().splitlines())


class Driver:
    """Lives through every case, whatever is dead at the moment."""

    def __init__(self, client: Client, store: Store) -> None:
        self.office = Office(client, store)
        self.clock = WorkflowClocks(client, patience=timedelta(seconds=100))
        self.dice = random.Random(SEED)
        self.ended = asyncio.Queue[Tale]()
        self.places = asyncio.Semaphore(AT_ONCE)

    async def live(self, tale: Tale) -> None:
        async with self.places:
            await self.office.register(tale.invoice, tale.customer, *tale.methods)
            case = Dossier(self.office, tale.invoice.id, MONDAY - datetime.now(UTC))
            start = self.office.start(tale.invoice.id)
            await patiently(
                lambda: self.office.client.start_workflow(
                    WORKFLOW,
                    start,
                    id=case.handle.id,
                    task_queue=self.office.queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                )
            )
            earlier: list[Told] = []
            for local, facts in tale.facts.items():
                await self.until(case, local)
                # Each twice: some now, in any order, and what was told before once more.
                for name, body in self.shuffled([*facts, *facts, *earlier]):
                    await self.tell(case, local, name, body)
                earlier = list(facts)
            await self.until(case, LAST)
            self.ended.put_nowait(tale)

    async def until(self, case: Dossier, local: str) -> None:
        await patiently(lambda: self.clock.advance_to(case.handle, case.instant(local) - case.shift))

    async def tell(self, case: Dossier, local: str, name: str, body: dict[str, Any]) -> None:
        """As the case service does it: a case that has ended opens for it, on its own time."""
        view = await patiently(lambda: self.clock.settle(case.handle))
        if not view.is_open:
            case.shift = case.instant(local) - datetime.now(UTC)
        start = self.office.start(case.invoice_id, case.instant(local))
        case.handle = await patiently(
            lambda: self.office.client.start_workflow(
                WORKFLOW,
                start,
                id=case.handle.id,
                task_queue=self.office.queue,
                start_signal=name,
                start_signal_args=[body],
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
        )

    def shuffled(self, told: list[Told]) -> list[Told]:
        self.dice.shuffle(told)
        return told


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def night(template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Night]:
    folder = tmp_path_factory.mktemp("night")
    shutil.copy(template, folder / DATABASE)
    store = await Store.open(f"sqlite:///{folder / DATABASE}", policies=[NIGHT], calendar_for=amsterdam)
    async with EmbeddedServer(folder / "temporal", settings=QUICK_TIMERS) as server:
        workers = [WorkerProcess(WORKER, folder, server.address, str(folder)) for _ in range(WORKERS)]
        try:
            await asyncio.gather(*(worker.start() for worker in workers))
            driver = Driver(await server.connect(), store)
            killings = Killings(server, workers, SEED)
            killer = asyncio.create_task(killings.at_each(driver.ended, KILLS, APART))
            await asyncio.gather(*(driver.live(tale) for tale in tales()))
            await killer
        finally:
            await asyncio.gather(*(worker.end(signal.SIGKILL) for worker in workers))
        await server.kill()
    yield Night(folder, store, killings.killed)
    await store.close()


async def test_the_night_was_bad(night: Night) -> None:
    assert night.killed == {"worker": KILLS, "server": KILLS // 3}


async def test_every_case_is_where_it_would_be_had_nothing_gone_wrong(night: Night) -> None:
    for tale in tales():
        calendar = amsterdam(NIGHT, tale.customer, MONDAY.date(), date(2027, 12, 31))
        one = await night.store.cases.one(tale.invoice.id)
        lines = points(await journal(night.store, tale.invoice.id), calendar)
        assert Ending(lines, one.balance, one.outcome) == as_the_rules_have_it(tale), tale.invoice.id


async def test_no_journal_has_a_gap_or_says_anything_twice(night: Night) -> None:
    for tale in tales():
        numbers = [line.number for line in await journal(night.store, tale.invoice.id)]
        assert numbers == list(range(1, len(numbers) + 1))


def _case_and_notice(key: str) -> tuple[str, str]:
    """`case:INV-1/step/reminder/0` is the reminder of that case; a link to pay has no step before its name."""
    case, kind, *rest = key.split("/")
    return case, rest[0] if kind == "step" else kind


async def test_every_notice_left_exactly_once_on_each_of_its_channels(night: Night) -> None:
    """But for one whose worker died just before the letter: its fate is unknown, and counts as sent (N3)."""
    letters = night.lines(LETTERS)
    assert [letter for letter, times in letters.items() if times > 1] == []
    left = {(*_case_and_notice(key), channel) for key, channel in map(str.split, letters)}
    known, unsure = Counter[tuple[str, ...]](), set[tuple[str, ...]]()
    for tale in tales():
        of = f"case:{tale.invoice.id}"
        lines = [line for line in await journal(night.store, tale.invoice.id) if line.kind == "notice"]
        known.update((of, line.step or line.value, str(line.by)) for line in lines)
        sent = await night.store.sendings.of_invoice(tale.invoice.id)
        unsure.update((of, notice.notice, notice.channel) for notice in sent if notice.unsure)
    assert [notice for notice, times in known.items() if times > 1] == []
    assert left <= known.keys()
    assert known.keys() - left <= unsure
    assert len(known.keys() - left) <= KILLS


async def test_every_charge_was_made_exactly_once(night: Night) -> None:
    assert night.lines(REPEATED) == Counter()
    book = FileBook(night.folder / BOOK)
    for tale in tales():
        lines = [line for line in await journal(night.store, tale.invoice.id) if line.kind == "charge"]
        tried = {method.id for method in tale.methods} | {"pm_card_ok"}
        made = [charge for method in tried for charge in await book.about("charge", f"{tale.customer.id} {method}")]
        assert len({charge.key for charge in made}) == len(lines), tale.invoice.id


async def test_every_balance_is_the_sum_of_its_ledger(night: Night) -> None:
    for tale in tales():
        invoice = await night.store.parties.invoice(tale.invoice.id)
        booked = await night.store.cases.ledger(tale.invoice.id)
        assert invoice.balance == tale.invoice.minor + sum(entry.amount for entry in booked)
        assert invoice.balance == (await night.store.cases.one(tale.invoice.id)).balance
