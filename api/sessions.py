"""Signed-in browsers: a cookie that names the key they were let in with, and the mark that our own forms carry."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final

from itsdangerous import BadData, Signer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE: Final = "dunning_session"
_LONGEST: Final = 1_000


class Sessions:
    """Issues and reads the cookie. It proves who signed in; whether the key still opens is asked at every request."""

    def __init__(self, secret: str, lifetime: timedelta) -> None:
        """`secret` is that of the settings; a cookie older than `lifetime` is none."""
        self._tokens = URLSafeTimedSerializer(secret, salt="session")
        self._forms = Signer(secret, salt="form")
        self._lifetime = lifetime

    def sign_in(self, response: Response, request: Request, name: str) -> None:
        """Set the cookie: out of reach of scripts, sent by our own pages only, over https where the page is."""
        response.set_cookie(
            COOKIE,
            str(self._tokens.dumps(name)),
            max_age=int(self._lifetime.total_seconds()),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def sign_out(self, response: Response) -> None:
        """Forget the cookie."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def read(self, token: str | None) -> str | None:
        """The name of the key that signed in, None for a cookie that is missing, old or not ours."""
        if token is None or len(token) > _LONGEST:
            return None
        try:
            return str(self._tokens.loads(token, max_age=int(self._lifetime.total_seconds())))
        except BadData:
            return None

    def form_mark(self, token: str) -> str:
        """What a form of this session carries, so that no other site can send one in its name."""
        return self._forms.get_signature(token).decode()

    def is_form_mark(self, token: str, mark: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.form_mark(token).encode(), mark.encode())
