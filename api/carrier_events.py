"""News of carriers, done once each: claimed under a name, and done whole when they come again after they broke off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Literal

from adapters import clock
from adapters.storage.provider.events import Heading, ProviderEvents
from api.case_service import CaseService
from dunning.errors import Conflict

Result = Literal["done", "known", "unknown"]
Act = Callable[[datetime], Awaitable[None]]
PATIENCE: Final = timedelta(seconds=3)
LOOK_EVERY: Final = timedelta(milliseconds=100)


class Busy(Conflict):
    """The same news is just being handled; it should come again later."""


class CarrierEvents:
    """The news of one carrier."""

    def __init__(
        self,
        case_service: CaseService,
        carrier: str,
        patience: timedelta = PATIENCE,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`patience` is how long news wait for those that are under way, and for what they are about: a carrier may be
        faster than our own record of a message. `now` times the handling itself.
        """
        self._case_service, self._patience, self._now = case_service, patience, now
        self._events = ProviderEvents(case_service.store.database, carrier)

    async def once(self, message: str, state: str, act: Act) -> Result:
        """Do what one state of a message means, if nobody did. Raises `Busy`.

        `act` is given the moment at which the news came first. What fails is released, to be done whole when the
        carrier repeats it: every part of it is safe to do twice, and its facts bear the same moment.
        """
        now = await self._case_service.clock.now()
        heading = Heading(f"{message}:{state}", state, "message", message, now)
        if not await self._claimed(heading):
            return "known"
        try:
            await act(await self._events.came_at(heading.id) or now)
        except BaseException:
            await self._events.release(heading.id, self._now())
            raise
        await self._events.mark_done(heading.id, self._now())
        return "done"

    async def waited_for(self, is_known: Callable[[], Awaitable[bool]]) -> bool:
        """Whether something is known, now or in a moment."""
        for _ in range(self._patience // LOOK_EVERY):
            if await is_known():
                return True
            await asyncio.sleep(LOOK_EVERY.total_seconds())
        return await is_known()

    async def _claimed(self, heading: Heading) -> bool:
        """Whether it is ours to do; not, where it was done."""
        for _ in range(self._patience // LOOK_EVERY + 1):
            claim = await self._events.claim(heading, self._now())
            if claim != "busy":
                return claim == "mine"
            await asyncio.sleep(LOOK_EVERY.total_seconds())
        raise Busy(f"message {heading.object_id}: found its news under way; allowed to send them again later")
