"""Lives through cases whose payment provider and whose mail server are hostile, on one clock for everybody.

Cases, workers, the store, Stripe's stand-in and the mail server all read the night's clock. It stands still, but for
the real seconds, while a case acts, and then goes on to the next moment at which something happens: a case
wakes, a fact is told, a webhook comes late, the provider's mood changes, somebody looks at what is unknown.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from adapters.clock import now
from adapters.messages.catalogue import catalogue
from adapters.storage.store import Store
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.fake.webhooks import event_body
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from api.temporal_client import TemporalCaseClient
from cli.virtual_time.case_clocks import CaseClocks
from cli.virtual_time.clocks import SharedLead, VirtualClock
from tests.api.builders import SECRET
from tests.api.conftest import visiting
from tests.api.stripe_side import WHSEC, StripeSide
from tests.fakes.bad_line import BadLine, Mood
from tests.fakes.bad_post import BadPost, Deliver
from tests.workflows.hostile_worker import HOSTILE
from tests.workflows.killing import patiently
from tests.workflows.night import LAST, Tale, Told
from tests.workflows.office import MONDAY, Dossier, amsterdam
from worker.virtual_time import WorkflowClocks
from workflows.contract import TASK_QUEUE, WORKFLOW, CaseInput, workflow_id

Handle = WorkflowHandle[Any, Any]

# In Amsterdam, each day: charges fall due at half past eight, and in the afternoon when a method is added.
EACH_DAY: Final[dict[str, Mood]] = {
    "08:00": "bad", "08:40": "down", "09:10": "bad", "10:00": "fine", "13:30": "bad", "14:20": "down", "15:10": "bad",
    "16:00": "fine",
}  # fmt: skip
# Once nobody answers for longer than keys are kept, in the midst of the second attempts.
OUTAGE: Final = ("2026-03-07T08:40", "2026-03-08T10:30")
LAG: Final = timedelta(minutes=20)
WITHIN: Final = timedelta(hours=1)
TOGETHER: Final = timedelta(seconds=30)  # what happens so close together is one moment
LONG: Final = timedelta(hours=2)  # what is late may arrive within it
QUICK_TASK: Final = timedelta(seconds=2)  # a worker may have died with it
AT_ONCE: Final = 16
END: Final = Dossier.instant(LAST)


@asynccontextmanager
async def webhook(store: Store, client: Client, lead: SharedLead) -> AsyncIterator[Deliver]:
    """The API's own webhook, as an application in this process."""
    service = CaseService(store, TemporalCaseClient(client), VirtualClock(lead))
    settings = ApiConfiguration(secret=SECRET, stripe_webhook_secret=WHSEC)
    app = create_app(service, PoliciesInForce([HOSTILE], amsterdam, catalogue()), settings)
    async with visiting(app, timeout=60) as visitor:
        stripe = StripeSide(visitor)

        async def deliver(event: FakeObject) -> bool:
            return (await stripe.send(event_body(event))).is_success

        yield deliver


class Night:
    """Every case in one time."""

    def __init__(self, client: Client, store: Store, folder: Path, line: BadLine, post: BadPost, seed: int) -> None:
        self._client, self._store, self._line, self._post = client, store, line, post
        self._clock, self._shifts = WorkflowClocks(client, patience=timedelta(seconds=100)), CaseClocks(client)
        self._lead = SharedLead(folder)
        self._dice = random.Random(seed)
        self._openings, self._places = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)
        self._wakes: dict[str, datetime] = {}
        self._told: dict[str, list[Told]] = {}
        self._asked = 0
        self.unknown: list[str] = []  # what was still not known an hour after the provider's return
        self.running: set[str] = set()  # the invoices whose cases have not ended on the last day

    async def live(self, tales: Iterable[Tale]) -> None:
        """From the opening of every case to the last day."""
        every = list(tales)
        facts: dict[datetime, list[tuple[Tale, str]]] = {}
        for tale in every:
            for local in tale.facts:
                facts.setdefault(Dossier.instant(local), []).append((tale, local))
        await self._move(MONDAY)
        await asyncio.gather(*(self._open(tale) for tale in every))
        looks = [at + LAG + WITHIN for at, mood in MOODS if mood == "fine"]
        at = MONDAY
        while at < END:
            due = [
                *self._wakes.values(),
                *facts,
                *(when for when, _ in self._post.later),
                *looks,
                *(since for since, _ in MOODS if since > at),
                END,
            ]
            before, at = at, min(due) + TOGETHER
            if at > before + LONG or (_mood(at) == "fine" and self._line.mood != "fine"):
                await self._rest()
            await self._move(at)
            await self._bring(invoice for invoice, wakes in list(self._wakes.items()) if wakes <= at)
            for when in [when for when in facts if when <= at]:
                told = facts.pop(when)
                await self._bring(tale.invoice.id for tale, _ in told)
                await asyncio.gather(*(self._tell(tale, local) for tale, local in told))
                await self._bring(tale.invoice.id for tale, _ in told)
            await self._late_news(at)
            while looks and looks[0] <= at:
                looks.pop(0)
                await self._rest()
                await self._look(tale.invoice.id for tale in every)
        await self._bring(tale.invoice.id for tale in every)
        self.running = {tale.invoice.id for tale in every if await self._runs(tale.invoice.id)}

    async def _move(self, at: datetime) -> None:
        self._lead.begin(at - now())
        self._lead.keep(at - now())
        self._line.mood = _mood(at)

    async def _open(self, tale: Tale) -> None:
        async with self._openings:
            await self._store.register.customer(tale.customer, tale.methods, MONDAY)
            await self._store.register.invoice(tale.customer.id, tale.invoice, MONDAY)
            await self._start(tale.invoice.id)
            await self._until(tale.invoice.id, MONDAY)

    async def _start(self, invoice_id: str, *told: Any) -> None:
        """Start the case, or tell it; one that has ended opens for what it is told."""
        signal = {"start_signal": told[0], "start_signal_args": [told[1]]} if told else {}
        start = CaseInput(invoice_id, clock=self._lead.read())
        await patiently(
            lambda: self._client.start_workflow(
                WORKFLOW, start, id=workflow_id(invoice_id), task_queue=TASK_QUEUE, task_timeout=QUICK_TASK,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING, **signal,
            )
        )  # fmt: skip

    async def _tell(self, tale: Tale, local: str) -> None:
        """Each fact twice: some now, in any order, and what was told before once more."""
        new = list(tale.facts[local])
        told = [*new, *new, *self._told.get(tale.invoice.id, [])]
        self._told[tale.invoice.id] = new
        self._dice.shuffle(told)
        for name, body in told:
            await self._start(tale.invoice.id, name, body)

    async def _late_news(self, at: datetime) -> None:
        due = self._post.due(at)
        if due:
            await self._bring({event["data"]["object"]["metadata"]["invoice_id"] for event in due})
            await asyncio.gather(*(self._post.tell(event) for event in due))
            await self._bring(())

    async def _bring(self, invoices: Iterable[str]) -> None:
        """Bring these cases to the present, and those of which Stripe tells at once meanwhile."""
        touched = set(invoices)
        while True:
            await asyncio.gather(*(self._until(invoice, now() + self._lead.read()) for invoice in touched))
            await _becomes(lambda: self._post.is_quiet)
            touched, self._post.touched = self._post.touched, set()
            if not touched:
                return

    async def _rest(self) -> None:
        """Wait for the calls that are late: none of them arrives days later, or when all is well again."""
        await _becomes(lambda: not self._line.under_way)
        await self._bring(())

    async def _until(self, invoice_id: str, moment: datetime) -> None:
        async with self._places:
            wakes = await patiently(lambda: self._advanced(invoice_id, moment))
        self._wakes.pop(invoice_id, None)
        if wakes is not None:
            self._wakes[invoice_id] = wakes

    async def _advanced(self, invoice_id: str, moment: datetime) -> datetime | None:
        """The next moment at which the case wakes; None for one that has ended or waits for messages alone."""
        handle: Handle = self._client.get_workflow_handle(workflow_id(invoice_id))
        view = await self._clock.settle(handle)
        if not view.is_open:
            return None
        shift = await self._shifts.shift(handle.id, view.run_id)
        view = await self._clock.advance_to(handle, moment - shift)
        return view.wakes_at + shift if view.is_open and view.wakes_at is not None else None

    async def _runs(self, invoice_id: str) -> bool:
        return (await self._clock.settle(self._client.get_workflow_handle(workflow_id(invoice_id)))).is_open

    async def _look(self, invoices: Iterable[str]) -> None:
        """An hour after the provider's return no outcome of before is unknown."""
        asked = self._line.happened.total()
        if asked == self._asked:
            return
        self._asked = asked
        for invoice_id in invoices:
            attempts = await self._store.cases.attempts(invoice_id)
            self.unknown += [f"{one.key} of {one.at}" for one in attempts if one.state == "begun"]


async def _becomes(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not true():  # noqa: ASYNC110 - what is waited for counts, and tells nobody
            await asyncio.sleep(0.01)


def _moods() -> list[tuple[datetime, Mood]]:
    """Since when which mood is the provider's."""
    days = [(MONDAY + timedelta(days=number)).date() for number in range((END - MONDAY).days + 1)]
    daily = [(Dossier.instant(f"{day}T{local}"), mood) for day in days for local, mood in EACH_DAY.items()]
    begins, ends = map(Dossier.instant, OUTAGE)
    outage: list[tuple[datetime, Mood]] = [(begins, "down"), (ends, "fine")]
    return sorted([(at, mood) for at, mood in daily if not begins <= at < ends] + outage)


MOODS: Final = _moods()


def _mood(at: datetime) -> Mood:
    begun = [mood for since, mood in MOODS if since <= at]
    return begun[-1] if begun else "fine"
