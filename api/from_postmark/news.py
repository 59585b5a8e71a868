"""News of Postmark, done once each: a message's fate becomes a fact of its notice, what its reader wants one of theirs.

Facts bear the moment at which their news came first: what breaks off half-way says the same again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, assert_never

from adapters import clock
from adapters.postmark.news import MailFate
from adapters.storage.provider.mail_recipients import EMAIL, MailRecipient, MailRecipients
from adapters.storage.provider.sent_notices import SentNotices
from api.carrier_events import CarrierEvents, Result
from api.case_service import CaseService
from api.from_mail.opt_out import AddressCloser
from dunning.messages import Bounced, Delivered

POSTMARK: Final = "postmark"


class PostmarkNews:
    """Handles news that have been read."""

    def __init__(
        self,
        case_service: CaseService,
        *,
        patience: timedelta = timedelta(seconds=3),
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`patience` and `now` are those of `CarrierEvents`."""
        self._case_service = case_service
        database = case_service.store.database
        self._notices, self._recipients = SentNotices(database), MailRecipients(database)
        self._closer = AddressCloser(case_service)
        self._events = CarrierEvents(case_service, POSTMARK, patience, now)

    async def handle(self, news: MailFate) -> Result:
        """Do what they say, if nobody did; `unknown` where they are about nothing of ours. Raises `Busy`."""
        if not await self._events.waited_for(lambda: self._notices.is_known(news.message, EMAIL)):
            return "unknown"
        return await self._events.once(news.message, news.state, lambda at: self._tell(news, at))

    async def _tell(self, news: MailFate, at: datetime) -> None:
        recipient = await self._recipients.of(news.message)
        if recipient is None:  # its customer is gone
            return
        match news.fate:
            case "delivered":
                await self._arrived(news, recipient, at)
            case "bounced":
                await self._came_back(news, recipient, at)
            case "complained":
                await self._closer.close(recipient, at, complained=True)
            case "opted_out":
                await self._closer.close(recipient, at)
            case _:
                assert_never(news.fate)

    async def _arrived(self, news: MailFate, recipient: MailRecipient, at: datetime) -> None:
        notice = await self._notices.arrived(news.message, EMAIL, at)
        if notice is not None and recipient.delivered_at in {None, at}:
            fact = Delivered(notice=notice.notice, channel=EMAIL, at=at)
            await self._case_service.tell(notice.invoice_id, fact)

    async def _came_back(self, news: MailFate, recipient: MailRecipient, at: datetime) -> None:
        """A message comes back once; a hard bounce after a soft one only closes its address."""
        notice = await self._notices.came_back(news.message, EMAIL, at, hard=news.hard)
        if notice is not None and recipient.bounced_at in {None, at}:
            fact = Bounced(notice=notice.notice, channel=EMAIL, hard=news.hard, at=at)
            await self._case_service.tell(notice.invoice_id, fact)
