"""An event of Stripe, done: each once, one object's events in turn, and the newer of two of its states wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

from adapters import clock
from adapters.storage.provider_events import Claim, Heading, ProviderEvents
from adapters.stripe.events import FINAL
from adapters.stripe.sayings import (
    CustomerIs,
    Demanded,
    GivenUp,
    MethodGone,
    MethodIs,
    MoneyMoved,
    NotPaid,
    Overdue,
    Paid,
    Said,
    Saying,
    Settled,
    Underway,
    Voided,
)
from api.desk import Desk
from api.from_stripe.billing import Billing, BillingAccount, Busy
from api.from_stripe.money import STRIPE, Money
from api.from_stripe.parties import Parties
from dunning.errors import NotFound

Result = Literal["done", "known", "ignored"]
_LOOK_EVERY: Final = timedelta(milliseconds=100)


class StripeNews:
    """Hears events that have been read."""

    def __init__(
        self,
        desk: Desk,
        account: BillingAccount | None = None,
        *,
        patience: timedelta = timedelta(seconds=5),
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`patience` is how long an event waits for another one of its object; `now` times the handling itself."""
        self._desk, self._patience, self._now = desk, patience, now
        self._events = ProviderEvents(desk.store.database, STRIPE)
        self._money, self._parties = Money(desk), Parties(desk)
        self._billing = Billing(desk, self._money, self._parties, account)

    async def hear(self, said: Said) -> Result:
        """Do what the event says, if nobody did; `ignored` where it says nothing. Raises `Busy`.

        One that fails is forgotten, to be done whole when Stripe repeats it: every part of it is safe to do twice.
        """
        if not said.what:
            return "ignored"
        heading = Heading(said.event, said.type, said.object_type, said.object_id, said.created)
        if await self._claimed(heading) == "done":
            return "known"
        try:
            await self._all(said, await self._events.newer(heading))
        except BaseException:
            await self._events.forget(said.event)
            raise
        await self._events.done(said.event, self._now())
        return "done"

    async def _claimed(self, heading: Heading) -> Claim:
        for _ in range(self._patience // _LOOK_EVERY + 1):
            claim = await self._events.claim(heading, self._now())
            if claim != "busy":
                return claim
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        raise Busy(f"event {heading.id}: found another one of its object under way; allowed to send it again later")

    async def _all(self, said: Said, newer: frozenset[str]) -> None:
        for saying in said.what:
            if (saying.state and newer) or (isinstance(saying, Overdue) and newer & FINAL):
                continue
            with suppress(NotFound):  # an invoice or a customer that is none of ours
                await self._do(saying, said)

    async def _do(self, saying: Saying, said: Said) -> None:  # noqa: C901, PLR0912 - one row for each kind
        at = await self._desk.clock.now()
        match saying:
            case Overdue():
                await self._billing.overdue(saying, said.created, at)
            case Demanded():
                await self._billing.demanded(saying)
            case Voided():
                await self._billing.voided(saying, said.event)
            case GivenUp():
                await self._billing.given_up(saying, said.event, at)
            case Paid(by_invoice=True):
                await self._billing.paid(saying, at)
            case Paid():
                await self._billing.charged(saying, at)
            case Settled():
                await self._billing.settled(saying, at)
            case Underway():
                await self._money.under_way(saying)
            case NotPaid():
                await self._money.not_paid(saying)
            case MoneyMoved():
                await self._money.moved(saying, said.event, at)
            case CustomerIs():
                await self._parties.customer(saying)
            case MethodIs():
                await self._parties.method(saying)
            case MethodGone():
                await self._parties.method_gone(saying)
            case _:
                assert_never(saying)
