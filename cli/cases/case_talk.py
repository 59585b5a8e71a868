"""A message to a case as it is written on a command line: FIELD=VALUE, or one JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from adapters.document import Document
from adapters.file_mistakes import mistakes_in_document
from cli.exits import BadInput
from dunning.errors import Mistake
from dunning.messages import MESSAGES
from dunning.records import Message

_DAYS_ON: Final = re.compile(r"\+(?P<count>[0-9]{1,4})d")


def written_message(name: str, written: Sequence[str], today: date | None = None) -> Message:
    """The message that somebody wrote. Raises `BadInput` that names the field.

    `today` is the case's local day, from which `+5d` counts; None: any day will do, for it is looked at once more.
    """
    kind = MESSAGES.get(name)
    if kind is None:
        near = get_close_matches(name, MESSAGES, n=1)
        allowed = f"{near[0]}, perhaps" if near else ", ".join(sorted(MESSAGES))
        raise BadInput(f"message: found {name}; allowed {allowed}")
    body = _body(written, today or date(2000, 1, 1))
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        wrong = mistakes_in_document(error, kind.model_json_schema(by_alias=True), Document(name, body, {}))
        raise BadInput("\n".join(f"{name}: {problem}" for problem in wrong)) from None


def _body(written: Sequence[str], today: date) -> dict[str, Any]:
    if len(written) == 1 and written[0].lstrip().startswith("{"):
        value = _json(written[0])
        if isinstance(value, dict):
            return value
    pairs = [one.partition("=") for one in written]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise BadInput(str(Mistake("message", None, wrong, "FIELD=VALUE, such as amount=400.00, or one JSON object")))
    return {name: _value(name, text, today) for name, _, text in pairs}


def _value(name: str, text: str, today: date) -> Any:
    """Text as it stands; only what must be JSON is read as such: lists, mappings, true and false. A day may be counted
    from today.
    """
    counted = _DAYS_ON.fullmatch(text) if name in {"on", "until", "due_on"} else None
    if counted is not None:
        return (today + timedelta(days=int(counted["count"]))).isoformat()
    return _json(text) if text[:1] in {"[", "{"} or text in {"true", "false"} else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadInput(f"message: found no JSON ({error}); allowed an object, or FIELD=VALUE pairs") from None
