"""The API as OpenAPI describes it: a key on every address, an Idempotency-Key on every POST, problems as they are."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.access_log import REQUEST_ID
from api.authentication import REFERENCE
from api.idempotency import ALLOWED, HEADER, PURE, REPLAYED
from api.openapi.examples import Examples
from api.openapi.meanings import UNSET, meaning_of
from api.openapi.messages import MESSAGES, SHOWN
from api.openapi.parameters import parameter_of
from api.openapi.problems import OPEN, problems_of
from api.problems import ProblemShape

VERSION: Final = "1.0"
JSON: Final = "application/json"
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
    "notes": "What people write for one another",
    "queue": "Whose each customer is, and until when they are put off",
    "policies": "The ladders",
    "mailbox": "What was sent",
    "webhooks": "What payment providers and carriers tell; their signatures or passwords are the key",
    "health": "Whether it works; needs no key",
}
_SUMMARY: Final = re.compile(r"(.+?)(?: \([A-Z][0-9]|[.;:]\s|[.;:]$|$)", re.DOTALL)
_UNTOLD: Final = frozenset({"Successful Response", "OK"})
_REPLAYED: Final = {
    REPLAYED: {"description": "`true`: this is the first answer again", "schema": {"type": "string", "enum": ["true"]}}
}
_REQUEST_ID: Final = {REQUEST_ID: {"description": "The name of this request in the log", "schema": {"type": "string"}}}


def server(url: str | None) -> dict[str, str]:
    """Where the API is found; without a `url`, where its description was read."""
    return {"url": (url or "").rstrip("/") or "/", "description": "This installation"}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=VERSION, description=_ABOUT, routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        servers=app.servers or [server(None)],
        summary="Collections for overdue invoices: each of them a case",
    )  # fmt: skip
    schema["externalDocs"] = {"description": "The same to read in a browser", "url": REFERENCE}
    parts = schema.setdefault("components", {})
    shapes: dict[str, Any] = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes |= {**problem.pop("$defs", {}), "Problem": problem}
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "`dunning keys create`"}}
    parts["parameters"] = {"IdempotencyKey": _idempotency_key()}
    schema["security"] = [{"key": []}]
    for name, shape in shapes.items():
        _tell_fields(name, shape)
    examples = Examples(shapes)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation, examples)
    return schema


def _tell_fields(name: str, shape: dict[str, Any]) -> None:
    """Say of every field what it means, also beside what it may look like."""
    if name.startswith("Listed_"):
        shape["description"] = "A page of a list"
    for field, part in shape.get("properties", {}).items():
        meaning, own = meaning_of(name, field), part.get("description")
        if meaning is not None and (own is None or "pattern" in part):
            part["description"] = f"{meaning.text}: {own}" if own else meaning.text


def _complete(path: str, method: str, operation: dict[str, Any], examples: Examples) -> None:
    """Say of an address what the middlewares do around it, and show every body and answer."""
    operation["summary"] = _summary(operation["description"])
    answers = operation["responses"]
    answers.pop("422", None)
    if path in OPEN:
        operation["security"] = []
    for part in operation.get("parameters", ()):
        _tell_parameter(operation["operationId"], part)
    message = MESSAGES.get(operation["operationId"])
    for body in operation.get("requestBody", {}).get("content", {}).values():
        if "example" not in body:
            body["example"] = examples.body(body["schema"])
    for answer in answers.values():
        _show_answer(answer, operation, examples)
    problems = problems_of(path, method, operation, message.name if message else None)
    answers |= problems
    if method == "post" and path not in PURE and path not in OPEN:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    for code, answer in answers.items():
        replayed = _REPLAYED if code.startswith("2") and method == "post" and path not in PURE | OPEN.keys() else {}
        answer["headers"] = {**answer.get("headers", {}), **_REQUEST_ID, **replayed}


def _summary(text: str) -> str:
    """The first words of what an operation does, up to where they go on."""
    found = _SUMMARY.match(text)
    return (found[1] if found else text).strip()


def _tell_parameter(operation: str, part: dict[str, Any]) -> None:
    meaning = parameter_of(operation, part["name"])
    if meaning is None:
        return
    if "description" not in part:
        part["description"] = part["schema"]["description"] = meaning.text
    if meaning.example is not UNSET:
        part["example"] = meaning.example


def _show_answer(answer: dict[str, Any], operation: dict[str, Any], examples: Examples) -> None:
    for content in answer.get("content", {}).values():
        if "example" not in content:
            shown = examples.answer(content["schema"])
            content["example"] = shown | _own(operation, shown) if isinstance(shown, dict) else shown
        if answer["description"] in _UNTOLD:
            answer["description"] = examples.text(content["schema"])


def _own(operation: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """What an answer repeats of its request: the message, what the body and the address name."""
    name = operation["operationId"]
    body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example", {})
    known = {field: value for field, value in body.items() if field in shown and isinstance(value, str)}
    message = MESSAGES.get(name)
    if message is not None:
        known |= {field: message.name for field in ("message", "request") if field in shown}
        known |= {"id": _id_in(operation, body)} if "request" in shown and "id" in message.model_fields else {}
    return {**known, **SHOWN.get(name, {})}


def _id_in(operation: dict[str, Any], body: dict[str, Any]) -> Any:
    ids = [part["example"] for part in operation["parameters"] if part["name"] != "invoice_id" and "example" in part]
    return body.get("id", ids[0] if ids else None)


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": HEADER, "in": "header", "required": True, "description": ALLOWED, "example": "5f2c9f7e-1",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }  # fmt: skip
