"""A worker that kills itself: `python -m tests.workflows.mortal_worker ADDRESS FOLDER PREFIX [PLACE]`.

It dies at one place of the three moves of an attempt; without a place it lives. What the provider took is in a file of
the folder, and so is what they were asked and what they answered, so that both survive it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.options import BY_KIND
from activities.registry import activities_by_queue
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import FileBook
from adapters.storage.store import Store
from dunning.answers import Answer
from dunning.effects import Charge
from dunning.ports import Act, Acted, Calls, ChargeRequest, GatewayAnswer, Go, Receivables, Taken
from dunning.records import Channel
from tests.fakes.companies import FakeAgency, FakeCorrespondence, FakeService
from tests.workflows.impatience import Impatience
from tests.workflows.office import LADDER, amsterdam, policy
from tests.workflows.worker_process import BOOK, DATABASE, Log
from worker.workers import working

CHARGES: Final = policy(*LADDER, charging={"schedule": ["0 days"], "attempts": 1, "within": "9 days"})
DIARY: Final = "provider.log"
# A try whose worker died is given up after this time. The half a minute of the product would only make the test long.
ONE_TRY: Final = timedelta(seconds=5)


class Place(StrEnum):
    """Where it dies."""

    BEFORE_INTENT = "before the intent is written"
    BEFORE_PROVIDER = "before the provider is called"
    BEFORE_ANSWER = "before the answer is back"
    BEFORE_OUTCOME = "before the outcome is recorded"
    BEFORE_TEMPORAL = "before Temporal hears of it"


class Life:
    """Ends at its place, in the middle of whatever the process does elsewhere; nothing can catch it."""

    def __init__(self, ends_at: Place | None) -> None:
        self._ends_at = ends_at

    def comes_to(self, place: Place) -> None:
        if place == self._ends_at:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore:
    """Our store, as long as the process lives that uses it."""

    def __init__(self, store: Receivables, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def begin(self, act: Act, *, in_turn: bool = True, by: Collection[Channel] = ()) -> Go | Acted:
        self._comes_to(Place.BEFORE_INTENT, act)
        begun = await self._store.begin(act, in_turn=in_turn, by=by)
        self._comes_to(Place.BEFORE_PROVIDER, act)
        return begun

    async def finish(self, act: Act, answer: Answer, taken: Taken | None = None) -> Acted:
        self._comes_to(Place.BEFORE_OUTCOME, act)
        acted = await self._store.finish(act, answer, taken)
        self._comes_to(Place.BEFORE_TEMPORAL, act)
        return acted

    def _comes_to(self, place: Place, act: Act) -> None:
        if isinstance(act.effect, Charge):
            self._life.comes_to(place)


class MortalGateway(SandboxGateway):
    """The provider: they write down what they were asked to charge and what they answered, whoever dies meanwhile."""

    def __init__(self, book: FileBook, diary: Log, life: Life) -> None:
        super().__init__(book)
        self._diary = diary
        self._life = life

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        self._diary.write("asked", request.invoice_id)
        answer = await super().charge(request, at, calls)
        self._life.comes_to(Place.BEFORE_ANSWER)
        self._diary.write("answered", request.invoice_id)
        return answer


async def main(address: str, folder: Path, prefix: str, life: Life) -> None:
    """Work until killed."""
    store = await Store.open(f"sqlite:///{folder / DATABASE}", policies=[CHARGES], calendar_for=amsterdam)
    work = activities_by_queue(
        store=MortalStore(store.receivables, life),
        gateway=MortalGateway(FileBook(folder / BOOK), Log(folder / DIARY), life),
        correspondence=FakeCorrespondence(), control=FakeService(), agency=FakeAgency(),
    )  # fmt: skip
    client = await Client.connect(
        address, data_converter=pydantic_data_converter, interceptors=[Impatience(ONE_TRY, BY_KIND["charge"].name)]
    )
    # Without a cache no case waits ten seconds for a dead worker to come back to it.
    async with working(client, work, prefix=prefix, cached_cases=0):
        await asyncio.Event().wait()


if __name__ == "__main__":
    given, place = sys.argv[1:4], sys.argv[4:]
    asyncio.run(main(given[0], Path(given[1]), given[2], Life(Place(place[0]) if place else None)))
