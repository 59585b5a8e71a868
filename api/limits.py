"""What a request may be: a body of bounded size, of a type that we read, and an address whose slashes stay apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, RequestMistake

NOBODY: Final[Mapping[str, tuple[str, int]]] = MappingProxyType({})
_SLASH: Final = "%2F"


class BodyLimit:
    """Refuses a body that is too large before anybody keeps it in memory."""

    def __init__(self, app: ASGIApp, most: int, signed: Mapping[str, tuple[str, int]] = NOBODY) -> None:
        """`most` is in bytes. At some paths a body that is `signed`, in this header, may have more: so many."""
        self._app = app
        self._most = most
        self._signed = signed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, which is small, then go on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_of(scope)
        body = await self._read(scope, receive, most)
        if body is None:
            allowed = f"at most {most} bytes"
            mistake = RequestMistake("more", allowed, header="Content-Length")
            await Problem("too-large", f"body: found more; allowed {allowed}", (mistake,)).answer()(
                scope, receive, send
            )
            return
        await self._app(scope, _replayed(body, receive), send)

    def _most_of(self, scope: Scope) -> int:
        header, more = self._signed.get(scope["path"], ("", self._most))
        return max(self._most, more) if header in Headers(scope=scope) else self._most

    async def _read(self, scope: Scope, receive: Receive, most: int) -> bytes | None:
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > most:
            return None
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":  # the caller hung up
                break
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > most:
                return None
        return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
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
        """Decode everything but the slashes of ids; `id_in_path` decodes those."""
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw and b"%2f" in raw.lower():
            text = raw.decode("latin-1").partition("?")[0]
            scope["path"] = _SLASH.join(unquote(part) for part in text.replace("%2f", _SLASH).split(_SLASH))
        await self._app(scope, receive, send)


def id_in_path(value: str) -> str:
    """An id as it was meant, from a parameter of the path."""
    return value.replace(_SLASH, "/")


def in_path(identity: str) -> str:
    """An id as a part of an address."""
    return quote(identity, safe="")
