"""What is answered while more connections are open than the process takes: at once, before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web_server import is_crowded
from api.authentication import answers_in_json
from api.problems import Problem

CROWDED: Final = Problem(
    "crowded", "Send it again, with the same Idempotency-Key", headers={"Retry-After": "5", "Connection": "close"}
)


class CrowdLimit:
    """Turns away what comes beyond the limit, and ends its connection, so that there is place for others."""

    def __init__(self, app: ASGIApp, page: Callable[[Request, Problem], Response]) -> None:
        """Stands before whatever reads a body. `page` shows a problem to a person."""
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what there is place for."""
        if scope["type"] != "http" or not is_crowded(scope):
            await self._app(scope, receive, send)
            return
        answer = CROWDED.answer() if answers_in_json(scope) else self._page(Request(scope), CROWDED)
        await answer(scope, receive, send)
