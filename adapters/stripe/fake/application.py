"""The fake as an ASGI application, and as a server of this machine that nobody else can reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

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


@asynccontextmanager
async def serve_fake(books: Books | None = None, port: int = 0) -> AsyncIterator[FakeStripe]:
    """Serve while the block lasts; port 0 takes a free one."""
    known = books or Books()
    async with served_here(create_fake(known), port) as address:
        yield FakeStripe(known, address)
