"""The clock of a case: the server's time, shifted for stories and demos, and the timer for the case's next moment.

A story is told in virtual time, to the minute. Its cases act some seconds (`settle`) after each moment, so that all its
facts come before its acts (T3). Outside stories and demos shift and delay are nought.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from dunning.effects import Wait
    from dunning.session import CaseSession
    from workflows.contract import CaseInput
    from workflows.incoming import said_at
    from workflows.timer import Timer

CLOCK = "clock"  # the signal that moves a story's clock


class CaseClock:
    """Tells the case's moment, wakes it at the next one, and takes facts at their own."""

    def __init__(self, start: CaseInput, session: CaseSession) -> None:
        """`start` says the shift, the delay and how far wake-ups are spread; `session` keeps the case."""
        self._session = session
        self.shift = start.clock
        self._settle, self._spread = start.settle, start.spread
        self._spread_by = crc32(start.invoice_id.encode()) % 1000
        self._timer = Timer()
        self._told_at: datetime | None = None
        self._until: datetime | None = None

    def now(self) -> datetime:
        """The case's moment, behind the server's by what its acts are delayed; never before what the case knows.

        In a story it is a whole minute, or the moment that was waited for: how long an act takes changes nothing.
        """
        now = self._actual() - self._settle
        if self._settle:
            waited_for = self._until if self._until is not None and self._until <= now else None
            now = max(filter(None, (_to_the_minute(now), waited_for)))
        return max(now, self._session.case.now) if self._session.is_open else now

    def moment(self, body: dict[str, Any]) -> datetime:
        """When a message is taken; in a story to the minute, and not before the moment that it names itself."""
        now, said = self.now(), said_at(body)
        return now if said is None or not self._settle else max(now, said)

    def opens(self) -> datetime:
        """The moment of the opening; in a story more facts of it may be to come, and are taken before the case acts."""
        self.told()
        return _to_the_minute(self._actual()) if self._settle else self._actual()

    def told(self) -> None:
        """Something was told just now."""
        self._told_at = workflow.now()

    def moved(self, name: str, body: dict[str, Any]) -> bool:
        """Whether this is the signal that moves a story's clock, which has then moved."""
        if name != CLOCK or not self._settle:
            return False
        self.shift += timedelta(seconds=float(body["ahead_seconds"]))
        self._timer.cancel()  # it would fire by the old clock
        return True

    async def quiet(self) -> None:
        """In a story, wait until all facts of a moment have come."""
        while self._told_at is not None and self._settle:
            left = self._told_at + self._settle - workflow.now()
            if left <= timedelta():
                break
            await workflow.sleep(left, summary="facts of one moment come first")

    def set(self, wait: Wait) -> None:
        """Wake the case at the end of this wait; without one, not before something is told."""
        self._until = wait.until
        if wait.until is None:
            self._timer.cancel()
        else:
            self._timer.set(wait.until + self._settle + self._jitter(wait.until), self._actual(), wait.why)

    def stop(self) -> None:
        """Wake the case no more: another run goes on."""
        self._timer.cancel()

    @property
    def struck(self) -> bool:
        """Whether the moment that was set has come."""
        return self._timer.fired

    def _actual(self) -> datetime:
        return workflow.now() + self.shift

    def _jitter(self, until: datetime) -> timedelta:
        """Cases that are due at one moment spread over a while, each by its own id; a near moment is kept."""
        if not self._spread or until - self._actual() < self._spread:
            return timedelta()
        return self._spread * self._spread_by / 1000


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
