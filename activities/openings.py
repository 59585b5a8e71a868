"""Opens the cases of invoices that fall due: finds a batch in the store, starts their workflows.

One that cannot be opened holds up no other, and is put before a person: at once where no policy takes it (O2), and
where its case did not come to be after some tries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from temporalio import activity

from activities.options import FOR_GOOD, OPEN_DUE_CASES, Batch
from dunning.errors import Refused

BATCH: Final = 200
AT_A_TIME: Final = 25  # more starts in flight make no server faster
MOST_TRIES: Final = 3  # then a person is asked
AGAIN_AFTER: Final = timedelta(days=1)  # and it is tried once a day
UNKNOWN: Final = "its workflow tells more"

Begun = Literal["started", "failed", "left"]


class EarlierTries(Protocol):
    """How often the opening of a case was begun, and when it last was."""

    @property
    def times(self) -> int:
        """How often."""

    @property
    def last(self) -> datetime | None:
        """When last."""


class DueInvoices(Protocol):
    """Where invoices are found whose case is to be opened, and where is kept what became of that."""

    async def due_for_opening(self, at: datetime, after: str | None, limit: int) -> tuple[str, ...]:
        """Invoices without a case that are due at this moment, or have a step before they are, by id behind `after`."""

    async def tries(self, invoices: Sequence[str]) -> Mapping[str, EarlierTries]:
        """What was tried before for each of these."""

    async def tried(self, invoices: Sequence[str], at: datetime) -> None:
        """The opening of these was begun at this moment."""

    async def ask(self, invoice_id: str, kind: Literal["no-policy", "not-opened"], why: str, at: datetime) -> None:
        """Put it before a person that the invoice has no case."""

    async def close_answered(self, at: datetime) -> None:
        """Close what needs no answer any more."""


class CaseStarter(Protocol):
    """What starts the workflow of a case; a case that runs already is left alone (O1)."""

    async def start(self, invoice_id: str) -> None:
        """Start it. Raises `Refused` where no policy takes the invoice, `FOR_GOOD` for what is wrong with it.

        Anything else says that no case can be started now.
        """

    async def failure(self, invoice_id: str) -> str | None:
        """Why the case did not open, as far as its newest workflow tells; nothing personal."""


class Openings:
    """The activity of the schedule. A repeat opens what the try before it left."""

    def __init__(self, due: DueInvoices, starter: CaseStarter) -> None:
        """Starting a case twice is harmless, and a try counts once for its moment."""
        self._due, self._starter = due, starter

    @activity.defn(name=OPEN_DUE_CASES.name)
    async def open_due_cases(self, at: datetime, after: str | None) -> Batch:
        """Open the next batch; its last invoice, None when there is no more."""
        if after is None:
            await self._due.close_answered(at)
        invoices = await self._due.due_for_opening(at, after, BATCH)
        earlier = await self._due.tries(invoices)
        places = asyncio.Semaphore(AT_A_TIME)

        async def begin(invoice_id: str) -> Begun:
            async with places:
                return await self._begin(invoice_id, earlier[invoice_id], at)

        begun = dict(zip(invoices, await asyncio.gather(*map(begin, invoices)), strict=True))
        await self._due.tried([one for one, what in begun.items() if what != "left"], at)
        opened = sum(what == "started" for what in begun.values())
        return Batch(opened, invoices[-1] if len(invoices) == BATCH else None)

    async def _begin(self, invoice_id: str, earlier: EarlierTries, at: datetime) -> Begun:
        """Start one, or say why not."""
        if earlier.times >= MOST_TRIES:
            why = await self._starter.failure(invoice_id)
            if why is not None or earlier.times == MOST_TRIES:
                await self._due.ask(invoice_id, "not-opened", _told(earlier.times, why or UNKNOWN), at)
            if earlier.times > MOST_TRIES and earlier.last is not None and at - earlier.last < AGAIN_AFTER:
                return "left"
        try:
            await self._starter.start(invoice_id)
        except Refused as refused:
            await self._due.ask(invoice_id, "no-policy", refused.reason, at)
            return "left"
        except FOR_GOOD as error:
            if earlier.times >= MOST_TRIES:
                await self._due.ask(invoice_id, "not-opened", _told(earlier.times + 1, str(error)), at)
            return "failed"
        return "started"


def _told(times: int, why: str) -> str:
    return f"begun {times} times: {why}"
