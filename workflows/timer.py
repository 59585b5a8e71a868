"""The one timer of a case, for its next moment; setting it for the same moment again leaves it running."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

SHORTEST = timedelta(milliseconds=1)


class Timer:
    """The timer of a workflow. Re-arming it on every message would cost two events each time."""

    def __init__(self) -> None:
        """No timer runs."""
        self._due: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def set(self, due: datetime, now: datetime, why: str) -> None:
        """Fire at `due`; both moments are by the same clock. `why` is shown in the Temporal UI."""
        if self._due == due and not self.fired:
            return
        self.cancel()
        self._due = due
        self._timer = asyncio.create_task(workflow.sleep(max(due - now, SHORTEST), summary=why))

    def cancel(self) -> None:
        """Fire no more."""
        if self._timer is not None and not self._timer.done():
            self._timer.cancel()
        self._due = self._timer = None

    @property
    def fired(self) -> bool:
        """The moment has come."""
        return self._timer is not None and self._timer.done()
