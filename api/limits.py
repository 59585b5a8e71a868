"""What a request may be: a body of bounded size that comes in time, and an address whose slashes stay apart."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, RequestMistake

NOBODY: Final[Mapping[str, tuple[str, int]]] = MappingProxyType({})
LET_GO: Final = 8 * 1024 * 1024  # bytes beyond the limit that are read and not kept, so that the refusal is heard
_KEPT: Final = re.compile("%2f|%25", re.IGNORECASE)


class BodyLimit:
    """Refuses a body that is too large before anybody keeps it in memory, and one that does not come."""

    def __init__(
        self, app: ASGIApp, most: int, seconds: float, signed: Mapping[str, tuple[str, int]] = NOBODY,
        files: tuple[re.Pattern[str], int, float] | None = None,
    ) -> None:  # fmt: skip
        """`most` is in bytes; the whole body comes within `seconds`. At some paths a body that is `signed`, in this
        header, may have more: so many. To paths like the first of `files` a browser that carries a cookie may send
        forms with files, of so many bytes, in so many seconds.
        """
        self._app = app
        self._most = most
        self._seconds = seconds
        self._signed = signed
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, which is small, then go on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, seconds = self._most_of(scope)
        try:
            async with asyncio.timeout(seconds):
                body = await self._read(scope, receive, most)
        except TimeoutError:
            said = f"body: found no end of it; allowed at most {seconds:g} seconds"
            await Problem("too-slow", said, headers={"Connection": "close"}).answer()(scope, receive, send)
            return
        if body is None:
            allowed = f"at most {most} bytes"
            mistake = RequestMistake("more", allowed, header="Content-Length")
            said = f"body: found more; allowed {allowed}"
            await Problem("too-large", said, (mistake,), headers={"Connection": "close"}).answer()(scope, receive, send)
            return
        await self._app(scope, replayed(body, receive), send)

    def _most_of(self, scope: Scope) -> tuple[int, float]:
        """How many bytes, and within how many seconds."""
        headers = Headers(scope=scope)
        if self._files and self._files[0].fullmatch(scope["path"]) and "cookie" in headers:
            return max(self._most, self._files[1]), max(self._seconds, self._files[2])
        header, more = self._signed.get(scope["path"], ("", self._most))
        return (max(self._most, more) if header in headers else self._most), self._seconds

    async def _read(self, scope: Scope, receive: Receive, most: int) -> bytes | None:
        """None if it is too large. The rest is let go then: who still sends when a connection ends reads no answer."""
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "0")
        is_too_large = announced.isdigit() and int(announced) > most
        if is_too_large and "expect" in headers:  # it waits to be asked for the body
            return None
        parts: list[bytes] = []
        size, more = 0, True
        while more and size <= most + LET_GO:
            message = await receive()
            if message["type"] != "http.request":  # the caller hung up
                break
            part = message.get("body", b"")
            size, more = size + len(part), message.get("more_body", False)
            is_too_large = is_too_large or size > most
            if is_too_large:
                parts.clear()
            else:
                parts.append(part)
        return None if is_too_large else b"".join(parts)


def replayed(body: bytes, receive: Receive) -> Receive:
    """The body again, and after it whatever the server says."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read() -> Message:
        return messages.pop() if messages else await receive()

    return read


class KeepSlashes:
    """Routes by the path as it was sent: a slash within an id is written %2F and does not end the id."""

    def __init__(self, app: ASGIApp) -> None:
        """Stands before the router."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Decode everything but slashes and percent signs; `id_in_path` decodes those, so that each is decoded once."""
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw and b"%" in raw:
            text = raw.decode("latin-1").partition("?")[0]
            kept = [*_KEPT.findall(text), ""]
            between = [unquote(part) for part in _KEPT.split(text)]
            scope["path"] = "".join(part + sign.upper() for part, sign in zip(between, kept, strict=True))
        await self._app(scope, receive, send)


def id_in_path(value: str) -> str:
    """An id as it was meant, from a parameter of the path."""
    return value.replace("%2F", "/").replace("%25", "%")


def in_path(identity: str) -> str:
    """An id as a part of an address."""
    return quote(identity, safe="")
