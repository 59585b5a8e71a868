"""Every POST of a program happens once: the first answer to an Idempotency-Key is kept and given again.

Kept are answers to what was done or refused. A request that was not understood, or that failed on our side, changed
nothing that its repeat would double, so its key is free again.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final, Protocol

from pydantic_core import from_json, to_json
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.storage.replies import OtherBody, Reply, Unanswered
from api.clock import Clock
from api.doorkeeper import is_programs, visitor
from api.problems import Mistake, Trouble

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
ALLOWED: Final = "1 to 200 visible ASCII characters, made anew for each thing to do"
_KEY: Final = re.compile(r"[!-~]{1,200}")
_CONFLICT: Final = 409
_KEPT_HEADERS: Final = ("content-type", "location")


class Replies(Protocol):
    """Where answers are kept, as `adapters.storage.replies.ReplyBook` keeps them."""

    async def claim(self, method: str, path: str, key: str, body_hash: str, at: Any) -> Reply | None:
        """The first answer, or None for a new request."""

    async def keep(self, method: str, path: str, key: str, reply: Reply) -> None:
        """Keep the answer."""

    async def forget(self, method: str, path: str, key: str) -> None:
        """Free the key."""


class Once:
    """Stands between the door and the router, so that no POST can forget it."""

    def __init__(self, app: ASGIApp, replies: Replies, clock: Clock) -> None:
        """`clock` tells when a request that was broken off may be made again."""
        self._app = app
        self._replies = replies
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do it, or answer as the first time."""
        if scope["type"] != "http" or scope["method"] != "POST" or not is_programs(scope):
            await self._app(scope, receive, send)
            return
        key = Headers(scope=scope).get(HEADER, "")
        if not _KEY.fullmatch(key):
            found = f"a text of {len(key)} characters" if key else "nothing"
            mistake = Mistake(found, ALLOWED, header=HEADER)
            await Trouble("malformed", str(mistake), (mistake,)).answer()(scope, receive, send)
            return
        scope.setdefault("state", {})["asked_under"] = key
        message = await receive()
        answer = await self._answer(scope, _again(message, receive), message.get("body", b""), key)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, body: bytes, key: str) -> Response:
        who = visitor(scope)
        of = ("POST", scope["path"], f"{who.name if who else ''}:{key}")
        try:
            known = await self._replies.claim(*of, _hash(scope, body), await self._clock.now())
        except OtherBody:
            mistake = Mistake("a key that was used for another request", "a new key for a new request", header=HEADER)
            return Trouble("key-reused", str(mistake), (mistake,)).answer()
        except Unanswered:
            detail = "The first request with this key has no answer yet; ask again in a moment"
            return Trouble("in-progress", detail, headers={"Retry-After": "1"}).answer()
        if known is not None:
            return _replayed(known)
        try:
            answer = await _caught(self._app, scope, receive)
        except BaseException:
            await self._replies.forget(*of)
            raise
        if answer.status_code < 300 or answer.status_code == _CONFLICT:  # noqa: PLR2004 - done, or refused
            await self._replies.keep(*of, _kept(answer))
        else:
            await self._replies.forget(*of)
        return answer


def _hash(scope: Scope, body: bytes) -> str:
    return hashlib.sha256(scope["query_string"] + b"\n" + body).hexdigest()


def _again(message: Message, receive: Receive) -> Receive:
    messages = [message]

    async def read() -> Message:
        return messages.pop() if messages else await receive()

    return read


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


def _kept(answer: Response) -> Reply:
    headers = {name: value for name in _KEPT_HEADERS if (value := answer.headers.get(name)) is not None}
    return Reply(answer.status_code, to_json({"headers": headers, "body": bytes(answer.body).decode()}).decode())


def _replayed(reply: Reply) -> Response:
    kept = from_json(reply.answer)
    return Response(kept["body"], reply.status, headers={**kept["headers"], REPLAYED: "true"})
