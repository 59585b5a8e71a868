"""The stand-in's addresses: its description, the sign-in, tokens, keys, and what it knows of somebody.

As the protocol has it: a code is good once, for a minute, for the client and address that it was made for, and only
with the verifier of its challenge (RFC 7636); answers are signed by a key that can be looked up.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.clock import now
from adapters.stand_in import served_here

router = APIRouter()
GOOD_FOR: Final = timedelta(minutes=1)


@dataclass(slots=True)
class Issued:
    """A code that was given out, and what it stands for."""

    who: str
    client_id: str
    back: str
    nonce: str
    challenge: str
    until: float


@dataclass(slots=True)
class Books:
    """Whom it knows by address, with whether that is verified; and how it misbehaves, for tests.

    `claims` stand over those of its answers, `signs_with` over the key that it shows; `in_token` says whether the
    address stands in the signed answer or must be asked for.
    """

    people: dict[str, bool] = field(default_factory=lambda: {"ann@northwind.example": True})
    client_id: str = "dunning"
    client_secret: str = "stand-in-secret"  # noqa: S105 - made up, for trials on this machine
    claims: dict[str, Any] = field(default_factory=dict)
    in_token: bool = True
    signs_with: RSAKey | None = None
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    codes: dict[str, Issued] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def create_fake(books: Books) -> FastAPI:
    """The application on these books."""
    app = FastAPI(openapi_url=None)
    app.state.books = books
    app.include_router(router)
    return app


@asynccontextmanager
async def serve_fake(books: Books, port: int = 0) -> AsyncIterator[str]:
    """Serve while the block lasts, as the issuer of its own address; port 0 takes a free one."""
    async with served_here(create_fake(books), port) as address:
        books.issuer = address
        yield address


@router.get("/.well-known/openid-configuration")
async def describe(request: Request) -> dict[str, Any]:
    """What it says of itself."""
    issuer = _books(request).issuer
    return {
        "issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo", "jwks_uri": f"{issuer}/keys", "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email"], "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }  # fmt: skip


@router.get("/keys")
async def keys(request: Request) -> dict[str, Any]:
    """The keys that it signs with."""
    return {"keys": [_books(request).key.as_dict(private=False)]}


@router.get("/authorize")
async def authorize(request: Request) -> Response:
    """Ask who somebody is; with `login_hint` they are taken at their word."""
    books, asked = _books(request), dict(request.query_params)
    wrong = _wrong_authorization(books, asked)
    if wrong:
        return JSONResponse({"error": "invalid_request", "error_description": wrong}, 400)
    who = asked.pop("login_hint", "")
    if who not in books.people:
        links = "".join(
            f'<li><a href="?{escape(urlencode({**asked, "login_hint": one}))}">{escape(one)}</a></li>'
            for one in books.people
        )
        return HTMLResponse(f"<!doctype html><title>Who are you?</title><h1>Who are you?</h1><ul>{links}</ul>")
    code = secrets.token_urlsafe(24)
    until = now().timestamp() + GOOD_FOR.total_seconds()
    books.codes[code] = Issued(
        who, asked["client_id"], asked["redirect_uri"], asked.get("nonce", ""), asked["code_challenge"], until
    )
    back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"
    return RedirectResponse(back, status_code=302)


def _wrong_authorization(books: Books, asked: dict[str, str]) -> str:
    if asked.get("client_id") != books.client_id:
        return "client_id"
    if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
        return "response_type or scope"
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return "code_challenge"
    return "" if asked.get("redirect_uri") else "redirect_uri"


@router.post("/token")
async def token(request: Request) -> Response:
    """A code for tokens."""
    books = _books(request)
    said = dict(parse_qsl((await request.body()).decode()))
    if request.headers.get("authorization") != _basic(books):
        return JSONResponse({"error": "invalid_client"}, 401)
    issued = books.codes.pop(said.get("code", ""), None)
    if issued is None or not _fits(issued, said):
        return JSONResponse({"error": "invalid_grant"}, 400)
    access = secrets.token_urlsafe(24)
    books.tokens[access] = issued.who
    signed = jwt.encode({"alg": "RS256", "kid": "one"}, _claims(books, issued), books.signs_with or books.key)
    return JSONResponse({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed})


@router.get("/userinfo")
async def userinfo(request: Request) -> Response:
    """Who somebody is, for whom they gave a token."""
    books = _books(request)
    who = books.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if who is None:
        return JSONResponse({"error": "invalid_token"}, 401)
    return JSONResponse({"sub": _subject(who), "email": who, "email_verified": books.people[who], **books.claims})


def _claims(books: Books, issued: Issued) -> dict[str, Any]:
    at = int(now().timestamp())
    about = {"email": issued.who, "email_verified": books.people[issued.who]} if books.in_token else {}
    own = {
        "iss": books.issuer, "sub": _subject(issued.who), "aud": books.client_id, "iat": at, "exp": at + 300,
        "nonce": issued.nonce,
    }  # fmt: skip
    said = {**own, **about, **(books.claims if books.in_token else {})}
    return {name: value for name, value in said.items() if value is not None}


def _fits(issued: Issued, said: dict[str, str]) -> bool:
    proof = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    return (
        issued.challenge == proof.decode()
        and issued.back == said.get("redirect_uri")
        and said.get("grant_type") == "authorization_code"
        and issued.until > now().timestamp()
    )


def _subject(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:16]


def _basic(books: Books) -> str:
    return "Basic " + base64.b64encode(f"{books.client_id}:{books.client_secret}".encode()).decode()


def _books(request: Request) -> Books:
    books: Books = request.app.state.books
    return books
