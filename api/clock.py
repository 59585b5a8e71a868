"""What time it is for the cases: the wall clock, or in a demonstration the virtual time that all of them share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Reads the time that counts."""

    async def now(self) -> datetime:
        """The present moment, aware. Messages that reach us are stamped with it."""

    async def ahead(self) -> timedelta:
        """How far it is ahead of the server's clock, which a case that starts now would read; nought on real time."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What came of moving time: the moment reached, how many cases moved, and what they did, as kind and number."""

    now: datetime
    cases: int
    acts: dict[str, int] = field(default_factory=dict)


class TimeMachine(Protocol):
    """Moves the time of every open case, on a server that allows it."""

    async def now(self) -> datetime:
        """The virtual moment at which the cases stand."""

    async def advance(self, delta: timedelta) -> Journey:
        """Bring every open case this much further; all that falls due on the way happens."""

    async def to_next_event(self) -> Journey:
        """Bring every open case to the next moment at which one of them acts."""
