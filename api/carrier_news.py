"""What a carrier tells of our messages: each one's fate becomes a fact of its notice, once (N4, M5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters import clock
from adapters.storage.provider.sent_notices import SentNotices
from api.carrier_events import PATIENCE, CarrierEvents, Result
from api.case_service import CaseService
from dunning.messages import Bounced, Delivered
from dunning.records import Channel


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
        """`patience` and `now` are those of `CarrierEvents`."""
        self.events = CarrierEvents(case_service, carrier, patience, now)
        self._case_service, self._channel = case_service, channel
        self._notices = SentNotices(case_service.store.database)

    async def tell_fate(self, message_id: str, state: str, *, arrived: bool, hard: bool = False) -> Result:
        """A message arrived, or came back; `state` is the carrier's word for it. Raises `Busy`.

        `unknown` where it is none of ours.
        """
        if not await self.events.waited_for(lambda: self._notices.is_known(message_id, self._channel)):
            return "unknown"
        if arrived:
            return await self.events.once(message_id, state, lambda at: self._arrived(message_id, at))
        return await self.events.once(message_id, state, lambda at: self._came_back(message_id, at, hard=hard))

    async def _arrived(self, message_id: str, at: datetime) -> None:
        notice = await self._notices.arrived(message_id, self._channel, at)
        if notice is not None:
            fact = Delivered(notice=notice.notice, channel=self._channel, at=at)
            await self._case_service.tell(notice.invoice_id, fact)

    async def _came_back(self, message_id: str, at: datetime, *, hard: bool) -> None:
        notice = await self._notices.came_back(message_id, self._channel, at, hard=hard)
        if notice is not None:
            fact = Bounced(notice=notice.notice, channel=self._channel, hard=hard, at=at)
            await self._case_service.tell(notice.invoice_id, fact)
