"""The stand-in as a server of this machine: tokens, places for files, letters, and the organisation for who looks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from adapters.pingen.courier import KEY
from adapters.pingen.fake.books import Books, Kept
from adapters.stand_in import Mishap, on_the_way, served_here

router = APIRouter()
_JSON_API: Final = "application/vnd.api+json"
_LONGEST_KEY: Final = 64
_REFUSALS: Final[dict[Mishap, tuple[int, str, str]]] = {
    "too many": (429, "too_many_requests", "Too Many Requests"),
    "fault": (500, "internal_error", "Internal Server Error"),
    "unavailable": (503, "service_unavailable", "Service Unavailable"),
}
_ALLOWED: Final[dict[str, set[Any]]] = {
    "address_position": {"left", "right"},
    "delivery_product": {"fast", "cheap", "bulk", "premium", "registered"},
    "print_mode": {"simplex", "duplex"},
    "print_spectrum": {"color", "grayscale"},
    "auto_send": {True, False},
}


@dataclass(frozen=True, slots=True)
class FakePingen:
    """A server that runs: what it knows, and where it listens."""

    books: Books
    address: str


class Fault(Exception):
    """An error answer of JSON:API."""

    def __init__(self, status: int, code: str, title: str, pointer: str = "") -> None:
        """`pointer` names the part of the body that is wrong."""
        self.status = status
        self.body = {"errors": [{"code": code, "title": title, "detail": None, "source": {"pointer": pointer}}]}
        super().__init__(status, code)


def create_fake(books: Books) -> FastAPI:
    """The application on these books."""
    app = FastAPI(openapi_url=None)
    app.state.books = books
    app.include_router(router)
    app.add_exception_handler(Fault, _refused)
    return app


@asynccontextmanager
async def serve_fake(books: Books | None = None, port: int = 0) -> AsyncIterator[FakePingen]:
    """Serve while the block lasts; port 0 takes a free one."""
    known = books or Books()
    async with served_here(create_fake(known), port) as address:
        yield FakePingen(known, address)


@router.post("/auth/access-tokens")
async def let_in(request: Request) -> Response:
    """A token for a client that says its secret."""
    books: Books = request.app.state.books
    said = dict(parse_qsl((await request.body()).decode()))
    if said.get("grant_type") != "client_credentials":
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    if (said.get("client_id"), said.get("client_secret")) != (books.client_id, books.client_secret):
        wrong = {"error": "invalid_client", "error_description": "Client authentication failed"}
        return JSONResponse(wrong, 401)
    return JSONResponse(books.let_in())


@router.get("/file-upload")
async def offer_place(request: Request) -> Response:
    """Where a file may be put."""
    books: Books = request.app.state.books
    _admit(books, request)
    return _json(books.offer(str(request.base_url).rstrip("/")))


@router.put("/files/{name}")
async def put_file(request: Request, name: str) -> Response:
    """The store of files beside Pingen: whoever knows a place may put one there."""
    books: Books = request.app.state.books
    url = f"{str(request.base_url).rstrip('/')}/files/{name}"
    if url not in books.places:
        return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
    books.files[url] = await request.body()
    return Response()


@router.post("/organisations/{organisation}/deliveries/letters")
async def create_letter(request: Request, organisation: str) -> Response:
    """Take a letter; a key that was answered before gets the same answer."""
    books: Books = request.app.state.books
    _admit(books, request, organisation)
    key = request.headers.get(KEY, "")
    if len(key) > _LONGEST_KEY:
        raise Fault(400, "idempotency_key_too_long", "The idempotency key may have 64 characters")
    mishap = books.mishaps.pop(0) if books.mishaps else None
    if mishap in _REFUSALS:
        raise Fault(*_REFUSALS[mishap])
    if key in books.answered:
        kept = books.answered[key]
        return await on_the_way(_json(kept.body, kept.status, {"Idempotent-Replayed": "true"}), mishap)
    body = books.take(_look_at(await _said(request), books), str(request.base_url).rstrip("/"))
    if key:
        books.answered[key] = Kept(201, body)
    return await on_the_way(_json(body, 201), mishap)


@router.get("/organisations/{organisation}")
async def get_organisation(request: Request, organisation: str) -> Response:
    """The organisation itself."""
    _admit(request.app.state.books, request, organisation)
    attributes = {"name": "A stand-in", "status": "active", "plan": "free", "billing_mode": "prepaid"}
    return _json({"data": {"id": organisation, "type": "organisations", "attributes": attributes}})


def _admit(books: Books, request: Request, organisation: str | None = None) -> None:
    if request.headers.get("authorization", "").removeprefix("Bearer ") not in books.tokens:
        raise Fault(401, "unauthorized", "Unauthorized")
    if organisation not in {None, books.organisation}:
        raise Fault(404, "not_found", "Not Found")


async def _said(request: Request) -> Any:
    if request.headers.get("content-type", "").partition(";")[0] != _JSON_API:
        raise Fault(415, "unsupported_media_type", "Unsupported Media Type")
    try:
        return json.loads(await request.body())
    except ValueError:
        raise Fault(400, "malformed", "Malformed JSON") from None


def _look_at(said: Any, books: Books) -> dict[str, Any]:
    """The attributes of a letter that Pingen would take. Raises `Fault`."""
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, dict) or data.get("type") != "letters" or not isinstance(data.get("attributes"), dict):
        raise Fault(422, "validation_failed", "The given data was invalid.", "/data")
    attributes: dict[str, Any] = data["attributes"]
    wrong = next((name for name, allowed in _ALLOWED.items() if attributes.get(name) not in allowed), None)
    url = attributes.get("file_url")
    if not 5 <= len(str(attributes.get("file_original_name", ""))) <= 255:  # noqa: PLR2004 - Pingen's limits
        wrong = "file_original_name"
    if books.places.get(str(url), "") != attributes.get("file_url_signature"):
        wrong = "file_url_signature"
    elif not books.files.get(str(url), b"").startswith(b"%PDF-"):
        wrong = "file_url"
    if wrong is not None:
        raise Fault(422, "validation_failed", f"The {wrong} is invalid.", f"/data/attributes/{wrong}")
    return attributes


def _json(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, media_type=_JSON_API)


async def _refused(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Fault)  # noqa: S101 - it is registered for these
    return _json(fault.body, fault.status, {"Retry-After": "60"} if fault.status == 429 else None)  # noqa: PLR2004 - as HTTP
