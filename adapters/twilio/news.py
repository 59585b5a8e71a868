"""What Twilio tells: what became of a message of ours, and what the owner of a number wrote back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.opt_out_words import asks_for_help, is_opt_in, is_opt_out
from dunning.errors import DunningError
from dunning.facts import LONGEST_REPLY

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


@dataclass(frozen=True, slots=True)
class OptIn:
    """The owner of `number` (E.164) wants text messages again, after they had opted out; `sid` is their message."""

    sid: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """The owner of `number` (E.164) wrote something that a person is to read; `sid` is their message."""

    sid: str
    number: str = field(repr=False)
    text: str = field(repr=False)


News = MessageFate | OptOut | OptIn | Reply


def read_news(said: Mapping[str, str]) -> News | None:
    """What the parameters of a callback tell; None where that is nothing to us. Raises `Malformed`.

    A message on its way is no news. Whether one that somebody wrote opts out or in, or asks for the help that Twilio
    itself gives, Twilio says where the messaging service reads it (`OptOutType`); else its words do.
    """
    sid = said.get("MessageSid") or said.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise Malformed("MessageSid: found none; allowed the sid of a message, letters and digits")
    state = said.get("MessageStatus") or said.get("SmsStatus") or ""
    if fate := _FATES.get(state):
        return MessageFate(sid, state, fate, hard=fate == "bounced" and said.get("ErrorCode", "") in _HARD)
    number, text = said.get("From", ""), said.get("Body")
    if text is None or state not in {"", "received"} or not _NUMBER.fullmatch(number):
        return None
    match said.get("OptOutType", "").upper() or _kind(text):
        case "STOP":
            return OptOut(sid, number)
        case "START":
            return OptIn(sid, number)
        case "HELP":
            return None
        case _:
            return _reply(sid, number, text, said.get("NumMedia", ""))


def _kind(text: str) -> str:
    if is_opt_out(text):
        return "STOP"
    if is_opt_in(text):
        return "START"
    return "HELP" if asks_for_help(text) else ""


def _reply(sid: str, number: str, text: str, files: str) -> Reply | None:
    """A picture without words is told as one, for a person has to look for it at Twilio."""
    words = text.strip()[:LONGEST_REPLY]
    if not words and files.isdecimal() and int(files):
        words = f"({files} {'file' if files == '1' else 'files'} without words, kept by Twilio)"
    return Reply(sid, number, words) if words else None
