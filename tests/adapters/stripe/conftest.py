"""A fake Stripe on a port of its own, on a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from adapters.stripe.fake.application import FakeStripe, serve_fake
from adapters.stripe.fake.books import Books, Tempo

KEY = "sk_test_fake"


@dataclass
class HandMovedClock:
    """Stands still until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 10, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> HandMovedClock:
    return HandMovedClock()


@pytest.fixture
async def fake(clock: HandMovedClock) -> AsyncIterator[FakeStripe]:
    async with serve_fake(Books(clock=clock, tempo=Tempo(slow=timedelta(seconds=0.4)))) as running:
        yield running


@pytest.fixture
async def http(fake: FakeStripe) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(base_url=fake.address, headers=headers, timeout=5) as client:
        yield client
