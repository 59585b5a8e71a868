"""Invoices of Stripe Billing: one that was not paid in time opens a case, and what becomes of it there is told here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from adapters.storage.provider.outside_attempts import OutsideAttempts
from adapters.stripe.event_meanings import Demanded, GivenUp, InvoiceOverdue, PaymentMade, Settled, Voided
from api.case_service import CaseService
from api.from_stripe.customers import StripeCustomers
from api.from_stripe.payments import StripePayments
from dunning.errors import Conflict, NotFound, Refused
from dunning.messages import InvoiceChanged, WriteOff

WRITTEN_OFF: Final = WriteOff(by="Stripe Billing", reason="marked as uncollectible there")


class Busy(Conflict):
    """What an event is about is just being handled; it should come again later."""


class BillingAccount(Protocol):
    """Stripe's own account, asked for what an event leaves out. Raises `BillingUnavailable` while it is silent."""

    async def overdue(self, told: InvoiceOverdue, at: datetime) -> InvoiceOverdue | None:
        """The same as it is now, with all that is known besides; None if nothing is left of it."""

    async def payments(self, invoice_id: str, at: datetime) -> tuple[PaymentMade, ...] | None:
        """What paid the invoice, our own under their keys; None if that cannot be told."""

    async def attach(self, invoice_id: str, payment: str) -> None:
        """Let a payment that is booked here pay its invoice there too, if it is one of Billing's; may be repeated."""


class StripeInvoices:
    """Each raises `NotFound` for an invoice that is none of ours."""

    def __init__(
        self,
        case_service: CaseService,
        payments: StripePayments,
        customers: StripeCustomers,
        account: BillingAccount | None,
    ) -> None:
        """Without an `account` a case knows what the event tells, and no more."""
        self._case_service, self._payments, self._customers, self._account = case_service, payments, customers, account
        self._attempts = OutsideAttempts(case_service.store.database)

    async def open_overdue(self, said: InvoiceOverdue, created: datetime, at: datetime) -> None:
        """Register what is not known of it, with what was paid and tried before (C3), and open its case (O1)."""
        if self._account is not None:
            fresh = await self._account.overdue(said, created)
            if fresh is None:
                return
            said = fresh
        with suppress(NotFound):  # a customer who is known hears of new methods; a new one brings them along
            await self._customers.update_methods(said.customer.id, said.methods)
        await self._case_service.register.demand(said.customer, said.methods, said.invoice, at)
        if said.paid:
            await self.take_total(Settled(said.invoice.id, said.paid, created), at)
        # What is told has happened: a clock of ours that is behind Stripe's must not make it the future.
        made = [replace(one, at=min(one.at, at)) for one in said.attempts]
        await self._attempts.keep(said.invoice.id, made)
        with suppress(Conflict):  # void: whoever said so knows why
            await self._case_service.open_or_ask(said.invoice.id)

    async def take_charge(self, said: PaymentMade, at: datetime) -> None:
        """A payment that says itself which invoice it pays. Billing hears of it when it stands on our ledger."""
        await self._payments.take_payment(said, at)
        if self._account is not None:
            await self._account.attach(said.invoice_id, said.names[0])

    async def take_payment(self, said: PaymentMade, at: datetime) -> None:
        """A payment that an invoice tells of, which may be one that we have attached to it."""
        if await self._payments.knows(said.names[0]):
            await self._payments.take_payment(said, at)
            return
        for one in await self._named(said.invoice_id, said.as_of) or (said,):
            await self._payments.take_payment(one, at)

    async def take_total(self, said: Settled, at: datetime) -> None:
        """A sum, after the payments that it is made of, as far as they have names."""
        if not await self._payments.is_settled(said):
            for one in await self._named(said.invoice_id, said.as_of):
                await self._payments.take_payment(one, at)
        await self._payments.take_total(said, at)

    async def _named(self, invoice_id: str, at: datetime) -> tuple[PaymentMade, ...]:
        """The payments of an invoice of ours, whose they are.

        Where nobody can tell, an attempt of ours whose end is not known may be the very payment: its own answer is
        waited for, or the money would be booked once by its key and once more by Stripe's name. Raises `Busy`.
        """
        await self._case_service.store.parties.invoice(invoice_id)
        found = await self._account.payments(invoice_id, at) if self._account else None
        if found is None and await self._payments.is_in_flight(invoice_id):
            raise Busy(f"invoice {invoice_id}: found an attempt under way; allowed to send it again later")
        return found or ()

    async def change_demand(self, said: Demanded) -> None:
        """Another amount or another due date than the one that we have (T2)."""
        known = (await self._case_service.store.parties.invoice(said.invoice_id)).record
        amount = said.amount if said.amount != known.amount else None
        due_on = said.due_on if said.due_on not in {None, known.due_on} else None
        if amount is not None or due_on is not None:
            await self._case_service.tell(said.invoice_id, InvoiceChanged(amount=amount, due_on=due_on))

    async def void(self, said: Voided, under: str) -> None:
        """No case opens for it, and one that is open ends; one that ended stays as it is (S4)."""
        with suppress(Refused):
            await self._case_service.void(said.invoice_id, under)

    async def write_off(self, said: GivenUp, under: str, at: datetime) -> None:
        """A case ends as written off, so that a payment after it is a recovery (P7); without one, none opens."""
        view = await self._case_service.store.parties.invoice(said.invoice_id)
        if view.stage is None:
            await self._case_service.register.void(said.invoice_id, at)
            return
        with suppress(Refused):  # it has ended already
            await self._case_service.ask(said.invoice_id, WRITTEN_OFF, under)
