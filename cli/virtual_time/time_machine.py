"""Moves the time of every case of an installation, customer by customer, as `api.clock.TimeMachine` promises."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from temporalio.service import RPCError, RPCStatusCode

from adapters.clock import now
from adapters.storage.lists.cases import Which
from adapters.storage.tables import journal_lines
from api.case_client import TemporalUnreachable
from api.clock import Journey
from cli.exits import BadInput
from cli.installation.installation import Installation
from cli.virtual_time.case_clocks import CaseClocks
from cli.virtual_time.clocks import StandingClock
from cli.virtual_time.customer_journey import CustomerJourney, DueOpening, tell_news
from dunning.errors import Conflict
from dunning.journal import TURNING_POINTS
from worker.due_cases import lead_days
from worker.virtual_time import WorkflowClocks

AT_ONCE: Final = 12  # customers; more make the server no faster
FARTHEST: Final = timedelta(days=3660)
AHEAD: Final = timedelta(days=400)  # how far "the next event" is looked for
MOST_QUIET_MOMENTS: Final = 100  # a case may wake, look, and find nothing to do
SHOWN: Final = TURNING_POINTS | {"opened"}
_PAGE: Final = 200
_NO_ANSWER: Final = frozenset({RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED})
_GONE: Final = (
    "temporal: found a server that went away while time was moved; allowed one that answers. Cases that had arrived "
    "stay where they are, so start it again, and move time once more"
)
_DAY: Final = timedelta(days=1)
T = TypeVar("T")


class RealTime(Conflict):
    """Time cannot be moved here; nothing was changed."""

    def __str__(self) -> str:
        return (
            "time: found an installation on real time; allowed one that was started by `dunning demo`, or with "
            "virtual_time (DUNNING_VIRTUAL_TIME=true)"
        )


class InstallationTimeMachine:
    """The time machine of one installation; one journey at a time, over all processes."""

    def __init__(self, of: Installation, arrived: Callable[[int, int], None] = lambda _done, _of: None) -> None:
        """`arrived` is told how many customers' cases have come as far as they are brought, and of how many.

        Raises `RealTime` unless time is virtual there.
        """
        if of.lead is None:
            raise RealTime
        self._of, self._lead, self._arrived = of, of.lead, arrived
        self._clock, self._clocks = WorkflowClocks(of.client), CaseClocks(of.client)

    async def now(self) -> datetime:
        """The present virtual moment."""
        return await self._of.clock.now()

    async def advance(self, delta: timedelta) -> Journey:
        """Bring every case this much further. Raises `BadInput` for a step back, or one of more than ten years."""
        with self._lead.moving():
            return await self._travel(await self.reached(delta))

    async def reached(self, delta: timedelta) -> datetime:
        """The moment that such a step leads to. Raises as `advance`."""
        if not timedelta() < delta <= FARTHEST:
            raise BadInput(f"time: found {delta}; allowed a step ahead of at most {FARTHEST.days} days")
        return await self.now() + delta

    async def openings(self, until: datetime) -> int:
        """How many cases of invoices that fall due by then would open."""
        return sum(map(len, (await self._due(until, await self._of.store.unopened.waiting())).values()))

    async def to_next_event(self) -> Journey:
        """Bring every case to the next moment at which one of them does something; nowhere if none ever does."""
        with self._lead.moving():
            journey = Journey(await self.now(), 0)
            for _ in range(MOST_QUIET_MOMENTS):
                moment = await self.next_event()
                if moment is None or journey.acts:
                    break
                journey = await self._travel(max(moment, await self.now()))
            return journey

    async def next_event(self) -> datetime | None:
        """The next moment at which a case does something, None if none ever does.

        What waits for a policy is tried again whenever time moves, and is no moment to move it to.
        """
        until = await self.now() + AHEAD
        moments = await _each(
            await self._journeys(until, but=await self._of.store.unopened.waiting()), lambda one: one.next_event(until)
        )
        return min((at for at in moments if at is not None), default=None)

    async def _travel(self, target: datetime) -> Journey:
        began, before = now(), await self._acts()
        try:
            arrived = await _each(await self._journeys(target), lambda one: one.travel(target), self._arrived)
            for news in await self._of.sandbox.due_facts(target):  # of cases that have ended
                await tell_news(replace(self._of.case_service, clock=StandingClock(target)), self._of.sandbox, news)
        finally:
            # Those that arrived first have lived on since; so has everybody by this reckoning.
            self._lead.keep(target - began)
        acts = await self._acts() - before
        return Journey(await self.now(), sum(arrived), {kind: acts[kind] for kind in sorted(acts)})

    async def _journeys(self, until: datetime, *, but: frozenset[str] = frozenset()) -> list[CustomerJourney]:
        """Those of every customer; the case of an invoice of `but` is not opened on the way."""
        cases: dict[str, list[str]] = {}
        cursor: str | None = None
        while True:
            page = await self._of.store.cases.page(Which(is_open=True), cursor=cursor, limit=_PAGE)
            for case in page.rows:
                cases.setdefault(case.customer_id, []).append(case.invoice_id)
            cursor = page.next
            if cursor is None:
                break
        due = await self._due(until, but)
        return [
            CustomerJourney(self._of, self._clock, self._clocks, sorted(cases.get(name, [])), due.get(name, []))
            for name in sorted({*cases, *due})
        ]

    async def _due(self, until: datetime, but: frozenset[str]) -> dict[str, list[DueOpening]]:
        """The invoices that fall due by then, by customer: their cases open as the schedule would open them."""
        parties, present = self._of.store.parties, await self.now()
        zone = ZoneInfo(self._of.settings.creditor.timezone)
        lead = max((lead_days(policy) for policy in self._of.policies), default=0)
        found: dict[str, list[DueOpening]] = {}
        for invoice_id in await parties.due_for_opening(until.astimezone(zone).date(), lead_days=lead, limit=100_000):
            if invoice_id in but:
                continue
            view = await parties.invoice(invoice_id)
            opens_on = view.record.due_on + _DAY - timedelta(days=lead)
            at = max(present, datetime.combine(opens_on, time(), zone))
            if at <= until:
                found.setdefault(view.customer_id, []).append(DueOpening(at, invoice_id))
        return found

    async def _acts(self) -> Counter[str]:
        """How many turning points of each kind all journals hold."""
        same = journal_lines.c.kind, journal_lines.c.escalated
        rows = await self._of.store.database.read(
            lambda tx: tx.rows(select(*same, func.count().label("lines")).group_by(*same))
        )
        found = Counter[str]()
        for row in rows:
            if row["kind"] in SHOWN:
                found[name_of_act(row["kind"], escalated=row["escalated"])] += row["lines"]
        return found


def name_of_act(kind: str, *, escalated: bool) -> str:
    """How a turning point is counted: a question that is put once more is no new one."""
    return f"{kind}_asked_again" if escalated else kind


async def _each(
    journeys: list[CustomerJourney], do: Callable[[CustomerJourney], Awaitable[T]],
    done: Callable[[int, int], None] = lambda _done, _of: None,
) -> list[T]:  # fmt: skip
    """Do it for all, some at a time. What fails for one is raised when the others have come as far as they can.

    A server that goes away, or what fails for as many as travel at once, ends the journey of all. Raises
    `TemporalUnreachable` then, or what failed.
    """
    places = asyncio.Semaphore(AT_ONCE)
    results: list[T] = []
    failed: list[Exception] = []

    async def one(journey: CustomerJourney) -> None:
        async with places:
            try:
                results.append(await do(journey))
                done(len(results), len(journeys))
            except Exception as error:
                failed.append(error)
                if _is_gone(error) or len(failed) == AT_ONCE:
                    raise

    with suppress(ExceptionGroup):  # its first is the last that failed
        async with asyncio.TaskGroup() as group:
            for journey in journeys:
                group.create_task(one(journey))
    gone = next((error for error in failed if _is_gone(error)), None)
    if gone is not None:
        raise TemporalUnreachable(_GONE) from gone
    if failed:
        raise failed[0]
    return results


def _is_gone(error: Exception) -> bool:
    return isinstance(error, TemporalUnreachable) or (isinstance(error, RPCError) and error.status in _NO_ANSWER)
