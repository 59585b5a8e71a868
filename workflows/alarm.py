"""One timer for the next moment of a case; setting it for the same moment again leaves it running."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

SHORTEST = timedelta(milliseconds=1)


class Alarm:
    """The timer of a workflow. Re-arming it on every message would cost two events each time."""

    def __init__(self) -> None:
        """No timer runs."""
        self._due: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def set(self, due: datetime, now: datetime, why: str) -> None:
        """Ring at `due`; both moments are by the same clock. `why` is shown in the Temporal UI."""
        if self._due == due and not self.rang:
            return
        self.drop()
        self._due = due
        self._timer = asyncio.create_task(workflow.sleep(max(due - now, SHORTEST), summary=why))

    def drop(self) -> None:
        """Ring no more."""
        if self._timer is not None and not self._timer.done():
            self._timer.cancel()
        self._due = self._timer = None

    @property
    def rang(self) -> bool:
        """The moment has come."""
        return self._timer is not None and self._timer.done()
