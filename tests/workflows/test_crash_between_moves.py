"""A worker dies at each place of an attempt's three moves, and another takes over: the money is taken exactly once.

Each place has a case, a store, a provider and two workers of its own, all at the same time on one server. The first
worker kills itself there; when it is dead the books are opened, and the second one is started.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from temporalio.client import Client

from adapters.sandbox_book import FileBook
from adapters.storage.store import Store
from dunning.errors import NotFound
from dunning.records import Method
from tests.workflows.mortal_worker import CHARGES, DIARY, Place
from tests.workflows.office import Dossier, Office, amsterdam, customer, invoice
from tests.workflows.worker_process import BOOK, DATABASE

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT: Final = Path(__file__).parents[2]
METHOD: Final = "pm_card_ok"
PATIENCE: Final = 240.0  # seconds of real time for what takes five to ten on an idle machine
each_place = pytest.mark.parametrize("place", list(Place))


@dataclass(frozen=True)
class Books:
    """What everybody has written down about one case. `attempts` are their states, `payments` minor units."""

    asked: int = 0
    taken: int = 0
    answered: int = 0
    attempts: tuple[str, ...] = ()
    payments: tuple[int, ...] = ()
    outcome: str | None = None
    unfinished: tuple[str, ...] = ()  # the activities whose end Temporal waits for


@dataclass(frozen=True)
class Crash:
    """The books when the first worker was dead, and when the second one was done."""

    at_death: Books
    at_the_end: Books


WAITING: Final = ("charge",)
AT_DEATH: Final = {
    Place.BEFORE_INTENT: Books(unfinished=WAITING),
    Place.BEFORE_PROVIDER: Books(attempts=("begun",), unfinished=WAITING),
    Place.BEFORE_ANSWER: Books(asked=1, taken=1, attempts=("begun",), unfinished=WAITING),
    Place.BEFORE_OUTCOME: Books(asked=1, taken=1, answered=1, attempts=("begun",), unfinished=WAITING),
    Place.BEFORE_TEMPORAL: Books(1, 1, 1, ("approved",), (-100_00,), unfinished=WAITING),
}


class Stage:
    """Where the crash of one place is played."""

    def __init__(self, client: Client, store: Store, folder: Path, place: Place) -> None:
        self._place, self._folder, self._number = place, folder, list(Place).index(place)
        self._office = Office(client, store, prefix=f"crash{self._number}-")
        self._log = folder / "workers.log"
        self._command = [sys.executable, "-m", "tests.workflows.mortal_worker"]
        self._command += [client.service_client.config.target_host, str(folder), self._office.prefix]

    async def play(self) -> Crash:
        whose, what = customer(f"c{self._number}"), invoice(f"INV-{self._number}")
        case = await self._office.open(what, whose, Method(id=METHOD), settled=False)
        await self._first(case)
        at_death = await self._books(case)
        await self._second(case)
        return Crash(at_death, await self._books(case))

    async def _first(self, case: Dossier) -> None:
        worker = await self._worker(self._place)
        try:
            code = await asyncio.wait_for(worker.wait(), PATIENCE)
        except TimeoutError:
            pytest.fail(await self._told(f"the first worker did not die in {PATIENCE:.0f} s", case))
        finally:
            await ended(worker)
        if code != -signal.SIGKILL:
            pytest.fail(await self._told(f"the first worker did not kill itself, but ended with {code}", case))

    async def _second(self, case: Dossier) -> None:
        worker = await self._worker()
        try:
            await asyncio.wait_for(case.handle.result(), PATIENCE)
        except TimeoutError:
            pytest.fail(await self._told(f"the second worker did not close the case in {PATIENCE:.0f} s", case))
        finally:
            await ended(worker)

    async def _worker(self, *place: Place) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(*self._command, *place, cwd=ROOT, stdout=log, stderr=log)

    async def _told(self, what: str, case: Dossier) -> str:
        words = self._log.read_text(errors="replace")[-2_000:] or "nothing"
        return f"{self._place}: {what}; {await self._books(case)}; the workers said: {words}"

    async def _books(self, case: Dossier) -> Books:
        cases, diary = self._office.store.cases, self._folder / DIARY
        said = diary.read_text().splitlines() if diary.exists() else []
        described = await case.handle.describe()
        return Books(
            asked=said.count(f"asked {case.invoice_id}"),
            taken=len(await FileBook(self._folder / BOOK).about("charge", f"c{self._number} {METHOD}")),
            answered=said.count(f"answered {case.invoice_id}"),
            attempts=tuple(attempt.state for attempt in await cases.attempts(case.invoice_id)),
            payments=tuple(one.amount for one in await cases.ledger(case.invoice_id) if one.kind == "payment"),
            outcome=await self._outcome(case),
            unfinished=tuple(one.activity_type.name for one in described.raw_description.pending_activities),
        )

    async def _outcome(self, case: Dossier) -> str | None:
        with suppress(NotFound):  # no worker has opened it yet
            return (await self._office.store.cases.one(case.invoice_id)).outcome
        return None


async def play(client: Client, template: Path, folder: Path, place: Place) -> Crash:
    """A copy of the migrated `template` is the store."""
    shutil.copy(template, folder / DATABASE)
    store = await Store.open(f"sqlite:///{folder / DATABASE}", policies=[CHARGES], calendar_for=amsterdam)
    try:
        return await Stage(client, store, folder, place).play()
    finally:
        await store.close()


async def ended(worker: asyncio.subprocess.Process) -> None:
    """Leave no process behind."""
    if worker.returncode is None:
        worker.kill()
        await worker.wait()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def crashes(
    client: Client, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[Place, asyncio.Task[Crash]]]:
    """All of them under way; what went wrong with one is told to whoever awaits it."""
    folders = {place: tmp_path_factory.mktemp("crash") for place in Place}
    played = {place: asyncio.create_task(play(client, template, folders[place], place)) for place in Place}
    yield played
    for task in played.values():
        task.cancel()
    await asyncio.gather(*played.values(), return_exceptions=True)


Crashes = Mapping[Place, asyncio.Task[Crash]]


@each_place
async def test_the_first_worker_dies_exactly_there(crashes: Crashes, place: Place) -> None:
    assert (await crashes[place]).at_death == AT_DEATH[place]


@each_place
async def test_the_money_is_taken_once_and_booked_once(crashes: Crashes, place: Place) -> None:
    end = (await crashes[place]).at_the_end
    assert end.taken == 1, "captures at the provider"
    assert end.payments == (-100_00,), "payments in our ledger"


@each_place
async def test_the_provider_is_asked_what_became_of_the_first_try_before_they_are_told_to_charge_again(
    crashes: Crashes, place: Place
) -> None:
    """They would know the key and take no more, but not for ever (C5): so one order reaches them, whoever died when."""
    assert (await crashes[place]).at_the_end.asked == 1, "orders to charge that reached the provider"


@each_place
async def test_the_case_is_closed_as_paid_and_nothing_is_left_in_flight(crashes: Crashes, place: Place) -> None:
    end = (await crashes[place]).at_the_end
    assert end.outcome == "paid"
    assert end.attempts == ("approved",)
    assert end.unfinished == ()
