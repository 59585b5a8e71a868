"""Money at Stripe, brought to the case whose invoice it pays: once, whatever it is called and whoever tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final

from adapters.storage.provider_payments import ProviderPayments
from adapters.storage.waiting_news import WaitingNews
from adapters.stripe.payment_events import reinstated_by
from adapters.stripe.sayings import MoneyMoved, NotPaid, Paid, Settled, Underway
from api.desk import Desk
from dunning.errors import Refused
from dunning.messages import (
    FACTS,
    Dispute,
    Fact,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
    ResolveDispute,
)
from dunning.ports import Told

STRIPE: Final = "stripe"
_IN_FLIGHT: Final = frozenset({"begun", "underway"})
_KINDS: Final[dict[str, type[Fact | ResolveDispute]]] = {**FACTS, ResolveDispute.name: ResolveDispute}


class Money:
    """Each raises `NotFound` for an invoice that is none of ours."""

    def __init__(self, desk: Desk) -> None:
        """Works on the desk's own store."""
        self._desk = desk
        self._payments = ProviderPayments(desk.store.database, STRIPE)
        self._waiting = WaitingNews(desk.store.database, STRIPE)

    async def paid(self, said: Paid, at: datetime) -> None:
        """A payment, and the news of it that came before it (P1, P5)."""
        name = said.key or said.names[0]
        fact = PaymentReceived(id=name, amount=said.amount, currency=said.currency, as_of=said.as_of)
        by_us = said.key is not None
        await self._heard(
            said.invoice_id, await self._payments.paid(said.invoice_id, fact, said.names, at, by_us=by_us)
        )
        await self._release(said.names)

    async def settled(self, said: Settled, at: datetime) -> None:
        """What is missing of a sum that was paid."""
        told = await self._payments.settled(said.invoice_id, said.total, at, said.as_of)
        await self._heard(said.invoice_id, told)

    async def knows(self, name: str) -> bool:
        """Whether this payment of Stripe's is on one of our ledgers."""
        return await self._payments.known(name) is not None

    async def is_settled(self, said: Settled) -> bool:
        """Whether nothing is missing of a sum that was paid."""
        return await self._payments.missing(said.invoice_id, said.total) <= 0

    async def is_in_flight(self, invoice_id: str) -> bool:
        """Whether an attempt of ours has not come to its end."""
        attempts = await self._desk.store.cases.attempts(invoice_id)
        return any(one.state in _IN_FLIGHT for one in attempts)

    async def under_way(self, said: Underway) -> None:
        """A debit by a link (P4)."""
        fact = PaymentPending(id=said.payment_id, amount=said.amount, currency=said.currency, until=said.until)
        await self._desk.tell(said.invoice_id, fact)

    async def not_paid(self, said: NotPaid) -> None:
        """A debit comes to nothing (P4). An attempt of ours that was refused at once has its answer, or asks for it."""
        if said.key is not None and await self._attempt(said.invoice_id, said.key) != "underway":
            return
        await self._desk.tell(said.invoice_id, PaymentFailed(id=said.payment_id, code=said.code))

    async def moved(self, said: MoneyMoved, event: str, at: datetime) -> None:
        """News of a payment, told at once, or when it is known which payment that is."""
        of = await self._payments.known(said.payment) or said.of
        if of is not None:
            await self._tell(of, said.news, event)
            return
        bodies = [(one.name, one.model_dump(mode="json", exclude_none=True)) for one in said.news]
        await self._waiting.keep(said.payment, event, bodies, at)
        # The payment may have come in the meantime: whoever of the two is last sees the other.
        await self._release((said.payment,))

    async def _release(self, names: Iterable[str]) -> None:
        for name in names:
            of = await self._payments.known(name)
            if of is None:
                continue
            for news in await self._waiting.of(name):
                every = [_KINDS[kind].model_validate(body) for kind, body in news.messages]
                await self._tell(of, every, news.event)
                await self._waiting.told(news.event)

    async def _tell(self, of: tuple[str, str], every: Iterable[Fact | ResolveDispute], event: str) -> None:
        invoice_id, payment_id = of
        for one in every:
            match one:
                case PaymentReversed():
                    await self._desk.tell(invoice_id, one.model_copy(update={"payment_id": payment_id}))
                case Dispute() if await self._is_over(invoice_id, one):
                    continue
                case ResolveDispute():
                    with suppress(Refused):  # a person was faster, or all is paid
                        await self._desk.ask(invoice_id, one, event)
                case Fact():
                    await self._desk.tell(invoice_id, one)

    async def _is_over(self, invoice_id: str, dispute: Dispute) -> bool:
        """Whether its end is known already, told before its beginning."""
        back = reinstated_by(dispute.id)
        return any(one.body.get("id") == back for one in await self._desk.store.cases.told(invoice_id))

    async def _heard(self, invoice_id: str, told: Told | None) -> None:
        if told is not None:
            await self._desk.hear(invoice_id, *told)

    async def _attempt(self, invoice_id: str, key: str) -> str | None:
        """How the attempt of this key stands; None where there is none."""
        attempts = await self._desk.store.cases.attempts(invoice_id)
        return next((one.state for one in attempts if one.key == key), None)
