"""What people write back, read by rules (M5): a table of replies in four languages, and the words of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from adapters.replies.reading import read
from adapters.replies.suggestions import Suggestion

DAY = date(2026, 12, 1)  # a Tuesday
REPLIES: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("replies.yaml"))


def _written(suggestion: Suggestion) -> str:
    told = (suggestion.kind, suggestion.on, suggestion.amount, suggestion.currency)
    return " ".join(str(part) for part in told if part is not None)


def _wrong(reply: dict[str, Any]) -> list[str]:
    """What is read otherwise than the table says."""
    reading = read(reply.get("subject", ""), reply["text"], DAY)
    pairs = {
        "words": (reading.words, reply.get("words", reply["text"]).strip()),
        "automatic": (reading.is_automatic, reply.get("automatic", False)),
        "away": (reading.away_until, reply.get("away")),
        "says": ([_written(one) for one in reading.suggests], reply.get("says", [])),
    }
    return [f"{name}: read {found!r}, not {meant!r}" for name, (found, meant) in pairs.items() if found != meant]


def test_each_reply_is_read_for_what_it_says_and_for_nothing_more() -> None:
    wrong = [f"{reply['text'].strip()}\n  " + "\n  ".join(found) for reply in REPLIES if (found := _wrong(reply))]
    assert not wrong, "\n\n".join(["", *wrong])
    assert len(REPLIES) > 80
