"""Lets nobody in who shows neither a key nor a session: whatever address is added later is behind the door at once."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.incoming.return_paths import UNSUBSCRIBE
from api.callers import Caller
from api.door import Door
from api.keys import bearer
from api.problems import Problem
from api.sessions import Sessions

SIGN_IN: Final = "/sign-in"
WELCOME: Final = "/welcome/"  # links by which people set their password; each is its own key
PROVIDER: Final = "/sign-in/provider"  # to the provider that knows our people, and back
STRIPE: Final = "/webhooks/stripe"  # its signature is the key
TWILIO: Final = "/webhooks/twilio"  # likewise
PINGEN: Final = "/webhooks/pingen"  # likewise
POSTMARK: Final = "/webhooks/postmark"  # a password of its own is
DESCRIPTION: Final = "/openapi.json"
REFERENCE: Final = "/reference"
WITHOUT_KEY: Final = frozenset(
    {
        "/healthz",
        "/readyz",
        DESCRIPTION,
        REFERENCE,
        SIGN_IN,
        PROVIDER,
        f"{PROVIDER}/back",
        STRIPE,
        TWILIO,
        PINGEN,
        POSTMARK,
    }
)
FOLDERS_WITHOUT_KEY: Final = (
    "/static/",
    "/reference/",
    "/problems/",
    WELCOME,
    UNSUBSCRIBE,
)  # of the last two each link is one
_FOR_PEOPLE: Final = frozenset({REFERENCE, SIGN_IN, PROVIDER, f"{PROVIDER}/back"})
_LOOKING: Final = frozenset({"GET", "HEAD"})


class AuthenticationMiddleware:
    """Programs show their key in the Authorization header, browsers the cookie of a person's session."""

    def __init__(self, app: ASGIApp, door: Door, sessions: Sessions, *, demo: str | None) -> None:
        """`demo` is who a link with a key in its query signs in, once; the browser is sent on without it."""
        self._app = app
        self._door = door
        self._sessions = sessions
        self._demo = demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on who is known, turn away who is not."""
        if scope["type"] != "http" or scope["path"] in WITHOUT_KEY or scope["path"].startswith(FOLDERS_WITHOUT_KEY):
            await self._app(scope, receive, send)
            return
        caller = await self._caller(scope)
        if caller is not None:
            scope.setdefault("state", {})["caller"] = caller
            await self._app(scope, receive, send)
            return
        answer = await self._signed_in_by_link(scope) or _turned_away(scope)
        await answer(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller | None:
        request = Request(scope)
        shown = bearer(request.headers.get("authorization"))
        if shown is not None:
            return await self._door.program(scope, shown)
        token = self._sessions.token(request)
        if is_programs(scope) or token is None or "key" in request.query_params:
            return None
        return await self._sessions.who(token)

    async def _signed_in_by_link(self, scope: Scope) -> Response | None:
        request = Request(scope)
        if self._demo is None or scope["method"] not in _LOOKING or is_programs(scope):
            return None
        key = request.query_params.get("key", "")
        caller = await self._by_link(scope, key) if key else None
        if caller is None:
            return None
        answer = RedirectResponse(_without_key(scope), status_code=303)
        await self._sessions.sign_in(request, answer, self._demo)
        return answer

    async def _by_link(self, scope: Scope, key: str) -> Caller | None:
        """Who was wrong too often is shown the door, which says so."""
        try:
            return await self._door.by_link(scope, key)
        except Problem:
            return None


def is_programs(scope: Scope) -> bool:
    """Whether the address is for programs with a key of ours: those answer in JSON and take no cookie."""
    path = str(scope["path"])
    return path == "/v1" or path.startswith("/v1/")


def answers_in_json(scope: Scope) -> bool:
    """Whether what goes wrong there is told to a program, not shown to a person."""
    return is_programs(scope) or scope["path"] in WITHOUT_KEY - _FOR_PEOPLE


def _without_key(scope: Scope) -> str:
    kept = [(name, value) for name, value in parse_qsl(scope["query_string"].decode("latin-1")) if name != "key"]
    return _local(scope["path"]) + (f"?{urlencode(kept)}" if kept else "")


def _local(path: str) -> str:
    """The path as an address of ours: `//elsewhere` would be another host's."""
    return "/" + path.lstrip("/\\")


def key_required() -> Problem:
    """What a program is told that shows no key, or a wrong one."""
    detail = "header Authorization: found no valid key; allowed `Bearer KEY`, made by `dunning keys create`"
    return Problem("unauthenticated", detail, headers={"WWW-Authenticate": "Bearer"})


def _turned_away(scope: Scope) -> Response:
    if is_programs(scope) or scope["method"] not in _LOOKING or "html" not in Headers(scope=scope).get("accept", ""):
        return key_required().answer()
    back = _without_key(scope)
    return RedirectResponse(SIGN_IN if back == "/" else f"{SIGN_IN}?{urlencode({'next': back})}", status_code=303)
