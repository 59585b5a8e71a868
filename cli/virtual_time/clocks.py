"""What time it is for the cases: the wall clock, or the virtual time that all processes of one installation share."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from adapters.clock import now
from adapters.settings import Settings
from dunning.errors import Conflict
from worker.file_lock import FileInUse, FileLock

NOTE: Final = "clock.json"


class WallClock:
    """Real time."""

    async def now(self) -> datetime:
        """The present moment."""
        return now()

    async def ahead(self) -> timedelta:
        """Nought."""
        return timedelta()


class SharedLead:
    """How far virtual time is ahead of real time, kept in a file, so that it survives a stop; it never goes back."""

    def __init__(self, folder: Path) -> None:
        """The folder must be there; a folder without the file is at real time."""
        self._path = folder / NOTE

    def read(self) -> timedelta:
        """The lead."""
        try:
            return timedelta(seconds=float(json.loads(self._path.read_text(encoding="ascii"))["ahead_seconds"]))
        except FileNotFoundError:
            return timedelta()

    def keep(self, lead: timedelta) -> None:
        """Note a new lead, unless a longer one is noted already."""
        if lead > self.read():
            self._write(lead)

    def begin(self, lead: timedelta) -> None:
        """Note where virtual time begins, be it in the past, unless it began already."""
        if not self._path.exists():
            self._write(lead)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """The right to move time, for one at a time. Raises `Conflict` while another process has it."""
        try:
            lock = FileLock(self._path)
        except FileInUse:
            raise Conflict("time: found another process that moves it; allowed one at a time, so try again") from None
        with lock:
            yield

    def _write(self, lead: timedelta) -> None:
        fresh = self._path.with_name(f"{NOTE}.{os.getpid()}")
        fresh.write_text(json.dumps({"ahead_seconds": lead.total_seconds()}), encoding="ascii")
        fresh.replace(self._path)


class VirtualClock:
    """Virtual time: the wall clock and the lead."""

    def __init__(self, lead: SharedLead) -> None:
        """`lead` is that of the installation."""
        self._lead = lead

    async def now(self) -> datetime:
        """The present virtual moment."""
        return now() + self._lead.read()

    async def ahead(self) -> timedelta:
        """The lead."""
        return self._lead.read()


def clock_of(settings: Settings) -> WallClock | VirtualClock:
    """The clock of an installation, for who needs nothing else of it."""
    return VirtualClock(SharedLead(settings.data)) if settings.virtual_time else WallClock()


@dataclass(frozen=True, slots=True)
class StandingClock:
    """A moment on the way, at which something is told while time is being moved."""

    at: datetime

    async def now(self) -> datetime:
        """That moment."""
        return self.at

    async def ahead(self) -> timedelta:
        """How far it is ahead of the wall clock."""
        return self.at - now()
