"""The stand-in as a server of this machine: `POST /email`, and the server's own page for who looks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from adapters.postmark.courier import TOKEN
from adapters.postmark.fake.books import SERVER, Books
from adapters.stand_in import Mishap, on_the_way, served_here

router = APIRouter()
_BROKEN: Final = "Internal Server Error"
_REFUSALS: Final[dict[Mishap, tuple[int, int, str]]] = {
    "too many": (429, 429, "Rate limit exceeded"),
    "fault": (500, 0, _BROKEN),
    "unavailable": (503, 100, "Maintenance"),
}
_FIELDS: Final = frozenset({"From", "To", "Cc", "Bcc", "Subject", "Tag", "HtmlBody", "TextBody", "ReplyTo", "Headers",
                            "TrackOpens", "TrackLinks", "Metadata", "Attachments", "MessageStream"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class FakePostmark:
    """A server that runs: what it knows, and where it listens."""

    books: Books
    address: str


class Fault(Exception):
    """An error answer: its status, and Postmark's code with its words."""

    def __init__(self, status: int, code: int, words: str) -> None:
        """Code 0 is told by the status alone."""
        self.status, self.code, self.words = status, code, words
        super().__init__(status, code, words)


def create_fake(books: Books) -> FastAPI:
    """The application on these books."""
    app = FastAPI(openapi_url=None)
    app.state.books = books
    app.include_router(router)
    app.add_exception_handler(Fault, _refused)
    return app


@asynccontextmanager
async def serve_fake(books: Books | None = None, port: int = 0) -> AsyncIterator[FakePostmark]:
    """Serve while the block lasts; port 0 takes a free one."""
    known = books or Books()
    async with served_here(create_fake(known), port) as address:
        yield FakePostmark(known, address)


@router.post("/email")
async def send_email(request: Request) -> Response:
    """Take a message."""
    books: Books = request.app.state.books
    _admit(books, request)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Fault(422, 409, "JSON required")
    try:
        said = json.loads(await request.body())
    except ValueError:
        raise Fault(422, 402, "Invalid JSON") from None
    mishap = books.mishaps.pop(0) if books.mishaps else None
    if mishap in _REFUSALS:
        raise Fault(*_REFUSALS[mishap])
    _look_at(said, books)
    return await on_the_way(JSONResponse(books.take(said)), mishap)


@router.get("/server")
async def get_server(request: Request) -> dict[str, Any]:
    """The server that the token belongs to."""
    _admit(request.app.state.books, request)
    return {"ID": SERVER, "Name": "A stand-in", "DeliveryType": "Sandbox"}


@router.get("/webhooks")
async def get_webhooks(request: Request) -> dict[str, Any]:
    """Where it tells what became of messages of one stream, or of all."""
    books: Books = request.app.state.books
    _admit(books, request)
    stream = request.query_params.get("MessageStream")
    return {"Webhooks": [one for one in books.webhooks if stream in {None, one["MessageStream"]}]}


def _admit(books: Books, request: Request) -> None:
    if request.headers.get(TOKEN) != books.token:
        raise Fault(401, 10, "Request does not contain a valid Server token.")


def _look_at(said: Any, books: Books) -> None:
    """Raises `Fault` for a message that Postmark would not take."""
    if not isinstance(said, dict) or not said.keys() <= _FIELDS:
        raise Fault(422, 403, "Incompatible JSON")
    sender, to = parseaddr(said.get("From", ""))[1], said.get("To", "")
    if "@" not in sender:
        raise Fault(422, 300, f"Invalid 'From' address: '{said.get('From')}'.")
    if books.senders is not None and sender not in books.senders:
        raise Fault(422, 400, f"The 'From' address you supplied ({sender}) is not a Sender Signature on your account.")
    name, at, domain = to.rpartition("@")
    if not (name and at and domain) or not to.isascii():
        raise Fault(422, 300, f"Error parsing 'To': Illegal email address '{to}'.")
    if to in books.inactive:
        words = "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: "
        raise Fault(422, 406, f"{words}{to}.")
    if not said.get("TextBody") and not said.get("HtmlBody"):
        raise Fault(422, 300, "Provide either email TextBody or HtmlBody or both.")
    if said.get("MessageStream", "outbound") not in books.streams:
        raise Fault(422, 1235, f"The '{said['MessageStream']}' stream does not exist on this server.")


async def _refused(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Fault)  # noqa: S101 - it is registered for these
    if not fault.code:
        return Response(fault.words, fault.status, media_type="text/plain")
    return JSONResponse({"ErrorCode": fault.code, "Message": fault.words}, fault.status)
