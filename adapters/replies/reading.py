"""Reads what somebody wrote back, by rules: it tells a person what the words seem to say, and decides nothing (M5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from adapters.replies import absence
from adapters.replies.clauses import sentences
from adapters.replies.languages import language_of
from adapters.replies.new_words import new_words
from adapters.replies.plain import plain
from adapters.replies.suggestions import Heard, Suggestion, suggestions

LONGEST: Final = 10_000  # signs that are read; who writes more says the rest to a person


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read from one message. `words` are what its writer wrote newly; empty only if it has none at all.

    `is_automatic`: a program answered for somebody, so nothing is suggested. `away_until` is the last day of an
    absence, where the words name it, which a person's own words may do, too. Each kind is suggested once at most.
    """

    words: str = field(repr=False)
    is_automatic: bool
    away_until: date | None
    suggests: tuple[Suggestion, ...]


def read(subject: str, text: str, day: date) -> Reading:
    """Read a message that came on `day`, from which `tomorrow` and a date without a year are counted.

    A text message has no subject: "".
    """
    words = new_words(text)
    read_of = words[:LONGEST]
    said, subject = sentences(read_of), absence.about(subject)
    language = language_of(re.findall(r"[\w']+", plain(read_of)))
    heard = Heard(day, month_first=language is None or language.code == "en")
    automatic = absence.is_automatic(subject, read_of)
    away_until = absence.last_day(subject, said, heard, automatic=automatic)
    return Reading(words, automatic, away_until, () if automatic else tuple(suggestions(said, heard)))
