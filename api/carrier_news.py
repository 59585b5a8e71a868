"""What a carrier tells of our messages, done once each: a message's fate becomes a fact of its notice (N4, M5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Literal

from adapters import clock
from adapters.storage.provider.events import Heading, ProviderEvents
from adapters.storage.provider.sent_notices import SentNotices
from api.case_service import CaseService
from dunning.errors import Conflict
from dunning.messages import Bounced, Delivered
from dunning.records import Channel

Result = Literal["done", "known", "unknown"]
PATIENCE: Final = timedelta(seconds=3)
_LOOK_EVERY: Final = timedelta(milliseconds=100)


class BusyNews(Conflict):
    """The same news is just being handled; it should come again later."""


class CarrierNews:
    """Does what one carrier tells of the messages of one channel."""

    def __init__(
        self,
        case_service: CaseService,
        carrier: str,
        channel: Channel,
        *,
        patience: timedelta = PATIENCE,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`patience` is how long news wait for what they are about: a carrier may be faster than our own record of it.

        `now` times the handling itself.
        """
        self._case_service, self._channel, self._patience, self._now = case_service, channel, patience, now
        self._notices = SentNotices(case_service.store.database)
        self._events = ProviderEvents(case_service.store.database, carrier)

    async def tell_fate(self, message_id: str, state: str, *, arrived: bool, hard: bool = False) -> Result:
        """A message arrived, or came back; `state` is the carrier's word for it. Raises `BusyNews`.

        `unknown` where it is none of ours. What fails is forgotten, to be done whole when the carrier repeats it: every
        part of it is safe to do twice.
        """
        if not await self._is_ours(message_id):
            return "unknown"
        return await self.once(message_id, state, lambda: self._told(message_id, arrived=arrived, hard=hard))

    async def once(self, message_id: str, state: str, act: Callable[[], Awaitable[None]]) -> Result:
        """Do it, if nobody did. Raises `BusyNews`."""
        heading = Heading(f"{message_id}:{state}", state, "message", message_id, self._now())
        if not await self._claimed(heading):
            return "known"
        try:
            await act()
        except BaseException:
            await self._events.forget(heading.id)
            raise
        await self._events.mark_done(heading.id, self._now())
        return "done"

    async def _is_ours(self, message_id: str) -> bool:
        for _ in range(self._patience // _LOOK_EVERY):
            if await self._notices.is_known(message_id, self._channel):
                return True
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        return await self._notices.is_known(message_id, self._channel)

    async def _claimed(self, heading: Heading) -> bool:
        """Whether it is ours to do; not, where it was done."""
        for _ in range(self._patience // _LOOK_EVERY + 1):
            claim = await self._events.claim(heading, self._now())
            if claim != "busy":
                return claim == "mine"
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        raise BusyNews(f"message {heading.object_id}: found its news under way; allowed to send them again later")

    async def _told(self, message_id: str, *, arrived: bool, hard: bool) -> None:
        at = await self._case_service.clock.now()
        if arrived:
            notice = await self._notices.arrived(message_id, self._channel, at)
            if notice is not None:
                fact = Delivered(notice=notice.notice, channel=self._channel)
                await self._case_service.tell(notice.invoice_id, fact)
            return
        notice = await self._notices.came_back(message_id, self._channel, at, hard=hard)
        if notice is not None:
            back = Bounced(notice=notice.notice, channel=self._channel, hard=hard)
            await self._case_service.tell(notice.invoice_id, back)
