"""A line to Stripe's stand-in on which everything goes wrong that can, each trouble as often as the odds say."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any, Final, Literal

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import Fault, key_in_use, too_many, unavailable
from adapters.stripe.fake.scripts import Failure
from tests.fakes.deck import Deck

Mood = Literal["fine", "bad", "down"]
Trouble = Literal[
    "none", "request lost", "request late", "answer lost", "answer late", "too many", "key in use", "unavailable",
    "work late", "worked, answer late", "worked, then a fault",
]  # fmt: skip
OF_CHARGES: Final[dict[Trouble, int]] = {
    "none": 4, "request lost": 2, "request late": 2, "answer lost": 4, "too many": 3, "key in use": 2,
    "unavailable": 1, "work late": 3, "worked, answer late": 4, "worked, then a fault": 2,
}  # fmt: skip
OF_QUESTIONS: Final[dict[Trouble, int]] = {
    "none": 6, "request lost": 1, "answer lost": 1, "answer late": 1, "too many": 2, "unavailable": 1,
}  # fmt: skip
WHILE_DOWN: Final[dict[Trouble, int]] = {"request lost": 2, "unavailable": 1}
# While Stripe works on a call its key is in use, and whoever sends it again is told so (409).
_WITHIN_STRIPE: Final[dict[Trouble, Failure]] = {
    "work late": "slow", "worked, answer late": "slow_after", "worked, then a fault": "broken_after",
}  # fmt: skip
_CHARGES: Final = "/v1/payment_intents"


class BadLine:
    """`behind` stands before the stand-in. `mood` is that of the calls to come; `happened` counts what they met.

    `busy` has each charge that is not answered yet, by its idempotency key.
    """

    def __init__(self, books: Books, seed: int, late: timedelta, signs: asyncio.Queue[str]) -> None:
        """`late` is how long a call or its answer is on its way, and Stripe at work, when they are late.

        `signs` is told of every charge that comes.
        """
        self._books, self._late, self._signs = books, late.total_seconds(), signs
        self._of_charges, self._of_questions = Deck(OF_CHARGES, seed), Deck(OF_QUESTIONS, seed)
        self._while_down = Deck(WHILE_DOWN, seed)
        self.mood: Mood = "fine"
        self.happened = Counter[str]()
        self.busy = Counter[str]()
        self.under_way = 0

    def behind(self, app: ASGIApp) -> ASGIApp:
        """The stand-in, at the other end of this line."""

        async def line(scope: Scope, receive: Receive, send: Send) -> None:
            what = _what(scope)
            charges = scope["method"] == "POST" and scope["path"] == _CHARGES
            trouble = self._trouble(charges=charges)
            self.happened[trouble] += 1
            self.under_way += 1
            if charges:
                self.busy[what] += 1
                self._signs.put_nowait(what)
            try:
                await self._carry(trouble, app, scope, await _read(receive), send)
            finally:
                self.under_way -= 1
                self.busy -= Counter([what])

        return line

    def _trouble(self, *, charges: bool) -> Trouble:
        match self.mood:
            case "fine":
                return "none"
            case "down":
                return self._while_down.deal()
            case "bad":
                return (self._of_charges if charges else self._of_questions).deal()

    async def _carry(self, trouble: Trouble, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        match trouble:
            case "request lost":
                await _break_off(send)
            case "answer lost":
                await app(scope, receive, _nowhere)
                await _break_off(send)
            case "answer late":
                await app(scope, receive, self._slowly(send))
            case "too many":
                await _said(too_many())(scope, receive, send)
            case "unavailable":
                await _said(unavailable())(scope, receive, send)
            case "key in use":
                await _said(key_in_use(_what(scope)))(scope, receive, send)
            case "request late":
                await asyncio.sleep(self._late)
                await app(scope, receive, send)
            case "work late" | "worked, answer late" | "worked, then a fault":
                self._books.failures.append(_WITHIN_STRIPE[trouble])
                await app(scope, receive, send)
            case "none":
                await app(scope, receive, send)

    def _slowly(self, send: Send) -> Send:
        async def later(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self._late)
            await send(message)

        return later


def _what(scope: Scope) -> str:
    """A charge is known by its key, everything else by its address."""
    address = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}"
    return Headers(scope=scope).get("idempotency-key", address)


async def _read(receive: Receive) -> Receive:
    """All that was sent, read at once: it stays with Stripe, also when its sender has hung up since."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    kept: dict[str, Any] = {"type": "http.request", "body": body, "more_body": False}

    async def again() -> Message:
        return kept

    return again


async def _break_off(send: Send) -> None:
    """Begin an answer that does not come, so that the server closes the connection in its midst."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})


async def _nowhere(message: Message) -> None:
    """An answer that nobody gets."""


def _said(fault: Fault) -> JSONResponse:
    return JSONResponse({"error": fault.error}, fault.status)
