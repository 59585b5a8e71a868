"""What Postmark tells of a message of ours: that it arrived or came back, that its reader complained or wants no more.

The bodies are those of https://postmarkapp.com/developer/webhooks/webhooks-overview, the types of bounces those of
https://postmarkapp.com/developer/api/bounce-api#bounce-types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from dunning.errors import DunningError

Fate = Literal["delivered", "bounced", "complained", "opted_out"]

# No other message will reach that address either.
_HARD: Final = frozenset({"HardBounce", "BadEmailAddress"})
# Sent back by somebody or something that has the message, or about none of ours.
_NO_BOUNCE: Final = frozenset({"Subscribe", "AutoResponder", "AddressChange", "OpenRelayTest", "InboundError"})
_BY_ITS_READER: Final[Mapping[str, Fate]] = {"Unsubscribe": "opted_out", "SpamComplaint": "complained"}
_ID: Final = re.compile("[A-Za-z0-9-]{1,64}")


class Malformed(DunningError):
    """A body that is none of Postmark's. `field` is the one that is wrong."""

    def __init__(self, field: str, allowed: str) -> None:
        """Nothing of the body is repeated."""
        self.field, self.allowed = field, allowed
        super().__init__(f"{field}: found none; allowed {allowed}")


@dataclass(frozen=True, slots=True)
class MailFate:
    """What became of our message, by Postmark's id. A bounce is `hard` where no other will arrive there either (M5)."""

    message: str
    fate: Fate
    hard: bool = False

    @property
    def state(self) -> str:
        """The same state, however often and by whichever webhook it is told."""
        return f"{self.fate}-hard" if self.hard else self.fate


def read_news(said: Mapping[str, Any], stream: str) -> MailFate | None:
    """What the body of a webhook tells of a message in our `stream`; None where that is nothing to us.

    An address that somebody of ours suppressed or activated at Postmark has no message. Raises `Malformed`.
    """
    kind = said.get("RecordType")
    if not isinstance(kind, str):
        raise Malformed("RecordType", "what Postmark tells, such as Delivery")
    found = _fate(kind, said)
    if found is None or said.get("MessageStream") not in {None, stream}:
        return None
    message = said.get("MessageID")
    if message is None and kind == "SubscriptionChange":
        return None
    if not isinstance(message, str) or not _ID.fullmatch(message):
        raise Malformed("MessageID", "the id of a message, letters, digits and dashes")
    fate, hard = found
    return MailFate(message, fate, hard)


def _fate(kind: str, said: Mapping[str, Any]) -> tuple[Fate, bool] | None:
    match kind:
        case "Delivery":
            return "delivered", False
        case "SpamComplaint":
            return "complained", False
        case "Bounce":
            return _bounce(said.get("Type"))
        case "SubscriptionChange" if said.get("SuppressSending") is True:
            return _suppression(said.get("SuppressionReason"), said.get("Origin"))
        case _:
            return None


def _bounce(kind: object) -> tuple[Fate, bool] | None:
    """A type that is not known yet is a bounce like any other: the message is not served (N4)."""
    if kind in _NO_BOUNCE:
        return None
    fate = _BY_ITS_READER.get(kind) if isinstance(kind, str) else None
    return (fate, False) if fate else ("bounced", kind in _HARD)


def _suppression(reason: object, origin: object) -> tuple[Fate, bool] | None:
    match reason:
        case "HardBounce":
            return "bounced", True
        case "SpamComplaint":
            return "complained", False
        case "ManualSuppression" if origin == "Recipient":
            return "opted_out", False
        case _:
            return None
