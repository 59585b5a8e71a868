"""The fake as an ASGI application, and as a server of this machine that nobody else can reach."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.types import ASGIApp

from adapters.stand_in import served_here
from adapters.stripe.fake.books import Books
from adapters.stripe.fake.endpoints import router
from adapters.stripe.fake.keys import Keys


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
    async with served_here(behind(create_fake(known)), port) as address:
        yield FakeStripe(known, address)
