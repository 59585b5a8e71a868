"""What debtors read, word for word; `make golden` writes it anew, and people read what changed."""

from __future__ import annotations

import re

import pytest

from adapters.messages.catalogue import catalogue
from adapters.messages.text_message import MOST_SEGMENTS, segments
from tests.adapters.golden_messages import GOLDEN, WRITER, file_of, golden, policy_for, shown
from tests.adapters.reading import EVERY

# What no reader may meet: a gap, a doubled word or sign, a value that nobody filled in.
FAULTS = re.compile(
    r"None|Undefined|\{\{|\}\}|\{%|</?[a-z]+>|&[a-z]+;|,,|\.\.(?!\.)|\( |\(\)| ,| \.(?!\w)|(?<!\d) {2,}\S"
)
DOUBLED = re.compile(r"\b([^\W\d]{2,}) \1\b", re.IGNORECASE)
MEANT_TWICE = frozenset({"die", "der", "das", "nous", "vous", "dat", "is"})  # right in German, French and Dutch


@pytest.mark.parametrize("message, locale", EVERY)
def test_every_message_says_what_is_kept_of_it(message: str, locale: str) -> None:
    assert golden(message, locale) == file_of(message, locale).read_text(encoding="utf-8")


def test_nothing_is_kept_that_no_message_says() -> None:
    kept = {f"{file.parent.name}/{file.stem}" for file in GOLDEN.glob("*/*.txt")}
    assert kept == {f"{locale}/{name}" for locale, names in catalogue().items() for name in names}


@pytest.mark.parametrize("message, locale", EVERY)
def test_no_message_has_a_gap_or_a_word_too_many(message: str, locale: str) -> None:
    text = file_of(message, locale).read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert not FAULTS.search(text), FAULTS.search(text)
    words = " ".join(text.split())
    assert {found.group(1).lower() for found in DOUBLED.finditer(words)} <= MEANT_TWICE


@pytest.mark.parametrize("message, locale", EVERY)
def test_a_text_message_has_two_segments_at_most(message: str, locale: str) -> None:
    of = shown(message, locale, policy_for(message).name)
    assert 1 <= segments(WRITER.compose(of.letter, "sms", of.beside).text) <= MOST_SEGMENTS
