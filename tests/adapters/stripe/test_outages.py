"""Charges through outages of Stripe's and deploys of ours: money once, and no outcome open once Stripe is back (C5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.storage import Store, migrate
from adapters.stripe.connection import connect_to_stripe
from adapters.stripe.fake.application import FakeStripe
from adapters.stripe.fake.scripts import Failure
from adapters.stripe.gateway import StripeGateway
from dunning.records import Method
from tests.activities.clerk import Clerk
from tests.adapters.storage.builders import calendar, customer, invoice, policy
from tests.adapters.stripe.conftest import KEY, HandMovedClock
from tests.fakes.companies import FakeGateway

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")  # Stripe's library, of its transport

NOWHERE = "http://127.0.0.1:9"
QUARTER = timedelta(minutes=15)
DAILY = policy(charging={"schedule": [f"{day} days" for day in range(6)], "attempts": 6, "within": "9 days"})


@dataclass
class Charging:
    """A case that is charged through Stripe. Whoever works on it is a process of their own that has just started."""

    store: Store
    clerk: Clerk
    fake: FakeStripe
    clock: HandMovedClock

    async def works(self, after: timedelta = timedelta(), *, address: str | None = None) -> None:
        self.clock.move(after)
        async with connect_to_stripe(KEY, address or self.fake.address) as client:
            self.clerk.gateway = StripeGateway(
                client, clock=self.clock, patience=timedelta(seconds=0.25), pauses=(0.01, 0.02)
            )
            await self.clerk.works(self.clock())

    async def states(self) -> list[str]:
        return [attempt.state for attempt in await self.store.cases.attempts("INV-1")]

    async def is_paid_once(self) -> bool:
        balance = (await self.store.parties.invoice("INV-1")).balance
        return balance == 0 and self.fake.books.taken() == 1 and await self.states() == ["approved"]


@pytest.fixture
async def charging(tmp_path: Path, fake: FakeStripe, clock: HandMovedClock) -> AsyncIterator[Charging]:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    await migrate(url)
    store = await Store.open(url, policies=[DAILY], calendar_for=calendar, clock=clock)
    await store.register.customer(customer(), [Method(id="pm_card_visa")], clock())
    await store.register.invoice("c1", invoice(), clock())
    clerk = Clerk(store.receivables, FakeGateway(), "INV-1")
    await clerk.open(clock())
    yield Charging(store, clerk, fake, clock)
    await store.close()


@pytest.mark.parametrize("failure", ["lost", "hangs_up", "slow", "slow_after", "locked", "too_many", "unavailable"])
async def test_a_call_that_goes_wrong_is_one_charge_within_a_quarter_of_an_hour(
    charging: Charging, failure: Failure
) -> None:
    charging.fake.books.failures = [failure]
    await charging.works()
    await charging.works(QUARTER)
    assert await charging.is_paid_once()


@pytest.mark.parametrize("failure", ["hangs_up", "slow_after", "broken_after"])
async def test_a_payment_that_stripe_shows_two_hours_later_is_taken_once_whoever_asks(
    charging: Charging, failure: Failure
) -> None:
    """No webhook tells of it either; each time another process asks."""
    books = charging.fake.books
    books.tempo, books.failures = replace(books.tempo, listing=timedelta(hours=2)), [failure]
    for _ in range(13):
        await charging.works(QUARTER)
        assert books.taken() == 1
    assert await charging.is_paid_once()


async def test_nobody_is_charged_again_who_paid_a_part_while_stripe_did_not_show_the_charge(
    charging: Charging,
) -> None:
    books = charging.fake.books
    books.failures = ["lost"]
    charging.fake.books.failures = ["lost", "lost"]  # the call, and its repeat under the same key
    await charging.works()
    paid = {"id": "bank-1", "amount": "60.00", "currency": "EUR", "at": charging.clock().isoformat()}
    await charging.store.register.tell("INV-1", "payment_received", paid, charging.clock())
    charging.clerk.hears("payment_received", paid, charging.clock())
    for _ in range(30):
        await charging.works(timedelta(hours=1))
        assert not any(move.amount > 40_00 for move in books.movements)
    assert [move.amount for move in books.movements] == [40_00]
    assert len({move.key for move in books.movements}) == 1


async def test_while_nobody_is_at_stripes_address_the_attempt_is_not_made_and_then_it_is(charging: Charging) -> None:
    for _ in range(3):
        await charging.works(QUARTER, address=NOWHERE)
        assert await charging.states() == []
    await charging.works(timedelta(minutes=3))
    assert await charging.is_paid_once()


async def test_a_fault_that_stripe_repeats_under_its_key_makes_another_attempt_only_when_that_is_forgotten(
    charging: Charging,
) -> None:
    charging.fake.books.failures = ["broken"]
    for hour in range(27):
        await charging.works(timedelta(hours=1))
        assert charging.fake.books.taken() == (hour >= 24)
    assert (await charging.states())[-1] == "approved"
    assert len({intent["metadata"]["dunning_key"] for intent in charging.fake.books.all("payment_intent")}) == 1
