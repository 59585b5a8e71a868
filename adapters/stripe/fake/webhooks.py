"""Tells what happened, signed as Stripe signs it: in any order, twice if need be, as the real thing sometimes does."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Final

import httpx2

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.shapes import FakeObject

HEADER: Final = "Stripe-Signature"


def signature(body: bytes, secret: str, at: datetime) -> str:
    """The header for this body: the moment it was signed, and an HMAC over both with the endpoint's secret."""
    moment = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def event_body(event: FakeObject) -> bytes:
    """The event as it travels."""
    return json.dumps(event, indent=2).encode()


class Webhooks:
    """Sends events to one endpoint and remembers those that it did not take, to tell them again."""

    def __init__(self, books: Books, client: httpx2.AsyncClient, url: str, secret: str) -> None:
        """`client` reaches `url`; `secret` is the endpoint's own, `whsec_...`."""
        self._books, self._client, self._url, self._secret = books, client, url, secret
        self._told: set[str] = set()

    async def deliver(self, *, times: int = 1, shuffled: Random | None = None) -> list[int]:
        """Send everything that was not taken yet, each `times` times; the answers' statuses, in the order sent."""
        return await self.send([one for one in self._books.events if one["id"] not in self._told], times, shuffled)

    async def send(self, events: Iterable[FakeObject], times: int = 1, shuffled: Random | None = None) -> list[int]:
        """Send these events, each `times` times, in their order or `shuffled`."""
        queue = [event for event in events for _ in range(times)]
        if shuffled is not None:
            shuffled.shuffle(queue)
        return [await self._send(event) for event in queue]

    async def _send(self, event: FakeObject) -> int:
        body = event_body(event)
        headers = {HEADER: signature(body, self._secret, self._books.clock()), "Content-Type": "application/json"}
        answer = await self._client.post(self._url, content=body, headers=headers)
        if answer.is_success:
            self._told.add(event["id"])
        return answer.status_code
