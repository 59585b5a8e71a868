"""A message as it reached us: read if it can be, and kept word for word."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox.personal import as_far_as_kept
from adapters.storage.tables import Origin
from dunning.messages import MESSAGES, Message, content, discreet, identity

_LONGEST: Final = 200  # characters; twice what the messages that we understand may need


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """`message` is None where it cannot be understood; then it is kept, and the case puts it before a person.

    What it books is marked with its `origin`. `texts` are the words that its references stand for (O3).
    """

    name: str
    body: dict[str, Any]
    at: datetime
    message: Message | None
    origin: Origin = "told"
    texts: Mapping[str, str] = field(default_factory=dict)

    def known_as(self, tx: Transaction) -> str:
        """What makes it the same message (P1): the same in full as it reached us, and discreet as a case is told it."""
        return _short(identity(self.name, self.discreet(tx)))

    def discreet(self, tx: Transaction) -> dict[str, Any]:
        """Its body as a case is told it (O3)."""
        return discreet(self.name, self.body, tx.fingerprint_key)


def read_message(
    name: str, body: dict[str, Any], at: datetime, origin: Origin = "told", texts: Mapping[str, str] | None = None
) -> ReceivedMessage:
    """Read a message that reached us at `at`, unless it says itself when it did; its body may refer to `texts`."""
    plain: dict[str, Any] = from_json(to_json(body))
    message = understood(name, plain)
    moment = message.at if message is not None and message.at is not None else at
    return ReceivedMessage(name, plain, moment, message, origin, texts or {})


def same_content(one: ReceivedMessage, body: dict[str, Any], currency: str) -> bool:
    """Whether a message says what is kept of one with its name and id; what could not be read says nothing, and what
    is not kept any more is not compared.
    """
    if one.message is not None:
        one = read_message(one.name, as_far_as_kept(one.body, body), one.at)
    kept = understood(one.name, body)
    if one.message is None or kept is None:
        return one.message is None
    return content(one.message, currency) == content(kept, currency)


def _short(known_as: str) -> str:
    """Whatever somebody took for an id, it fits an index."""
    return known_as if len(known_as) <= _LONGEST else hashlib.sha256(known_as.encode()).hexdigest()


def understood(name: str, body: dict[str, Any]) -> Message | None:
    """The message in this body; None where it is none that we know."""
    kind = MESSAGES.get(name)
    try:
        return kind.model_validate(body) if kind else None
    except ValidationError:
        return None
