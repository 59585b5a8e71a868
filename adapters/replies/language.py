"""What the rules know of one language: a table of patterns over plain text, and nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

SuggestionKind = Literal["dispute", "promise", "paid", "hardship", "stop", "wrong_person", "call_back"]


@dataclass(frozen=True)
class Language:
    """One language. Patterns are regular expressions over `plain` text, each begins and ends at a word.

    `signs` are what people write who mean that kind; what stands in `unless` beside one, in the same clause, takes it
    back: a negation, a condition. `quoted` is a line above what others wrote, `headers` the names of a forwarded
    mail's lines, `closings` the last line before a name, `devices` what a telephone writes below.
    """

    code: str
    common: frozenset[str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    days: Mapping[str, int]
    month_ends: tuple[str, ...]
    in_days: tuple[str, ...]
    until: tuple[str, ...]
    back: tuple[str, ...]
    absent: tuple[str, ...]
    automatic_subjects: tuple[str, ...]
    automatic: tuple[str, ...]
    quoted: tuple[str, ...]
    headers: tuple[str, ...]
    closings: tuple[str, ...]
    devices: tuple[str, ...]
    but: tuple[str, ...]
    signs: Mapping[SuggestionKind, tuple[str, ...]]
    unless: Mapping[SuggestionKind, tuple[str, ...]]

    @cached_property
    def sign_of(self) -> Mapping[SuggestionKind, re.Pattern[str]]:
        """Each kind's signs as one pattern."""
        return {kind: any_of(patterns) for kind, patterns in self.signs.items()}

    @cached_property
    def taken_back(self) -> Mapping[SuggestionKind, re.Pattern[str]]:
        """What takes a sign of a kind back, as one pattern."""
        return {kind: any_of(patterns) for kind, patterns in self.unless.items()}


def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all, at the bounds of words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
