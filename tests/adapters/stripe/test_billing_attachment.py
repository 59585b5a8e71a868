"""What we charged for an invoice of Stripe Billing settles it there, once the payment is attached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import stripe

from adapters.stripe.billing_attachment import attach_payment
from adapters.stripe.connection import connect_to_stripe
from adapters.stripe.fake import billing, charging
from adapters.stripe.fake.application import FakeStripe
from adapters.stripe.gateway import StripeGateway
from tests.adapters.gateways import AT, request
from tests.adapters.stripe.conftest import KEY, HandMovedClock

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")


@pytest.fixture
async def client(fake: FakeStripe) -> AsyncIterator[stripe.StripeClient]:
    async with connect_to_stripe(KEY, fake.address) as client:
        yield client


async def charged(client: stripe.StripeClient, fake: FakeStripe, method: str = "pm_card_visa") -> str:
    """The payment that a charge for the invoice became."""
    await StripeGateway(client).charge(replace(request(method), invoice_id="in_1"), AT)
    return str(fake.books.all("payment_intent")[0]["id"])


async def test_an_attached_payment_settles_the_invoice(client: stripe.StripeClient, fake: FakeStripe) -> None:
    bill = billing.bill(fake.books, "c1", 10_000, "eur", id="in_1")
    payment = await charged(client, fake)
    assert bill["status"] == "open"
    assert await attach_payment(client, "in_1", payment)
    assert (bill["status"], bill["amount_remaining"]) == ("paid", 0)
    assert [event["type"] for event in fake.books.events][-2:] == ["invoice_payment.paid", "invoice.paid"]
    assert await attach_payment(client, "in_1", payment)
    assert bill["amount_paid"] == 10_000


async def test_an_attached_debit_settles_the_invoice_when_its_money_comes(
    client: stripe.StripeClient, fake: FakeStripe, clock: HandMovedClock
) -> None:
    bill = billing.bill(fake.books, "c1", 10_000, "eur", id="in_1")
    assert await attach_payment(client, "in_1", await charged(client, fake, "pm_sepa_pending_settles"))
    assert bill["status"] == "open"
    clock.move(timedelta(days=5))
    charging.end_debits(fake.books)
    assert bill["status"] == "paid"


@pytest.mark.parametrize("change", [{"status": "paid"}, {"amount_remaining": 9_999}])
async def test_what_stripe_billing_refuses_is_left_to_a_person(
    client: stripe.StripeClient, fake: FakeStripe, change: dict[str, Any]
) -> None:
    bill = billing.bill(fake.books, "c1", 10_000, "eur", id="in_1", **change)
    assert await attach_payment(client, "in_1", await charged(client, fake))
    assert bill["amount_paid"] == 0


async def test_without_an_answer_it_is_worth_another_try(client: stripe.StripeClient, fake: FakeStripe) -> None:
    bill = billing.bill(fake.books, "c1", 10_000, "eur", id="in_1")
    payment = await charged(client, fake)
    fake.books.broken.add("attach_payment")
    assert not await attach_payment(client, "in_1", payment)
    fake.books.broken.clear()
    assert await attach_payment(client, "in_1", payment)
    assert bill["status"] == "paid"


async def test_an_invoice_that_is_not_billings_needs_nothing(client: stripe.StripeClient) -> None:
    assert await attach_payment(client, "INV-1", "pi_1")
