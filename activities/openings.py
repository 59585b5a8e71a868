"""Opens the cases of invoices that fall due: finds a batch in the store, starts their workflows."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final, Protocol

from temporalio import activity

from activities.options import OPEN_DUE_CASES, Batch

BATCH: Final = 200
AT_A_TIME: Final = 25  # more starts in flight make no server faster


class DueInvoices(Protocol):
    """Where invoices are found whose case is to be opened."""

    async def due_for_opening(self, at: datetime, after: str | None, limit: int) -> tuple[str, ...]:
        """Invoices without a case that are due at this moment, or have a step before they are, by id behind `after`."""


class CaseStarter(Protocol):
    """What starts the workflow of a case; a case that runs already is left alone (O1)."""

    async def start(self, invoice_id: str) -> None:
        """Start it."""


class Openings:
    """The activity of the schedule. A repeat opens what the try before it left."""

    def __init__(self, due: DueInvoices, starter: CaseStarter) -> None:
        """Starting a case twice is harmless, so nothing needs to be remembered."""
        self._due, self._starter = due, starter

    @activity.defn(name=OPEN_DUE_CASES.name)
    async def open_due_cases(self, at: datetime, after: str | None) -> Batch:
        """Open the next batch; its last invoice, None when there is no more."""
        invoices = await self._due.due_for_opening(at, after, BATCH)
        places = asyncio.Semaphore(AT_A_TIME)

        async def start(invoice_id: str) -> None:
            async with places:
                await self._starter.start(invoice_id)

        await asyncio.gather(*map(start, invoices))
        return Batch(len(invoices), invoices[-1] if len(invoices) == BATCH else None)
