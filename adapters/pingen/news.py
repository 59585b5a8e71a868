"""What Pingen tells: what became of a letter of ours, by its webhooks of four kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic_core import from_json

from dunning.errors import DunningError

_ID: Final = re.compile("[A-Za-z0-9-]{1,64}")
# Of a letter with an issue that no person at Pingen's can mend: it never leaves. Others wait there for us.
_NEVER_LEAVES: Final = frozenset({"invalid", "unprintable", "expired", "cancelled"})


class MalformedNews(DunningError):
    """A body that is none of Pingen's."""


@dataclass(frozen=True, slots=True)
class LetterFate:
    """What became of our letter. `state` is the kind of webhook that told it.

    A bounce is `hard` where the post could not deliver it; else it never left, and its cause may be ours (M5).
    `waits`: somebody has to mend it at Pingen's before it can leave.
    """

    letter_id: str
    state: str
    fate: Literal["delivered", "bounced", "waits"]
    hard: bool = False


def read_news(body: bytes) -> LetterFate | None:
    """What a webhook tells; None where that is nothing to us, such as a letter on its way. Raises `MalformedNews`."""
    try:
        found = from_json(body)
        data = found["data"]
        kind, letter = str(data["type"]), _letter(data["relationships"])
    except (ValueError, KeyError, TypeError):
        raise MalformedNews("data: found no webhook; allowed one as Pingen sends it") from None
    if letter is None:
        return None
    match kind:
        case "webhook_delivered":
            return LetterFate(letter, kind, "delivered")
        case "webhook_undeliverable":
            return LetterFate(letter, kind, "bounced", hard=True)
        case "webhook_issues":
            return LetterFate(letter, kind, "bounced" if _never_leaves(found, letter) else "waits")
        case _:
            return None


def _letter(related: Mapping[str, Any]) -> str | None:
    """The letter that a webhook is about, as it names it today (`deliverable`) or did before (`letter`)."""
    named = related.get("deliverable") or related.get("letter")
    if named is None:
        return None
    said = named["data"]
    if not _ID.fullmatch(said["id"]):
        raise ValueError
    return str(said["id"]) if said["type"] == "letters" else None


def _never_leaves(found: Mapping[str, Any], letter: str) -> bool:
    return any(one.get("status") in _NEVER_LEAVES for one in _included(found, letter))


def _included(found: Mapping[str, Any], letter: str) -> Iterator[Mapping[str, Any]]:
    for one in found.get("included") or ():
        if isinstance(one, Mapping) and (one.get("type"), one.get("id")) == ("letters", letter):
            said = one.get("attributes")
            if isinstance(said, Mapping):
                yield said
