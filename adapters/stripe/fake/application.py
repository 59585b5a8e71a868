"""The fake as an ASGI application, and as a server of this machine that nobody else can reach."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.endpoints import router
from adapters.stripe.fake.keys import Keys
from adapters.web_server import GuestServer

HOST: Final = "127.0.0.1"


def create_fake(books: Books) -> FastAPI:
    """The application on these books."""
    app = FastAPI(openapi_url=None)
    app.state.books, app.state.keys = books, Keys()
    app.include_router(router)
    return app


@dataclass(frozen=True, slots=True)
class FakeStripe:
    """A server that runs: what it knows, and where it listens."""

    books: Books
    address: str


def _as_it_is(app: ASGIApp) -> ASGIApp:
    return app


@asynccontextmanager
async def serve_fake(
    books: Books | None = None, port: int = 0, *, behind: Callable[[ASGIApp], ASGIApp] = _as_it_is
) -> AsyncIterator[FakeStripe]:
    """Serve while the block lasts; port 0 takes a free one. `behind` puts a line before it, such as one that breaks."""
    known = books or Books()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        config = uvicorn.Config(
            behind(create_fake(known)), log_config=None, log_level="critical", access_log=False, lifespan="off",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[taken]))
        await server.is_ready.wait()
        try:
            yield FakeStripe(known, f"http://{HOST}:{taken.getsockname()[1]}")
        finally:
            server.is_over.set()
            await task


class _Server(GuestServer):
    """Goes at once when it is over."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.is_over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - the block closes it
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in list(self.server_state.tasks):
            task.cancel()
