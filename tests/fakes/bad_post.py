"""Stripe's webhooks on a bad night: each told up to three times, some at once and some days later, in any order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.payment_events import KEY

LATE: Final = (timedelta(minutes=2), timedelta(minutes=40), timedelta(hours=5), timedelta(days=2), timedelta(days=9))
_LOOK_EVERY: Final = 0.01  # seconds
_AGAIN_AFTER: Final = 0.2  # seconds, where nobody took it

Deliver = Callable[[FakeObject], Awaitable[bool]]


class BadPost:
    """Delivers what the books say has happened. What is due later waits in `later`, for whoever moves the clock."""

    def __init__(
        self, books: Books, deliver: Deliver, seed: int, *, clock: Callable[[], datetime], busy: Counter[str]
    ) -> None:
        """`deliver` says whether an event was taken; `busy` has the charges that are not answered yet, by key."""
        self._books, self._deliver, self._seed, self._clock, self._busy = books, deliver, seed, clock, busy
        self._rolled = 0
        self._under_way = 0
        self.later: list[tuple[datetime, FakeObject]] = []
        self.happened, self.told = Counter[str](), Counter[str]()
        self.touched: set[str] = set()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way."""
        return not self._under_way and self._rolled == len(self._books.events)

    async def run(self) -> None:
        """Deliver at once what is told at once, until cancelled."""
        async with asyncio.TaskGroup() as under_way:
            while True:
                fresh = self._books.events[self._rolled :]
                self._rolled += len(fresh)
                at_once = [event for event in fresh for _ in range(self._roll(event))]
                Random(f"{self._seed} {self._rolled}").shuffle(at_once)
                for event in at_once:
                    self._under_way += 1
                    under_way.create_task(self._tell(event))
                await asyncio.sleep(_LOOK_EVERY)

    def _roll(self, event: FakeObject) -> int:
        """How often it is told at once; what is told later is put aside. At least once in all."""
        about = event["data"]["object"].get("metadata", {}).get(KEY, "")
        dice = Random(f"{self._seed} {about} {event['type']}")
        at_once = dice.choice((0, 1, 1, 2))
        for _ in range(dice.choice((1, 1, 2) if not at_once else (0, 0, 1, 2))):
            self.later.append((self._clock() + dice.choice(LATE), event))
        return at_once

    def due(self, at: datetime) -> list[FakeObject]:
        """What waited until then; it waits no more."""
        due = [event for when, event in self.later if when <= at]
        self.later = [(when, event) for when, event in self.later if when > at]
        Random(f"{self._seed} {at}").shuffle(due)
        self.happened["late"] += len(due)
        return due

    async def tell(self, event: FakeObject) -> None:
        """Tell it until it is taken."""
        self._under_way += 1
        await self._tell(event)

    async def _tell(self, event: FakeObject) -> None:
        metadata = event["data"]["object"].get("metadata", {})
        try:
            if self._busy[metadata.get(KEY)]:
                self.happened["before the answer"] += 1
            while not await self._deliver(event):
                self.happened["not taken"] += 1
                await asyncio.sleep(_AGAIN_AFTER)
            self.told[event["id"]] += 1
            if metadata.get("invoice_id"):
                self.touched.add(metadata["invoice_id"])
        finally:
            self._under_way -= 1
