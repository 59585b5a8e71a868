"""Our cookies: out of reach of scripts, sent by our own pages only, and where we are on https, over https alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

HOST_ONLY: Final = "__Host-"  # a browser takes it from this host alone, over https, for every path


class Cookie:
    """One cookie, by its name."""

    def __init__(self, name: str, *, is_https: bool, from_elsewhere: bool = False) -> None:
        """`is_https` is about the address that browsers use, not about the connection that reaches us.

        One that is sent `from_elsewhere` comes along too when a link or a redirect of another site leads here.
        """
        self._same_site: Literal["lax", "strict"] = "lax" if from_elsewhere else "strict"
        self.name = f"{HOST_ONLY}{name}" if is_https else name
        self._is_https = is_https

    def set(self, response: Response, value: str, lifetime: timedelta) -> None:
        """Give it to the browser, for so long."""
        response.set_cookie(
            self.name, value, max_age=int(lifetime.total_seconds()), path="/", secure=self._is_https, httponly=True,
            samesite=self._same_site,
        )  # fmt: skip

    def forget(self, response: Response) -> None:
        """Take it away."""
        response.delete_cookie(self.name, path="/", secure=self._is_https, httponly=True, samesite=self._same_site)

    def read(self, request: Request) -> str | None:
        """What the browser sent, None for nothing."""
        return request.cookies.get(self.name)
