"""Around every request: who asks, whether the same was asked before, and what goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from adapters.stand_in import BrokenLine
from adapters.stripe.fake.books import API_VERSION, Books
from adapters.stripe.fake.faults import Fault, HungUp, lacks_right, unauthorised, unavailable
from adapters.stripe.fake.form import read_form
from adapters.stripe.fake.keys import KeptAnswer, Keys

_FINE: Final = 200


@dataclass
class FakeRequest:
    """A request, read. An endpoint sets `hangs_up` for an answer that is made and never arrives."""

    books: Books
    params: dict[str, Any]
    key: str | None
    hangs_up: bool = False


class StripeRoute(APIRoute):
    """A route whose endpoint answers with an object or raises a `Fault`; all the rest is here."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint within the layers that Stripe has around it."""
        endpoint = super().get_route_handler()

        async def handle(request: Request) -> Response:
            books: Books = request.app.state.books
            request_id = f"req_{books.token()}"
            try:
                _admit(books, request)
                if request.url.path.rpartition("/")[2] in books.broken:
                    raise unavailable()
                answered, replayed = await _answered(request, endpoint, request_id)
            except Fault as fault:
                answered, replayed = _as_answer(fault, request_id), False
            except HungUp:
                return BrokenLine()
            return _sent(answered, request, request_id, replayed=replayed)

        return handle


def read_request(request: Request) -> FakeRequest:
    """What an endpoint depends on."""
    found: FakeRequest = request.state.asked
    return found


def _admit(books: Books, request: Request) -> None:
    """Let known keys in, and those that may only look to what only looks. Raises `Fault`."""
    api_key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if api_key not in books.api_keys | books.read_only:
        raise unauthorised()
    if request.method != "GET" and api_key in books.read_only:
        raise lacks_right()


async def _answered(
    request: Request, endpoint: Callable[[Request], Awaitable[Response]], request_id: str
) -> tuple[KeptAnswer, bool]:
    """The answer, and whether it is one that was given before."""
    books: Books = request.app.state.books
    keys: Keys = request.app.state.keys
    text = request.url.query if request.method == "GET" else (await request.body()).decode()
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    request.state.asked = FakeRequest(books, read_form(text), key)
    if key is None:
        return await _worked(request, endpoint, request_id), False
    before = keys.begin(key, f"{request.url.path}?{text}", books.clock())
    if before is not None:
        return before, True
    try:
        answered = await _worked(request, endpoint, request_id)
    except (Fault, HungUp) as error:
        keys.end(key, _as_answer(error, request_id) if isinstance(error, Fault) and error.kept else None)
        raise
    keys.end(key, answered)
    if request.state.asked.hangs_up:
        raise HungUp
    return answered, False


async def _worked(request: Request, endpoint: Callable[[Request], Awaitable[Response]], request_id: str) -> KeptAnswer:
    try:
        response = await endpoint(request)
    except Fault as fault:
        if not request.state.asked.hangs_up:
            raise
        return _as_answer(fault, request_id)
    return KeptAnswer(response.status_code, bytes(response.body), request_id)


def _as_answer(fault: Fault, request_id: str) -> KeptAnswer:
    return KeptAnswer(fault.status, json.dumps({"error": fault.error}).encode(), request_id)


def _sent(answered: KeptAnswer, request: Request, request_id: str, *, replayed: bool) -> Response:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if key := request.headers.get("idempotency-key"):
        headers |= {"Idempotency-Key": key, "Original-Request": answered.request_id}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    if answered.status not in {_FINE, 409, 429, 503}:
        headers["Stripe-Should-Retry"] = "false"
    return Response(answered.body, answered.status, headers, media_type="application/json")
