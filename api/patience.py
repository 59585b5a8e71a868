"""How long a request waits for the store: an answer, even one that says so, is there within five seconds."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.storage.engine.turn import waiting_at_most

SECONDS: Final = 3.5  # in all; what follows on a long wait may take half a second more each


class StorePatience:
    """Whatever is done at the store for a request is not done any more when nobody waits for it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stands around everything that asks the store."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on, with so much patience."""
        with waiting_at_most(SECONDS):
            await self._app(scope, receive, send)
