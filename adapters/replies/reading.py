"""Reads what somebody wrote back, by rules: it tells a person what the words seem to say, and decides nothing (M5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from adapters.replies.clauses import Sentence, sentences
from adapters.replies.language import SuggestionKind, any_of
from adapters.replies.languages import LANGUAGES, each, language_of
from adapters.replies.new_words import new_words
from adapters.replies.plain import plain
from adapters.replies.told_amounts import ToldAmount, amounts
from adapters.replies.told_dates import Way, dates

_KINDS: Final[tuple[SuggestionKind, ...]] = (
    "dispute", "promise", "paid", "hardship", "stop", "wrong_person", "call_back",
)  # fmt: skip
_WAYS: Final[dict[SuggestionKind, Way]] = {"promise": "ahead", "paid": "back"}
_ABOUT: Final = re.compile(r"^(?:(?:re|aw|antw|antwort|tr|fw|fwd|wg|sv) ?: ?)*")
_SUBJECT: Final = any_of(each(lambda language: language.automatic_subjects))
_AUTOMATIC: Final = any_of(each(lambda language: language.automatic))
_ABSENT: Final = any_of(each(lambda language: language.absent))
_UNTIL: Final = any_of(each(lambda language: language.until))
_BACK: Final = any_of(each(lambda language: language.back))
_NEAR: Final = 24  # signs between "until" and its day: an article, a weekday


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a sentence seems to say; `said` is that sentence.

    `on` is the day of a promise or a payment, `amount` in whole units of `currency` what is promised, where they stand
    there.
    """

    kind: SuggestionKind
    said: str = field(repr=False)
    on: date | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read from one message. `words` are what its writer wrote newly; empty only if it has none at all.

    `is_automatic`: a program answered for somebody who is not there. `away_until` is the last day of their absence,
    where the words name it, which a person's own words may do, too. Each kind is suggested once at most.
    """

    words: str = field(repr=False)
    is_automatic: bool
    away_until: date | None
    suggests: tuple[Suggestion, ...]


def read(subject: str, text: str, day: date) -> Reading:
    """Read a message that came on `day`, which is where `tomorrow` and a date without a year count from.

    A text message has no subject: "".
    """
    words = new_words(text)
    said = sentences(words)
    about = _ABOUT.sub("", plain(subject))
    automatic = _SUBJECT.match(about) is not None or _AUTOMATIC.search(plain(words)) is not None
    language = language_of(re.findall(r"\w+", plain(words)))
    month_first = language is None or language.code == "en"
    away = _away(said, about, day, month_first=month_first, automatic=automatic)
    return Reading(words, automatic, away, () if automatic else tuple(_suggested(said, day, month_first=month_first)))


def _suggested(said: Sequence[Sentence], day: date, *, month_first: bool) -> Iterator[Suggestion]:
    for kind in _KINDS:
        found = [one for one in said if _says(one, kind)]
        if found:
            yield max(
                (_suggestion(one, kind, day, month_first=month_first) for one in found),
                key=lambda one: (one.on is not None, one.amount is not None),
            )


def _says(sentence: Sentence, kind: SuggestionKind) -> bool:
    return any(_clause_says(clause, kind) for clause in sentence.clauses)


def _clause_says(clause: str, kind: SuggestionKind) -> bool:
    if clause.endswith("?") and kind in _WAYS:
        return False
    for language in LANGUAGES:
        back = language.taken_back.get(kind)
        if language.sign_of[kind].search(clause) and not (back and back.search(clause)):
            return True
    return False


def _suggestion(sentence: Sentence, kind: SuggestionKind, day: date, *, month_first: bool) -> Suggestion:
    way = _WAYS.get(kind)
    if way is None:
        return Suggestion(kind, sentence.said)
    clause = next(clause for clause in sentence.clauses if _clause_says(clause, kind))
    days = [dates(place, day, way, month_first=month_first) for place in (clause, sentence.plain)]
    told = next((one for one in days if one), [])
    on = told[0].on if len({one.on for one in told}) == 1 else None
    amount = _only(amounts(clause) or amounts(sentence.plain))
    return Suggestion(kind, sentence.said, on, amount.amount if amount else None, amount.currency if amount else None)


def _only(told: Sequence[ToldAmount]) -> ToldAmount | None:
    return told[0] if len(set(told)) == 1 else None


def _away(said: Sequence[Sentence], about: str, day: date, *, month_first: bool, automatic: bool) -> date | None:
    places = [*([about] if automatic else []), *(one.plain for one in said)]
    found = [
        until
        for place in places
        if automatic or _ABSENT.search(place)
        for until in _last_days(place, day, month_first=month_first)
    ]
    return max(found, default=None)


def _last_days(said: str, day: date, *, month_first: bool) -> Iterator[date]:
    """`until 12 December` is that day, `back on 12 December` the one before."""
    for told in dates(said, day, "ahead", month_first=month_first):
        before = said[: told.begins]
        until, back = _nearest(_UNTIL, before), _nearest(_BACK, before)
        if until is None and back is None:
            continue
        first_day_back = back is not None and (until is None or back > until)
        last = told.on - timedelta(days=1) if first_day_back else told.on
        if last >= day:
            yield last


def _nearest(pattern: re.Pattern[str], before: str) -> int | None:
    ends = [found.end() for found in pattern.finditer(before)]
    return ends[-1] if ends and len(before) - ends[-1] <= _NEAR else None
