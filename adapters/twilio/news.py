"""What Twilio tells: what became of a message of ours, and what the owner of a number wrote back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.opt_out_words import is_opt_out
from dunning.errors import DunningError

_FATES: Final[Mapping[str, Literal["delivered", "bounced"]]] = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "bounced",
    "failed": "bounced",
}
# Twilio's codes: all others pass (30003, a telephone that is off), or are ours (30007, filtered).
_HARD: Final = frozenset({
    "21610",  # opted out
    "21211", "21614",  # no such number, no mobile one
    "30004",  # blocked by its owner or its network
    "30005",  # not in use
    "30006",  # a landline
})  # fmt: skip
_SID: Final = re.compile("[A-Za-z0-9]{1,64}")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{4,15}")


class Malformed(DunningError):
    """Parameters that are none of Twilio's."""


@dataclass(frozen=True, slots=True)
class MessageFate:
    """What became of our message `sid`. `state` is Twilio's own word for it.

    A bounce is `hard` where no other message will arrive at that number either; its cause may be ours, or pass (M5).
    """

    sid: str
    state: str
    fate: Literal["delivered", "bounced"]
    hard: bool = False


@dataclass(frozen=True, slots=True)
class OptOut:
    """The owner of `number` (E.164) wants no more text messages; `sid` is their message."""

    sid: str
    number: str = field(repr=False)


News = MessageFate | OptOut


def read_news(said: Mapping[str, str]) -> News | None:
    """What the parameters of a callback tell; None where that is nothing to us. Raises `Malformed`.

    A message on its way is no news, nor is any that its owner wrote but one that opts out: where the messaging service
    reads them, Twilio says so itself (`OptOutType`), else the words do.
    """
    sid = said.get("MessageSid") or said.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise Malformed("MessageSid: found none; allowed the sid of a message, letters and digits")
    state = said.get("MessageStatus") or said.get("SmsStatus") or ""
    if fate := _FATES.get(state):
        return MessageFate(sid, state, fate, hard=fate == "bounced" and said.get("ErrorCode", "") in _HARD)
    number, kind = said.get("From", ""), said.get("OptOutType", "").upper()
    wants_none = kind == "STOP" or (not kind and "Body" in said and is_opt_out(said["Body"]))
    return OptOut(sid, number) if wants_none and _NUMBER.fullmatch(number) and state in {"", "received"} else None
