"""Headers that keep a browser from doing more than our pages ask for: no script, style or frame but our own files."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGES: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A message of the mailbox: shown in a frame of our own page, with its own styles, able to do nothing at all.
MESSAGE: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; base-uri 'none'"
)
# A PDF: what shows it in a browser is a page of the browser's own.
PRINTED: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_ON_HTTPS: Final = {"strict-transport-security": "max-age=31536000"}  # a year, for this host alone


class SafeHeaders:
    """Adds them to every answer that does not set its own."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        """Stands around everything that answers. `is_https`: browsers are to come back over https alone."""
        self._app = app
        self._all = {
            **_ALWAYS, "content-security-policy": PAGES, "cache-control": "no-store", **(_ON_HTTPS if is_https else {})
        }  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as usual, with more headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._all.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)
