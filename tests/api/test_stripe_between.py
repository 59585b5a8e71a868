"""The gateway, Stripe and the webhook together, against the fake of Stripe: money is the same on both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
import stripe
from httpx2 import AsyncClient

from adapters.storage import Store
from adapters.stripe.account import StripeAccount
from adapters.stripe.connection import connect_to_stripe
from adapters.stripe.fake import billing, money_back
from adapters.stripe.fake.application import FakeStripe, serve_fake
from adapters.stripe.fake.books import Books
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.fake.webhooks import Webhooks
from adapters.stripe.gateway import StripeGateway
from dunning.answers import Approved
from dunning.ports import ChargeRequest
from tests.adapters.stripe.events import CUSTOMER, INVOICE, KEY, event, invoice
from tests.api.conftest import Maker, visiting
from tests.api.stripe_side import WEBHOOK, WHSEC, StripeSide

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")
SK = "sk_test_fake"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def fake() -> AsyncIterator[FakeStripe]:
    async with serve_fake(Books()) as running:
        yield running


@pytest.fixture
async def client(fake: FakeStripe) -> AsyncIterator[stripe.StripeClient]:
    async with connect_to_stripe(SK, fake.address) as client:
        yield client


@pytest.fixture
async def visitor(make_app: Maker, client: stripe.StripeClient) -> AsyncIterator[AsyncClient]:
    account = StripeAccount(client, ZoneInfo("Europe/Amsterdam"))
    async with visiting(make_app(stripe_webhook_secret=WHSEC, billing=account)) as visitor:
        yield visitor


@pytest.fixture
async def bill(visitor: AsyncClient, fake: FakeStripe) -> FakeObject:
    """An invoice of Stripe Billing whose payment failed, so that it has a case here."""
    bill = billing.bill(fake.books, CUSTOMER, 100_00, "eur", id=INVOICE, status="open")
    assert await StripeSide(visitor).deliver(event("invoice.payment_failed", invoice())) == ["done"]
    return bill


def charge(method: str = "pm_card_visa") -> ChargeRequest:
    return ChargeRequest(KEY, CUSTOMER, INVOICE, method, 100_00, "EUR")


async def ledger(store: Store) -> list[tuple[str, int]]:
    return [(entry.kind, entry.amount) for entry in await store.cases.ledger(INVOICE)]


@pytest.mark.parametrize("seed", range(4))
async def test_what_we_charged_is_on_both_books_once(
    client: stripe.StripeClient, fake: FakeStripe, visitor: AsyncClient, bill: FakeObject, store: Store, seed: int
) -> None:
    answer = await StripeGateway(client).charge(charge(), NOW)
    assert answer == Approved("pm_card_visa")

    webhooks = Webhooks(fake.books, visitor, f"http://dunning.example{WEBHOOK}", WHSEC)
    for _ in range(3):
        assert set(await webhooks.deliver(times=2, shuffled=Random(seed))) <= {200}

    assert (bill["status"], bill["amount_remaining"]) == ("paid", 0)
    assert await ledger(store) == [("payment", -100_00)]
    assert fake.books.taken() == 1


async def test_what_is_given_back_and_taken_back_there_is_here(
    client: stripe.StripeClient, fake: FakeStripe, visitor: AsyncClient, bill: FakeObject, store: Store
) -> None:
    await StripeGateway(client).charge(charge(), NOW)
    [intent] = fake.books.all("payment_intent")
    money_back.refund_payment(fake.books, {"payment_intent": intent["id"], "amount": "30_00"})
    money_back.dispute_payment(fake.books, intent, "fraudulent")

    webhooks = Webhooks(fake.books, visitor, f"http://dunning.example{WEBHOOK}", WHSEC)
    for _ in range(2):
        assert set(await webhooks.deliver(times=2, shuffled=Random(7))) == {200}

    # The bank takes back all of it, but no more than was left can go.
    assert sorted(await ledger(store)) == [("payment", -100_00), ("reversal", 30_00), ("reversal", 70_00)]
    assert bill["status"] == "paid"
