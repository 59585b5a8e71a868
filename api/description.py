"""The API as OpenAPI describes it: a key on every address, an Idempotency-Key on every POST, problems as they are."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.authentication import STRIPE
from api.idempotency import ALLOWED, HEADER, PURE, REPLAYED
from api.problems import MEDIA_TYPE, ProblemShape

VERSION: Final = "1.0"
_ABOUT: Final = """\
Tell Dunning what happens to your invoices, ask its cases for things, and read what they did and why.

* **Facts** (payments, credits, disputes) are always taken: 202. Each carries an id of yours and is applied once.
* **Requests** (promises, plans, holds) are answered by the case: 200, or a problem `refused` with rule and reason.
* Every POST carries an **Idempotency-Key**: the first answer is kept and given again.
* **Money** is a decimal string with its currency, a day is `YYYY-MM-DD`, a moment has a zone.
* Lists come in pages; `next` is the `cursor` of the page that follows.
* Errors are **problems** (RFC 9457) that name the place, what was found and what is allowed.
* Every answer has a **Request-Id**, under which it stands in the log.
"""
_TAGS: Final = {
    "customers": "Who owes",
    "invoices": "What is owed",
    "payments": "Money that comes, is under way, or is taken back",
    "cases": "Where each case stands, what it did, what is to come",
    "requests": "What people ask of a case and tell it",
    "tasks": "Questions before people",
    "policies": "The ladders",
    "mailbox": "What was sent",
    "webhooks": "What payment providers tell; their signatures are the key",
    "health": "Whether it works; needs no key",
}
_MEANS: Final = {
    "400": "The request cannot be read, or lacks its Idempotency-Key",
    "401": "No valid API key, or no valid signature",
    "404": "There is no such thing",
    "408": "The body did not come in time",
    "409": "The rules do not allow it now, or it contradicts what is there",
    "413": "The body is too large",
    "415": "The body is of another type",
    "422": "Something in the request is not allowed; nothing was changed",
    "429": "Too many requests that were turned away",
    "503": "The store or the server that keeps the cases' time does not work: ask again after Retry-After",
    "504": "No answer in time: the request may still be applied, and may be repeated",
}
# What needs no key of ours, and the problems that it may answer with.
_OPEN: Final[dict[str, tuple[str, ...]]] = {
    "/healthz": ("422",), "/readyz": ("422", "503"),
    STRIPE: ("400", "401", "404", "408", "409", "413", "422", "429", "503", "504"),
}  # fmt: skip
_WITH_BODY: Final = frozenset({"post", "put", "patch"})


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    tags = [{"name": name, "description": text} for name, text in _TAGS.items()]
    schema = get_openapi(title=app.title, version=VERSION, description=_ABOUT, routes=app.routes, tags=tags)
    parts = schema.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes |= {**problem.pop("$defs", {}), "Problem": problem}
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "`dunning keys create`"}}
    parts["parameters"] = {"IdempotencyKey": _idempotency_key()}
    schema["security"] = [{"key": []}]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Say of an address what the middlewares do around it."""
    answers = operation["responses"]
    answers.pop("422", None)
    if path in _OPEN:
        operation["security"] = []
        answers |= {code: _problem(code) for code in _OPEN[path]}
        return
    codes = ["401", "404", "422", "503"]
    if method in _WITH_BODY:
        codes += ["400", "408", "409", "413", "415", "504"]
    answers |= {code: _problem(code) for code in sorted(codes)}
    if method == "post" and path not in PURE:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
        for code, answer in answers.items():
            if code.startswith("2"):
                replayed = {"description": "`true`: this is the first answer again", "schema": {"type": "string"}}
                answer.setdefault("headers", {})[REPLAYED] = replayed


def _problem(code: str) -> dict[str, Any]:
    return {"description": _MEANS[code], "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": HEADER, "in": "header", "required": True, "description": ALLOWED, "example": "5f2c9f7e-1",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }  # fmt: skip
