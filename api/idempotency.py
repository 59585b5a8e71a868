"""Every POST of a program happens once: the answer to what was done is kept by its Idempotency-Key and given again.

A refusal, or a request that was not understood, did nothing: its key is free, and the repeat is judged by what holds
then. One that failed on our side may have been done: its repeat is the same asking, and does nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final, Protocol

from pydantic_core import from_json, to_json
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.storage.access.idempotency import Begun, KeyReused, StillInProgress, StoredResponse
from api.authentication import is_programs
from api.callers import caller_of
from api.clock import Clock
from api.json_bodies import JsonMistake, read_json
from api.limits import replayed
from api.problems import Problem, RequestMistake

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
ALLOWED: Final = "1 to 200 visible ASCII characters, made anew for each thing to do"
_KEY: Final = re.compile(r"[!-~]{1,200}")
PURE: Final = frozenset({"/v1/policies/check", "/v1/messages/preview"})  # they change nothing, whatever is asked
REUSED: Final = RequestMistake("a key that was used for another request", "a new key for a new request", header=HEADER)
_FAULT: Final = 500
_KEPT_HEADERS: Final = ("content-type", "location")


class IdempotencyStore(Protocol):
    """Where answers are kept, as `adapters.storage.access.idempotency.IdempotencyKeys` keeps them."""

    async def claim(self, method: str, path: str, key: str, body_hash: str, at: Any) -> StoredResponse | Begun:
        """The first answer, or the name under which the request is to be done now."""

    async def keep(self, method: str, path: str, key: str, response: StoredResponse) -> None:
        """Keep the answer."""

    async def free(self, method: str, path: str, key: str, at: Any) -> None:
        """Let the same be asked again at once, under its name."""

    async def forget(self, method: str, path: str, key: str) -> None:
        """Free the key."""


class IdempotencyMiddleware:
    """Stands between the door and the router, so that no POST can forget it."""

    def __init__(self, app: ASGIApp, store: IdempotencyStore, clock: Clock) -> None:
        """`clock` tells when a request that was broken off may be made again."""
        self._app = app
        self._store = store
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do it, or answer as the first time."""
        if scope["type"] != "http" or scope["method"] != "POST" or not is_programs(scope) or scope["path"] in PURE:
            await self._app(scope, receive, send)
            return
        key = Headers(scope=scope).get(HEADER, "")
        if not _KEY.fullmatch(key):
            mistake = no_key(key)
            await Problem("malformed", str(mistake), (mistake,)).answer()(scope, receive, send)
            return
        body = (await receive()).get("body", b"")
        answer = await self._answer(scope, replayed(body, receive), body, key)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, body: bytes, key: str) -> Response:
        who = caller_of(scope)
        mine = f"{who.name if who else ''}:{key}"  # a key belongs to the API key under which it comes
        of = ("POST", scope["path"], mine)
        try:
            known = await self._store.claim(*of, _hash(scope, body), await self._clock.now())
        except KeyReused:
            return Problem("key-reused", str(REUSED), (REUSED,)).answer()
        except StillInProgress:
            detail = "The first request with this key has no answer yet; ask again in a moment"
            return Problem("in-progress", detail, headers={"Retry-After": "1"}).answer()
        if isinstance(known, StoredResponse):
            return _replayed(known)
        scope.setdefault("state", {}).update(asked_under=known.under, named_by=mine)
        try:
            answer = await _caught(self._app, scope, receive)
        except BaseException:
            await self._store.free(*of, await self._clock.now())
            raise
        if answer.status_code < 300:  # noqa: PLR2004 - done
            await self._store.keep(*of, _kept(answer))
        elif answer.status_code >= _FAULT:
            await self._store.free(*of, await self._clock.now())
        else:
            await self._store.forget(*of)
        return answer


def no_key(key: str) -> RequestMistake:
    """The mistake of a request without an Idempotency-Key that is one."""
    return RequestMistake(f"a text of {len(key)} characters" if key else "nothing", ALLOWED, header=HEADER)


def _hash(scope: Scope, body: bytes) -> str:
    """The same for the same JSON, however it is written."""
    return hashlib.sha256(scope["query_string"] + b"\n" + _plain(body)).hexdigest()


def _plain(body: bytes) -> bytes:
    try:
        return json.dumps(read_json(body), sort_keys=True, separators=(",", ":")).encode()
    except JsonMistake:  # its bytes, then, and the route says what is wrong
        return body


async def _caught(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """The whole answer of the application, not sent yet."""
    parts: list[bytes] = []
    start: Message = {"status": 500, "headers": []}

    async def catch(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, catch)
    answer = Response(b"".join(parts), start["status"])
    answer.raw_headers = list(start["headers"])
    return answer


def _kept(answer: Response) -> StoredResponse:
    headers = {name: value for name in _KEPT_HEADERS if (value := answer.headers.get(name)) is not None}
    return StoredResponse(
        answer.status_code, to_json({"headers": headers, "body": bytes(answer.body).decode()}).decode()
    )


def _replayed(stored: StoredResponse) -> Response:
    kept = from_json(stored.answer)
    return Response(kept["body"], stored.status, headers={**kept["headers"], REPLAYED: "true"})
