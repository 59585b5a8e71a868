"""Stripe's side of the webhook: it signs events and delivers them, and answers for what an event leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from httpx2 import AsyncClient, Response

from adapters.billing_system import BillingUnavailable
from adapters.stripe.event_meanings import InvoiceOverdue, PaymentMade
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.fake.webhooks import event_body, signature
from adapters.stripe.signature import HEADER

WEBHOOK: Final = "/webhooks/stripe"
WHSEC: Final = "whsec_not_a_secret"


@dataclass
class StripeSide:
    """Delivers to one application."""

    client: AsyncClient
    secret: str = WHSEC

    async def deliver(self, *events: FakeObject) -> list[Any]:
        """Deliver these events, one after another; what each came to."""
        answers = [await self.send(event_body(event)) for event in events]
        assert [answer.status_code for answer in answers] == [200] * len(events), answers[-1].text
        return [answer.json()["result"] for answer in answers]

    async def send(self, body: bytes, *, header: str | None = None) -> Response:
        """One delivery, well signed unless a header is given; an empty one is left out."""
        signed = signature(body, self.secret, datetime.now(UTC)) if header is None else header
        return await self.client.post(WEBHOOK, content=body, headers={HEADER: signed} if signed else {})


@dataclass
class FakeAccount:
    """Stripe's account as it is now: what is not there has nothing left to pay. Remembers what it was asked."""

    open: dict[str, InvoiceOverdue] = field(default_factory=dict)
    paid: dict[str, tuple[PaymentMade, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    attached: list[tuple[str, str]] = field(default_factory=list)
    silent: bool = False

    async def overdue(self, told: InvoiceOverdue, at: datetime) -> InvoiceOverdue | None:
        self.asked.append(told.invoice.id)
        if self.silent:
            raise BillingUnavailable("stripe: found no answer; allowed to ask later")
        return self.open.get(told.invoice.id)

    async def payments(self, invoice_id: str, at: datetime) -> tuple[PaymentMade, ...] | None:
        return self.paid.get(invoice_id)

    async def attach(self, invoice_id: str, payment: str) -> None:
        if self.silent:
            raise BillingUnavailable("stripe: found no answer; allowed to attach it later")
        self.attached.append((invoice_id, payment))
