"""News of Twilio, done once each: a message's fate becomes a fact of its notice, an opt-out one of its owner, and what
people write back one of their open cases.

Facts bear the moment at which their news came first: what breaks off half-way says the same again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

from adapters import clock
from adapters.storage.provider.events import Heading, ProviderEvents
from adapters.storage.provider.number_owners import NumberOwner, NumberOwners
from adapters.storage.provider.sent_notices import SentNotices
from adapters.twilio.news import MessageFate, News, OptIn, OptOut, Reply
from api.case_service import CaseService
from dunning.errors import Conflict, NotFound
from dunning.messages import Bounced, Contact, Delivered, OptedOut, Replied
from dunning.recipients import OWN

TWILIO: Final = "twilio"
Result = Literal["done", "known", "unknown"]
Act = Callable[[datetime], Awaitable[None]]
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
        self._owners = NumberOwners(case_service.store.database)
        self._events = ProviderEvents(case_service.store.database, TWILIO)

    async def handle(self, news: News) -> Result:
        """Do what they say, if nobody did; `unknown` where they are about nothing of ours. Raises `Busy`.

        What fails is forgotten, to be done whole when Twilio repeats it: every part of it is safe to do twice.
        """
        match news:
            case MessageFate():
                if not await self._is_ours(news.sid):
                    return "unknown"
                return await self._once(news.sid, news.state, lambda at: self._tell_fate(news, at))
            case OptOut():
                owners = await self._owners.texted(news.number)
                return await self._of(owners, news.sid, "opt-out", lambda at: self._opt_out(owners, at))
            case OptIn():
                owners = await self._owners.stopped(news.number)
                return await self._of(owners, news.sid, "opt-in", lambda at: self._opt_in(owners, news.number, at))
            case Reply():
                owners = await self._owners.of(news.number)
                return await self._of(owners, news.sid, "reply", lambda at: self._replied(owners, news.text, at))
            case _:
                assert_never(news)

    async def _is_ours(self, sid: str) -> bool:
        for _ in range(self._patience // _LOOK_EVERY):
            if await self._notices.is_known(sid, _SMS):
                return True
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        return await self._notices.is_known(sid, _SMS)

    async def _of(self, owners: tuple[NumberOwner, ...], sid: str, state: str, act: Act) -> Result:
        return await self._once(sid, state, act) if owners else "unknown"

    async def _once(self, sid: str, state: str, act: Act) -> Result:
        now = await self._case_service.clock.now()
        heading = Heading(f"{sid}:{state}", state, "message", sid, now)
        if not await self._claimed(heading):
            return "known"
        try:
            await act(await self._events.came_at(heading.id) or now)
        except BaseException:
            await self._events.release(heading.id, self._now())
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

    async def _tell_fate(self, news: MessageFate, at: datetime) -> None:
        if news.fate == "delivered":
            notice = await self._notices.arrived(news.sid, _SMS, at)
            if notice is not None:
                fact = Delivered(notice=notice.notice, channel=_SMS, at=at)
                await self._case_service.tell(notice.invoice_id, fact)
            return
        notice = await self._notices.came_back(news.sid, _SMS, at, hard=news.hard)
        if notice is not None:
            await self._case_service.tell(
                notice.invoice_id, Bounced(notice=notice.notice, channel=_SMS, hard=news.hard, at=at)
            )

    async def _opt_out(self, owners: tuple[NumberOwner, ...], at: datetime) -> None:
        """Of that number alone: the other channels, and other people of a customer, stay as they are."""
        for one in owners:
            fact = OptedOut(channel=_SMS, at=at) if one.contact == OWN else _silence(one, at)
            with suppress(NotFound):  # gone since
                await self._case_service.tell_customer(one.customer_id, fact)

    async def _opt_in(self, owners: tuple[NumberOwner, ...], number: str, at: datetime) -> None:
        """Only what STOP had closed: who wants no text messages for another reason, still gets none."""
        for one in owners:
            fact = Contact(at=at) if one.contact == OWN else _no_silence(one, at)
            with suppress(NotFound):  # gone since
                await self._case_service.tell_customer(one.customer_id, fact)
                if one.contact == OWN:
                    await self._owners.use_again(one.customer_id, number)

    async def _replied(self, owners: tuple[NumberOwner, ...], text: str, at: datetime) -> None:
        """Nobody can tell which case is meant: each that is open waits for a person who reads it (M5)."""
        for customer_id in dict.fromkeys(one.customer_id for one in owners):
            for invoice_id in await self._case_service.store.cases.answered(customer_id, _SMS):
                await self._case_service.tell(invoice_id, Replied(text=text, at=at))


def _silence(owner: NumberOwner, at: datetime) -> Contact:
    return Contact(contact=owner.contact, opted_out=(*owner.silent, _SMS), at=at)


def _no_silence(owner: NumberOwner, at: datetime) -> Contact:
    return Contact(contact=owner.contact, opted_out=tuple(one for one in owner.silent if one != _SMS), at=at)
