"""Signed-in browsers: a cookie for a session that the store keeps, and the mark that our own forms carry."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from itsdangerous import Signer
from starlette.requests import Request
from starlette.responses import Response

from adapters.clock import now
from adapters.storage.access.people import Person
from api.callers import Caller
from api.cookies import Cookie

_LONGEST: Final = 1_000


class SessionStore(Protocol):
    """Where sessions are kept, as `adapters.storage.access.sessions.SessionBook` keeps them."""

    async def begin(self, person: str, at: datetime, ends_at: datetime) -> str:
        """The token of a new session."""

    async def who(self, token: str, at: datetime) -> Person | None:
        """Whose session it is, None if the token opens nothing."""

    async def end(self, token: str) -> None:
        """From now on the token opens nothing."""


class Sessions:
    """Begins, reads and ends sessions, on this machine's clock: people sign in in real time."""

    def __init__(
        self,
        store: SessionStore,
        secret: str,
        lifetime: timedelta,
        *,
        is_https: bool,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`secret` is that of the settings, and signs forms; a session older than `lifetime` is over."""
        self._store = store
        self._forms = Signer(secret, salt="form")
        self._lifetime = lifetime
        self._clock = clock
        self._cookie = Cookie("dunning_session", is_https=is_https)

    async def sign_in(self, request: Request, response: Response, name: str) -> None:
        """Begin a session of the person of this name, and set its cookie; the one that the browser had ends."""
        at, before = self._clock(), self.token(request)
        if before is not None:
            await self._store.end(before)
        token = await self._store.begin(name, at, at + self._lifetime)
        self._cookie.set(response, token, self._lifetime)

    async def sign_out(self, request: Request, response: Response) -> None:
        """End the session, so that a copy of its cookie opens nothing either."""
        token = self.token(request)
        if token is not None:
            await self._store.end(token)
        self._cookie.forget(response)

    def token(self, request: Request) -> str | None:
        """The session that a browser says it has."""
        shown = self._cookie.read(request)
        return shown if shown is not None and len(shown) <= _LONGEST else None

    async def who(self, token: str) -> Caller | None:
        """Whose session it is; None where it ended or is over, or they may not come in any more."""
        found = await self._store.who(token, self._clock())
        return Caller(found.name, found.roles, "person", token) if found else None

    def form_mark(self, token: str) -> str:
        """What a form of this session carries, so that no other site can send one in its name."""
        return self._forms.get_signature(token).decode()

    def is_form_mark(self, token: str, mark: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.form_mark(token).encode(), mark.encode())
