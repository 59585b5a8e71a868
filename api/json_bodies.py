"""JSON as programs understand each other by it (I-JSON): UTF-8, each name once in its object, numbers that are some."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.authentication import is_programs
from api.limits import replayed
from api.problems import Problem, RequestMistake
from api.validation_errors import pointer

UNREADABLE: Final = RequestMistake("something that is no JSON", "one JSON object in UTF-8", pointer="#")


class JsonMistake(ValueError):
    """A text that is no JSON, or that two readers would not understand in the same way."""

    def __init__(self, mistake: RequestMistake = UNREADABLE) -> None:
        """`mistake` repeats nothing that may be personal."""
        self.mistake = mistake
        super().__init__(str(mistake))


def read_json(body: bytes) -> Any:
    """What stands in a body; numbers with a point as they are written, in quotes. Raises `JsonMistake`."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise JsonMistake(RequestMistake("bytes that are no UTF-8", "JSON in UTF-8", pointer="#")) from None
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=repr)
    except JsonMistake:
        raise
    except (ValueError, RecursionError):
        raise JsonMistake from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            said = pointer((name,)).removeprefix("#/")
            raise JsonMistake(RequestMistake(f"the name {said} more than once", "each name once", pointer="#"))
        found[name] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise JsonMistake(RequestMistake(word, "a number or a text", pointer="#"))


class PlainJson:
    """Refuses a body that says it is JSON and is not, before anything is kept or done for it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stands behind `BodyLimit`, which has the whole body."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read it once; the route reads it again."""
        if scope["type"] != "http" or not is_programs(scope) or not _says_json(scope):
            await self._app(scope, receive, send)
            return
        body = (await receive()).get("body", b"")
        try:
            if body:
                read_json(body)
        except JsonMistake as error:
            await Problem("malformed", str(error.mistake), (error.mistake,)).answer()(scope, receive, send)
            return
        await self._app(scope, replayed(body, receive), send)


def _says_json(scope: Scope) -> bool:
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
