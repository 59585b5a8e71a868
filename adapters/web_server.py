"""A web server that is not alone in its process, and that nobody can keep waiting.

It leaves the signals to who runs it, and says when it listens. A connection whose request does not come is closed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import h11
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS: Final = 10.0
_CROWDED: Final = "dunning.crowded"


class GuestServer(uvicorn.Server):
    """Uvicorn as a guest; `is_ready` is set once it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.is_ready.set()


class HastenedProtocol(H11Protocol):
    """Uvicorn waits as long as it takes for the head of a request; this closes the connection.

    `header_seconds` count from the connection, or from the first byte of a request that follows on it.

    Beyond `limit_concurrency` uvicorn would answer itself, in plain text; here the application is told (`is_crowded`).
    """

    header_seconds = HEADER_SECONDS
    _late: asyncio.TimerHandle | None = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._most, self.limit_concurrency = self.limit_concurrency, None
        self._application, self.app = self.app, self._counted

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Those that are gone count too while something is still done for them."""
        if self._most is not None and max(len(self.connections), len(self.tasks)) > self._most:
            scope.setdefault("extensions", {})[_CROWDED] = {}
        await self._application(scope, receive, send)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Somebody is there, and may say what they want; those beyond twice the limit are not even listened to."""
        super().connection_made(transport)
        if self._most is not None and len(self.connections) > 2 * self._most:
            transport.abort()
            return
        self._hasten()

    def data_received(self, data: bytes) -> None:
        """A part of what they want."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:  # the head is not complete
            self._hasten()
        else:
            self._no_haste()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._no_haste()
        super().connection_lost(exc)

    def _hasten(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.header_seconds, self.timeout_keep_alive_handler)

    def _no_haste(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def is_crowded(scope: Scope) -> bool:
    """Whether this request came while more connections were open than the server takes."""
    return _CROWDED in scope.get("extensions", {})


def guest_server(
    app: Any, *, connections: int, idle: timedelta, protocol: type[HastenedProtocol] = HastenedProtocol
) -> GuestServer:
    """A server for an ASGI application, without a log of its own: that one writes queries, in which a key may stand.

    Beyond `connections` a request `is_crowded`, and beyond twice as many none is heard. A connection that is not used
    for `idle` is closed.
    """
    return GuestServer(
        uvicorn.Config(
            app, http=protocol, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
            limit_concurrency=connections, timeout_keep_alive=int(idle.total_seconds()), timeout_graceful_shutdown=5,
            proxy_headers=False,  # the application itself believes those of the proxies that are named
        )
    )  # fmt: skip
