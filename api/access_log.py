"""One line for every request: what was asked, how it ended, how long it took; never an id, a query or a name."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.request_ids import new_request_id
from api.authentication import answers_in_json
from api.callers import caller_of
from api.error_handlers import problem_of
from api.problems import Problem

REQUEST_ID: Final = "Request-Id"
_LOG: Final = structlog.get_logger("dunning.api")
_QUIET: Final = frozenset({"/healthz", "/readyz"})
_FRAMES: Final = 4


class AccessLog:
    """Logs requests by the pattern of their address (`/v1/cases/{invoice_id}`), and turns faults of ours into problems.

    Every answer says in its Request-Id under which name it is logged. What an exception says may hold personal data, so
    only its type and its place are logged.
    """

    def __init__(self, app: ASGIApp, page: Callable[[Request, Problem], Response]) -> None:
        """Stands first, so that it sees everything. `page` shows a problem to a person."""
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, name = 0, new_request_id()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        start, fault = _seconds(), {}
        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - nothing may reach the server's own log, which prints what it says
            problem = problem_of(error)
            if problem is None or status:
                fault = {"error": type(error).__name__, "at": _place(error)}
            if not status:
                await self._answer(scope, problem or _fault(name))(scope, receive, watched)
        _write(scope, name, status, _seconds() - start, fault)

    def _answer(self, scope: Scope, problem: Problem) -> Response:
        return problem.answer() if answers_in_json(scope) else self._page(Request(scope), problem)


def _fault(name: str) -> Problem:
    return Problem("fault", f"Nothing more is known here; the log of this process names the place beside {name}")


def _write(scope: Scope, name: str, status: int, seconds: float, fault: dict[str, Any]) -> None:
    who = caller_of(scope)
    line = {
        "id": name, "method": scope["method"], "route": _route(scope), "status": status, "ms": round(seconds * 1000, 1),
        "by": who.kind if who else None, "key": who.name if who and who.kind == "key" else None, **fault,
    }  # fmt: skip
    if fault:
        _LOG.error("request", **line)
    elif scope["path"] in _QUIET and status < 400:  # noqa: PLR2004 - from here on it is an error
        _LOG.debug("request", **line)
    else:
        _LOG.info("request", **line)


def _route(scope: Scope) -> str:
    pattern = scope.get("dunning.route") or getattr(scope.get("route"), "path", None)
    return str(pattern or "(none)")


def _place(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]


def _seconds() -> float:
    return asyncio.get_running_loop().time()
