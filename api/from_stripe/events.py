"""An event of Stripe, done: each once, one object's events in turn, and the newer of two of its states wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

import structlog

from adapters import clock
from adapters.storage.provider.events import Claim, Heading, ProviderEvents
from adapters.storage.provider.foreign_events import ForeignEvent, ForeignEvents
from adapters.stripe.event_meanings import (
    CustomerIs,
    Demanded,
    GivenUp,
    InvoiceOverdue,
    Meaning,
    MethodGone,
    MethodIs,
    MoneyMoved,
    NotPaid,
    ParsedEvent,
    PaymentMade,
    PaymentProcessing,
    Refunded,
    Settled,
    Voided,
)
from adapters.stripe.events import FINAL
from adapters.stripe.origin import EITHER, StripeOrigin
from api.case_service import CaseService
from api.from_stripe.customers import StripeCustomers
from api.from_stripe.invoices import BillingAccount, Busy, StripeInvoices
from api.from_stripe.payments import STRIPE, StripePayments
from dunning.errors import Conflict, NotFound

Result = Literal["done", "known", "ignored"]
_INVOICE: Final = "invoice"
_LOOK_EVERY: Final = timedelta(milliseconds=100)
_LOG: Final = structlog.get_logger("dunning.stripe")


class StripeEventHandler:
    """Handles events that have been read."""

    def __init__(
        self,
        case_service: CaseService,
        account: BillingAccount | None = None,
        *,
        ours: StripeOrigin = EITHER,
        patience: timedelta = timedelta(seconds=5),
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`ours` says whose events are; `patience` is how long an event waits for another one of its object.

        `now` times the handling itself.
        """
        self._case_service, self._ours, self._patience, self._now = case_service, ours, patience, now
        self._events = ProviderEvents(case_service.store.database, STRIPE)
        self._foreign = ForeignEvents(case_service.store.database, STRIPE)
        self._payments, self._customers = StripePayments(case_service), StripeCustomers(case_service)
        self._invoices = StripeInvoices(case_service, self._payments, self._customers, account)

    async def handle(self, event: ParsedEvent) -> Result:
        """Do what the event says, if nobody did; `ignored` where it says nothing. Raises `Busy`.

        Raises `Conflict` for one of another account or of the other mode, which is remembered and books nothing, and
        for an invoice that we know in another currency.

        One that fails is forgotten, to be done whole when Stripe repeats it: every part of it is safe to do twice.
        """
        if not event.meanings:
            return "ignored"
        await self._refuse_foreign(event)
        await self._refuse_other_currency(event)
        heading = Heading(event.id, event.type, event.object_type, event.object_id, event.created)
        if await self._claimed(heading) == "done":
            return "known"
        try:
            await self._all(event, await self._events.newer_types(heading))
        except BaseException:
            await self._events.forget(event.id)
            raise
        await self._events.mark_done(event.id, self._now())
        await self._foreign.forget(event.id)
        return "done"

    async def _refuse_foreign(self, event: ParsedEvent) -> None:
        why = self._ours.why_foreign(event)
        if why is None:
            return
        await self._foreign.keep(ForeignEvent(event.id, event.type, why, self._now()))
        _LOG.warning("an event of Stripe is none of ours", stripe_event=event.id, type=event.type, why=why)
        raise Conflict(f"event {event.id}: {why}. Nothing was booked")

    async def _refuse_other_currency(self, event: ParsedEvent) -> None:
        if event.object_type != _INVOICE:
            return
        with suppress(NotFound):
            known = (await self._case_service.store.parties.invoice(event.object_id)).record.currency
            if event.currency not in {None, known}:
                raise Conflict(f"invoice {event.object_id}: found {event.currency}; allowed {known}, as it is known")

    async def _claimed(self, heading: Heading) -> Claim:
        for _ in range(self._patience // _LOOK_EVERY + 1):
            claim = await self._events.claim(heading, self._now())
            if claim != "busy":
                return claim
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
        raise Busy(f"event {heading.id}: found another one of its object under way; allowed to send it again later")

    async def _all(self, event: ParsedEvent, newer: frozenset[str]) -> None:
        for meaning in event.meanings:
            if (meaning.state and newer) or (isinstance(meaning, InvoiceOverdue) and newer & FINAL):
                continue
            with suppress(NotFound):  # an invoice or a customer that is none of ours
                await self._do(meaning, event)

    async def _do(self, meaning: Meaning, event: ParsedEvent) -> None:  # noqa: C901, PLR0912 - one row for each kind
        at = await self._case_service.clock.now()
        match meaning:
            case InvoiceOverdue():
                await self._invoices.open_overdue(meaning, event.created, at)
            case Demanded():
                await self._invoices.change_demand(meaning)
            case Voided():
                await self._invoices.void(meaning, event.id)
            case GivenUp():
                await self._invoices.write_off(meaning, event.id, at)
            case PaymentMade(by_invoice=True):
                await self._invoices.take_payment(meaning, at)
            case PaymentMade():
                await self._invoices.take_charge(meaning, at)
            case Settled():
                await self._invoices.take_total(meaning, at)
            case PaymentProcessing():
                await self._payments.take_pending(meaning)
            case NotPaid():
                await self._payments.take_failure(meaning)
            case MoneyMoved():
                await self._payments.take_movement(meaning, event.id, at)
            case Refunded():
                await self._payments.take_refunds(meaning, at)
            case CustomerIs():
                await self._customers.update(meaning)
            case MethodIs():
                await self._customers.update_method(meaning)
            case MethodGone():
                await self._customers.remove_method(meaning)
            case _:
                assert_never(meaning)
