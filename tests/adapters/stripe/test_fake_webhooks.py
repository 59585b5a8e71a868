"""Webhooks are signed so that Stripe's own library believes them; they come twice and out of order on demand."""

from __future__ import annotations

from random import Random

import httpx2
import pytest
import stripe

from adapters.stripe.fake.application import FakeStripe
from adapters.stripe.fake.webhooks import HEADER, Webhooks
from tests.adapters.stripe.test_fake_charging import charge

SECRET = "whsec_test"
URL = "https://dunning.example/webhooks/stripe"


class Endpoint:
    """Remembers what came; refuses as often as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.came: list[tuple[bytes, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.refusals:
            self.refusals -= 1
            return httpx2.Response(503)
        self.came.append((request.content, request.headers[HEADER]))
        return httpx2.Response(200)

    def bell(self, fake: FakeStripe) -> Webhooks:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(self))
        return Webhooks(fake.books, client, URL, SECRET)


async def test_stripes_own_library_believes_the_signature(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    endpoint = Endpoint()
    await charge(http, "pm_card_visa")
    assert await endpoint.bell(fake).deliver() == [200, 200]
    for body, header in endpoint.came:
        event = stripe.Webhook.construct_event(body, header, SECRET, tolerance=10**9)
        assert event.data.object["object"] in {"charge", "payment_intent"}
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body + b" ", header, SECRET, tolerance=10**9)


async def test_an_event_shows_the_payment_as_it_was_then(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    intent = (await charge(http, "pm_sepa_pending_settles")).json()
    fake.books.get("payment_intent", intent["id"])["status"] = "succeeded"
    assert fake.books.events[-1]["data"]["object"]["status"] == "processing"


async def test_events_come_twice_and_shuffled_on_demand(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    endpoint = Endpoint()
    for number in range(4):
        await charge(http, "pm_card_visa", f"k{number}")
    await endpoint.bell(fake).deliver(times=2, shuffled=Random(1))
    ids = [stripe.Webhook.construct_event(body, header, SECRET, 10**9).id for body, header in endpoint.came]
    assert sorted(ids) == sorted([event["id"] for event in fake.books.events] * 2)
    assert ids != sorted(ids)


async def test_an_event_that_nobody_took_is_told_again(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    endpoint = Endpoint(refusals=1)
    await charge(http, "pm_card_visa")
    bell = endpoint.bell(fake)
    assert await bell.deliver() == [503, 200]
    assert await bell.deliver() == [200]
    assert await bell.deliver() == []
