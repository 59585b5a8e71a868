"""News of Twilio, done once each: a message's fate becomes a fact of its notice, an opt-out one of its owner, and what
people write back one of their open cases.

Facts bear the moment at which their news came first: what breaks off half-way says the same again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, assert_never

from adapters import clock
from adapters.storage.provider.number_owners import NumberOwner, NumberOwners
from adapters.twilio.news import MessageFate, News, OptIn, OptOut, Reply
from api.carrier_events import PATIENCE, Act, Result
from api.carrier_news import CarrierNews
from api.case_service import CaseService
from dunning.errors import NotFound
from dunning.messages import Contact, OptedOut, Replied
from dunning.recipients import OWN

TWILIO: Final = "twilio"
_SMS: Final = "sms"


class TwilioNews:
    """Handles news that have been read."""

    def __init__(
        self,
        case_service: CaseService,
        *,
        patience: timedelta = PATIENCE,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`patience` and `now` are those of `CarrierEvents`."""
        self._case_service = case_service
        self._messages = CarrierNews(case_service, TWILIO, _SMS, patience=patience, now=now)
        self._owners = NumberOwners(case_service.store.database)

    async def handle(self, news: News) -> Result:
        """Do what they say, if nobody did; `unknown` where they are about nothing of ours. Raises `Busy`."""
        match news:
            case MessageFate():
                arrived = news.fate == "delivered"
                return await self._messages.tell_fate(news.sid, news.state, arrived=arrived, hard=news.hard)
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

    async def _of(self, owners: tuple[NumberOwner, ...], sid: str, state: str, act: Act) -> Result:
        return await self._messages.events.once(sid, state, act) if owners else "unknown"

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
