"""News of Twilio, done once each: a message's fate becomes a fact of its notice, an opt-out one of its owner."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, assert_never

from adapters import clock
from adapters.storage.provider.number_owners import NumberOwner, NumberOwners
from adapters.twilio.news import MessageFate, News, OptOut
from api.carrier_news import PATIENCE, CarrierNews, Result
from api.case_service import CaseService
from dunning.errors import NotFound
from dunning.messages import Contact, OptedOut
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
        """`patience` is how long news wait for what they are about; `now` times the handling itself."""
        self._case_service = case_service
        self._messages = CarrierNews(case_service, TWILIO, _SMS, patience=patience, now=now)
        self._owners = NumberOwners(case_service.store.database)

    async def handle(self, news: News) -> Result:
        """Do what they say, if nobody did; `unknown` where they are about nothing of ours. Raises `BusyNews`."""
        match news:
            case MessageFate():
                arrived = news.fate == "delivered"
                return await self._messages.tell_fate(news.sid, news.state, arrived=arrived, hard=news.hard)
            case OptOut():
                owners = await self._owners.of(news.number)
                if not owners:
                    return "unknown"
                return await self._messages.once(news.sid, "opt-out", lambda: self._opt_out(owners))
            case _:
                assert_never(news)

    async def _opt_out(self, owners: tuple[NumberOwner, ...]) -> None:
        """Of that number alone: the other channels, and other people of a customer, stay as they are."""
        for one in owners:
            fact = OptedOut(channel=_SMS) if one.contact == OWN else _silence(one)
            with suppress(NotFound):  # gone since
                await self._case_service.tell_customer(one.customer_id, fact)


def _silence(owner: NumberOwner) -> Contact:
    return Contact(contact=owner.contact, opted_out=(*owner.silent, _SMS))
