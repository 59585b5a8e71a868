"""The stand-in as a server of this machine: the Messages resource of Twilio's API, and the account for who looks."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from adapters.stand_in import Mishap, on_the_way, served_here
from adapters.twilio.courier import VERSION
from adapters.twilio.fake.books import Books
from adapters.twilio.fake.faults import Fault, look_at

router = APIRouter(prefix=f"/{VERSION}/Accounts")
_REFUSALS: Final[dict[Mishap, int]] = {"too many": 20429, "fault": 20500, "unavailable": 20503}
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class FakeTwilio:
    """A server that runs: what it knows, and where it listens."""

    books: Books
    address: str


def create_fake(books: Books) -> FastAPI:
    """The application on these books."""
    app = FastAPI(openapi_url=None)
    app.state.books = books
    app.include_router(router)
    app.add_exception_handler(Fault, _refused)
    return app


@asynccontextmanager
async def serve_fake(books: Books | None = None, port: int = 0) -> AsyncIterator[FakeTwilio]:
    """Serve while the block lasts; port 0 takes a free one."""
    known = books or Books()
    async with served_here(create_fake(known), port) as address:
        yield FakeTwilio(known, address)


@router.post("/{account}/Messages.json")
async def create_message(request: Request, account: str) -> Response:
    """Take a message. What is no form has no parameters."""
    books: Books = request.app.state.books
    _admit(books, request, account)
    is_form = request.headers.get("content-type", "").partition(";")[0] == _FORM
    said = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True)) if is_form else {}
    mishap = books.mishaps.pop(0) if books.mishaps else None
    if mishap in _REFUSALS:
        raise Fault(_REFUSALS[mishap])
    look_at(said, books.opted_out)
    return await on_the_way(JSONResponse(books.take(said), 201), mishap)


@router.get("/{account}.json")
async def get_account(request: Request, account: str) -> dict[str, Any]:
    """The account itself."""
    _admit(request.app.state.books, request, account)
    return {"sid": account, "friendly_name": "A stand-in", "status": "active", "type": "Full"}


def _admit(books: Books, request: Request, account: str) -> None:
    asked = base64.b64encode(f"{books.account_sid}:{books.auth_token}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {asked}":
        raise Fault(20003)
    if account != books.account_sid:
        raise Fault(20404, path=request.url.path)


async def _refused(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Fault)  # noqa: S101 - it is registered for these
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if fault.status == 401 else {}  # noqa: PLR2004 - as HTTP
    return JSONResponse(fault.body, fault.status, headers)
