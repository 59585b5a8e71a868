"""A message as it reached us: read if it can be, and kept word for word."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from dunning.messages import MESSAGES, Message, identity

_LONGEST: Final = 200  # characters; twice what the messages that we understand may need


@dataclass(frozen=True, slots=True)
class Heard:
    """`message` is None where it cannot be understood; then it is kept, and the case puts it before a person."""

    name: str
    body: dict[str, Any]
    identity: str
    at: datetime
    message: Message | None


def heard(name: str, body: dict[str, Any], at: datetime) -> Heard:
    """Read a message that reached us at `at`, unless it says itself when it did."""
    plain: dict[str, Any] = from_json(to_json(body))
    message = _read(name, plain)
    moment = message.at if message is not None and message.at is not None else at
    return Heard(name, plain, _short(identity(name, plain)), moment, message)


def _short(known_as: str) -> str:
    """Whatever somebody took for an id, it fits an index."""
    return known_as if len(known_as) <= _LONGEST else hashlib.sha256(known_as.encode()).hexdigest()


def _read(name: str, body: dict[str, Any]) -> Message | None:
    kind = MESSAGES.get(name)
    try:
        return kind.model_validate(body) if kind else None
    except ValidationError:
        return None
