"""Money at Stripe, brought to the case whose invoice it pays: once, whatever it is called and whoever tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Final

from adapters.storage.provider.payments import ProviderPayments
from adapters.storage.provider.refunds import ProviderRefunds
from adapters.storage.provider.waiting_news import WaitingNews
from adapters.stripe.event_meanings import MoneyMoved, NotPaid, PaymentMade, PaymentProcessing, Refunded, Settled
from adapters.stripe.payment_events import reinstatement_id
from api.case_service import CaseService
from dunning.errors import Refused
from dunning.messages import (
    FACTS,
    WHO,
    Dispute,
    Fact,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
    ResolveDispute,
    ReversalLifted,
)
from dunning.ports import NamedBody

STRIPE: Final = "stripe"
_IN_FLIGHT: Final = frozenset({"begun", "underway"})
_KINDS: Final[dict[str, type[Fact | ResolveDispute]]] = {**FACTS, ResolveDispute.name: ResolveDispute}


class StripePayments:
    """Each raises `NotFound` for an invoice that is none of ours."""

    def __init__(self, case_service: CaseService) -> None:
        """Works on the case service's own store."""
        self._case_service = case_service
        self._payments = ProviderPayments(case_service.store.database, STRIPE)
        self._refunds = ProviderRefunds(case_service.store.database, STRIPE)
        self._waiting = WaitingNews(case_service.store.database, STRIPE)

    async def take_payment(self, said: PaymentMade, at: datetime) -> None:
        """A payment, and the news of it that came before it (P1, P5)."""
        name = said.key or said.names[0]
        fact = PaymentReceived(id=name, amount=said.amount, currency=said.currency, as_of=said.as_of)
        fact = fact.model_copy(update={WHO: self._case_service.who})
        by_us = said.key is not None
        await self._heard(
            said.invoice_id, await self._payments.take_payment(said.invoice_id, fact, said.names, at, by_us=by_us)
        )
        await self._release(said.names, at)

    async def take_total(self, said: Settled, at: datetime) -> None:
        """What is missing of a sum that was paid."""
        told = await self._payments.take_total(said.invoice_id, said.total, at, said.as_of)
        await self._heard(said.invoice_id, told)

    async def knows(self, name: str) -> bool:
        """Whether this payment of Stripe's is on one of our ledgers."""
        return await self._payments.payment_of(name) is not None

    async def is_settled(self, said: Settled) -> bool:
        """Whether nothing is missing of a sum that was paid."""
        return await self._payments.missing_amount(said.invoice_id, said.total) <= 0

    async def is_in_flight(self, invoice_id: str) -> bool:
        """Whether an attempt of ours has not come to its end."""
        attempts = await self._case_service.store.cases.attempts(invoice_id)
        return any(one.state in _IN_FLIGHT for one in attempts)

    async def take_pending(self, said: PaymentProcessing) -> None:
        """A debit by a link (P4)."""
        fact = PaymentPending(id=said.payment_id, amount=said.amount, currency=said.currency, until=said.until)
        await self._case_service.tell(said.invoice_id, fact, first_stands=True)

    async def take_failure(self, said: NotPaid) -> None:
        """A debit comes to nothing (P4). An attempt of ours that was refused at once has its answer, or asks for it."""
        if said.key is not None and await self._attempt(said.invoice_id, said.key) != "underway":
            return
        fact = PaymentFailed(id=said.payment_id, code=said.code)
        await self._case_service.tell(said.invoice_id, fact, first_stands=True)

    async def take_refunds(self, said: Refunded, at: datetime) -> None:
        """News of a payment's refunds, told at once, or when it is known which payment that is."""
        await self._refunds.keep(said.payment, said.news, at)
        of = await self._payments.payment_of(said.payment) or said.of
        if of is not None:
            await self._tell_refunds(said.payment, of, at)

    async def take_movement(self, said: MoneyMoved, event: str, at: datetime) -> None:
        """News of a payment, told at once, or when it is known which payment that is."""
        of = await self._payments.payment_of(said.payment)
        if of is not None:
            await self._tell(of, said.news, event)
            return
        bodies = [(one.name, one.model_dump(mode="json", exclude_none=True)) for one in said.news]
        await self._waiting.keep(said.payment, event, bodies, at)
        # The payment may have come in the meantime: whoever of the two is last sees the other.
        await self._release((said.payment,), at)

    async def _release(self, names: Iterable[str], at: datetime) -> None:
        for name in names:
            of = await self._payments.payment_of(name)
            if of is None:
                continue
            await self._tell_refunds(name, of, at)
            for news in await self._waiting.of(name):
                every = [_KINDS[kind].model_validate(body) for kind, body in news.messages]
                await self._tell(of, every, news.event)
                await self._waiting.drop(news.event)

    async def _tell_refunds(self, name: str, of: tuple[str, str], at: datetime) -> None:
        invoice_id, payment_id = of
        for told in await self._refunds.tell(name, invoice_id, payment_id, at):
            await self._heard(invoice_id, told)

    async def _tell(self, of: tuple[str, str], every: Iterable[Fact | ResolveDispute], event: str) -> None:
        invoice_id, payment_id = of
        for one in every:
            match one:
                case PaymentReversed() | ReversalLifted():
                    back = one.model_copy(update={"payment_id": payment_id})
                    await self._case_service.tell(invoice_id, back, "provider", first_stands=True)
                case Dispute() if await self._is_over(invoice_id, one):
                    continue
                case ResolveDispute():
                    with suppress(Refused):  # a person was faster, or all is paid
                        await self._case_service.ask(invoice_id, one, event)
                case Fact():
                    await self._case_service.tell(invoice_id, one, first_stands=True)

    async def _is_over(self, invoice_id: str, dispute: Dispute) -> bool:
        """Whether its end is known already, told before its beginning: all of its money has come again."""
        lifted = ReversalLifted.name, reinstatement_id(dispute.id)
        told = await self._case_service.store.cases.messages(invoice_id)
        back = [one.body["amount"] for one in told if (one.name, one.body.get("id")) == lifted]
        return dispute.amount is not None and any(Decimal(amount) >= dispute.amount for amount in back)

    async def _heard(self, invoice_id: str, told: NamedBody | None) -> None:
        if told is not None:
            await self._case_service.signal(invoice_id, *told)

    async def _attempt(self, invoice_id: str, key: str) -> str | None:
        """How the attempt of this key stands; None where there is none."""
        attempts = await self._case_service.store.cases.attempts(invoice_id)
        return next((one.state for one in attempts if one.key == key), None)
