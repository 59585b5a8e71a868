"""Talking to one case, as the API does: facts are kept before they are told, requests are answered by the case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from adapters.clock import now
from adapters.file_mistakes import mistakes_in_document
from adapters.yaml import Document
from api import problems
from api.case_reader import CaseReader
from api.shapes.cases import CaseOut, Forecast, LineOut
from cli.exits import BadInput, Missing
from cli.installation.installation import Installation
from dunning.errors import Mistake
from dunning.messages import FACTS, MESSAGES, REQUESTS
from dunning.records import Message

_PAGE: Final = 200


async def look_at_case(of: Installation, invoice_id: str) -> CaseOut:
    """The case. Raises `NotFound`."""
    return await CaseReader(of.case_service).case(invoice_id)


async def foresee_case(of: Installation, invoice_id: str) -> Forecast:
    """What is to come (O4). Raises `NotFound`, and `Missing` while no worker answers for the case."""
    try:
        return await CaseReader(of.case_service).forecast(invoice_id)
    except problems.Problem:
        raise Missing(f"case {invoice_id}: found no worker that answers for it; start one: `dunning worker`") from None


async def journal_of(of: Installation, invoice_id: str) -> tuple[LineOut, ...]:
    """Every line of its journal. Raises `NotFound`."""
    currency = (await of.store.cases.one(invoice_id)).currency
    lines: list[LineOut] = []
    cursor: str | None = None
    while True:
        page = await of.store.cases.journal(invoice_id, cursor=cursor, limit=_PAGE)
        lines += [LineOut.of(line, currency) for line in page.rows]
        cursor = page.next
        if cursor is None:
            return tuple(lines)


def written_message(name: str, written: Sequence[str]) -> Message:
    """The message that somebody wrote as FIELD=VALUE or as one JSON object. Raises `BadInput` that names the field."""
    kind = MESSAGES.get(name)
    if kind is None:
        near = get_close_matches(name, MESSAGES, n=1)
        allowed = f"{near[0]}, perhaps" if near else ", ".join(sorted(MESSAGES))
        raise BadInput(f"message: found {name}; allowed {allowed}")
    body = _body(written)
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        wrong = mistakes_in_document(error, kind.model_json_schema(by_alias=True), Document(name, body, {}))
        raise BadInput("\n".join(f"{name}: {problem}" for problem in wrong)) from None


async def put_message(of: Installation, invoice_id: str, told: Message) -> str:
    """Tell or ask it. Raises `Refused` with the rule's reason, and `NotFound`."""
    if told.name in FACTS:
        heard = await of.case_service.tell(invoice_id, FACTS[told.name].model_validate(told.model_dump()))
        return "told" if heard.by_case else "kept; no case is open yet"
    request = REQUESTS[told.name].model_validate(told.model_dump())
    await of.case_service.ask(invoice_id, request, f"command-{now().isoformat()}")
    return "applied"


def _body(written: Sequence[str]) -> dict[str, Any]:
    if len(written) == 1 and written[0].lstrip().startswith("{"):
        value = _json(written[0])
        if isinstance(value, dict):
            return value
    pairs = [one.partition("=") for one in written]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise BadInput(str(Mistake("message", None, wrong, "FIELD=VALUE, such as amount=400.00, or one JSON object")))
    return {name: _value(text) for name, _, text in pairs}


def _value(text: str) -> Any:
    """Text as it stands; only what must be JSON is read as such: lists, mappings, true and false."""
    return _json(text) if text[:1] in {"[", "{"} or text in {"true", "false"} else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadInput(f"message: found no JSON ({error}); allowed an object, or FIELD=VALUE pairs") from None
