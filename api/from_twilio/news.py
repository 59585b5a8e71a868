"""News of Twilio, done once each: a message's fate becomes a fact of its notice, an opt-out one of its owner."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

from adapters import clock
from adapters.storage.lists.sent_notices import SentNotice, SentNotices
from adapters.storage.provider.events import Heading, ProviderEvents
from adapters.twilio.news import MessageFate, News, OptOut
from api.case_service import CaseService
from dunning.errors import Conflict, NotFound
from dunning.messages import Bounced, Contact, Delivered

TWILIO: Final = "twilio"
Result = Literal["done", "known", "unknown"]
_SMS: Final = "sms"
_LOOK_EVERY: Final = timedelta(milliseconds=100)


class Busy(Conflict):
    """The same news is just being handled; it should come again later."""


class TwilioNews:
    """Handles news that have been read."""

    def __init__(
        self,
        case_service: CaseService,
        *,
        patience: timedelta = timedelta(seconds=3),
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`patience` is how long news wait for what they are about: Twilio may be faster than our own record of a sid.

        `now` times the handling itself.
        """
        self._case_service, self._patience, self._now = case_service, patience, now
        self._notices = SentNotices(case_service.store.database)
        self._events = ProviderEvents(case_service.store.database, TWILIO)

    async def handle(self, news: News) -> Result:
        """Do what they say, if nobody did; `unknown` where they are about nothing of ours. Raises `Busy`.

        What fails is forgotten, to be done whole when Twilio repeats it: every part of it is safe to do twice.
        """
        match news:
            case MessageFate():
                notice = await self._waited_for(news.sid)
                if notice is None:
                    return "unknown"
                return await self._once(news.sid, news.state, lambda: self._tell_fate(news, notice))
            case OptOut():
                owners = await self._notices.customers_with(news.number)
                if not owners:
                    return "unknown"
                return await self._once(news.sid, "opt-out", lambda: self._opt_out(owners))
            case _:
                assert_never(news)

    async def _waited_for(self, sid: str) -> SentNotice | None:
        for _ in range(self._patience // _LOOK_EVERY):
            found = await self._notices.taken_as(sid, _SMS)
            if found is not None:
                return found
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        return await self._notices.taken_as(sid, _SMS)

    async def _once(self, sid: str, state: str, act: Callable[[], Awaitable[None]]) -> Result:
        heading = Heading(f"{sid}:{state}", state, "message", sid, self._now())
        if not await self._claimed(heading):
            return "known"
        try:
            await act()
        except BaseException:
            await self._events.forget(heading.id)
            raise
        await self._events.mark_done(heading.id, self._now())
        return "done"

    async def _claimed(self, heading: Heading) -> bool:
        """Whether it is ours to do; not, where it was done."""
        for _ in range(self._patience // _LOOK_EVERY + 1):
            claim = await self._events.claim(heading, self._now())
            if claim != "busy":
                return claim == "mine"
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        raise Busy(f"message {heading.object_id}: found its news under way; allowed to send them again later")

    async def _tell_fate(self, news: MessageFate, notice: SentNotice) -> None:
        kind = Delivered if news.fate == "delivered" else Bounced
        await self._case_service.tell(notice.invoice_id, kind(notice=notice.notice, channel=_SMS))

    async def _opt_out(self, owners: tuple[str, ...]) -> None:
        """The other channels of a customer stay as they are."""
        for customer_id in owners:
            with suppress(NotFound):  # gone since
                known = await self._case_service.store.parties.customer(customer_id)
                if _SMS not in known.opted_out:
                    await self._case_service.tell_customer(customer_id, Contact(opted_out=(*known.opted_out, _SMS)))
