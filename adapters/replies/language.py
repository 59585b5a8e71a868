"""What the rules know of one language: a table of phrases, and nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from adapters.replies.phrases import any_of

SuggestionKind = Literal["dispute", "promise", "paid", "hardship", "stop", "wrong_person", "call_back"]
Phrases = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """One language, in the notation of `adapters.replies.phrases`.

    What people write: `signs` are what those say who mean that kind; `unless` in the same clause takes it back, such as
    a negation. `conditions` in the same clause or before it make a promise none. `but` are words at which a new clause
    begins.

    Days: `months`, `weekdays` from Monday, 0, and `days` from today, 0; `counts` are numbers in words; `next_week` and
    `last_week` beside a weekday name its week, `next_one` has two readings.

    Absence: `absent` people, `until` before their last day, `back` before or after the day on which they return;
    subjects and words of a program that answers for them.

    Mail: `quoted` introduces what others wrote, `headers` are the names of the lines of a forwarded mail's head,
    `closings` stand before a name, `devices` are what a telephone adds.
    """

    code: str
    common: frozenset[str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    days: Mapping[str, int]
    counts: Mapping[str, int]
    day_words: Phrases
    week_words: Phrases
    within: Phrases
    next_week: Phrases
    last_week: Phrases
    next_one: Phrases
    month_ends: Phrases
    until: Phrases
    back: Phrases
    absent: Phrases
    automatic_subjects: Phrases
    automatic: Phrases
    quoted: Phrases
    headers: Phrases
    closings: Phrases
    devices: Phrases
    but: Phrases
    conditions: Phrases
    signs: Mapping[SuggestionKind, Phrases]
    unless: Mapping[SuggestionKind, Phrases]

    @cached_property
    def sign_of(self) -> Mapping[SuggestionKind, re.Pattern[str]]:
        """Each kind's signs as one pattern."""
        return {kind: any_of(phrases) for kind, phrases in self.signs.items()}

    @cached_property
    def taken_back(self) -> Mapping[SuggestionKind, re.Pattern[str]]:
        """What takes a sign of a kind back, as one pattern."""
        return {kind: any_of(phrases) for kind, phrases in self.unless.items()}
