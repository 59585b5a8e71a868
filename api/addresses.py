"""Which methods an address takes, and from whom: the others are turned away before anything else is asked of them.

HEAD is answered wherever GET is, without the body. An address that there is not is told before what is missing in the
request.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.authentication import answers_in_json
from api.callers import caller_of
from api.permissions import refused
from api.problems import KINDS, Problem

_ORDER: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Addresses:
    """Stands between the door and whatever reads a request."""

    def __init__(self, app: ASGIApp, of: FastAPI, page: Callable[[Request, Problem], Response]) -> None:
        """`of` has all its routes by the first request. `page` shows a problem to a person."""
        self._app = app
        self._of = of
        self._page = page
        self._known: list[tuple[re.Pattern[str], str, frozenset[str]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the address takes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["dunning.route"], taken = self._known_as(scope["path"])
        if scope["method"] not in taken:
            await self._told(scope, _not_taken(taken))(scope, receive, send)
        elif refusal := refused(scope["method"], scope["dunning.route"], caller_of(scope)):
            await self._told(scope, refusal)(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self._app(scope, receive, send)

    def _known_as(self, path: str) -> tuple[str | None, frozenset[str]]:
        """The pattern of an address, and all that is taken there."""
        if not self._known:
            self._known = [
                (compile_path(route.path)[0], route.path, frozenset(route.methods))
                for route in iter_route_contexts(self._of.routes)
                if route.path is not None and route.methods is not None
            ]
        found = [(name, methods) for pattern, name, methods in self._known if pattern.match(path)]
        taken = frozenset[str]().union(*(methods for _, methods in found))
        return (found[0][0] if found else None), taken | ({"HEAD"} if "GET" in taken else set())

    def _told(self, scope: Scope, problem: Problem) -> Response:
        return problem.answer() if answers_in_json(scope) else self._page(Request(scope), problem)


def _not_taken(taken: frozenset[str]) -> Problem:
    if not taken:
        return Problem("not-found", KINDS["not-found"][1])
    allow = ", ".join(method for method in _ORDER if method in taken)
    return Problem("method-not-allowed", f"allowed: {allow}", headers={"Allow": allow})


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
