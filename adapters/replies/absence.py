"""Whether a program answered for somebody who is away, and the last day of an absence that the words name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from adapters.replies.clauses import Sentence
from adapters.replies.languages import each
from adapters.replies.phrases import any_of
from adapters.replies.plain import plain
from adapters.replies.suggestions import Heard
from adapters.replies.told_dates import ToldDate, dates

_ABOUT: Final = re.compile(r"(?:(?:re|aw|antw|antwort|tr|fw|fwd|wg|sv|rv) ?: ?)*")
_SUBJECT: Final = any_of(each(lambda language: language.automatic_subjects))
_AUTOMATIC: Final = any_of(each(lambda language: language.automatic))
_ABSENT: Final = any_of(each(lambda language: language.absent))
_UNTIL: Final = any_of(each(lambda language: language.until))
_BACK: Final = any_of(each(lambda language: language.back))
_RANGE: Final = re.compile(r"(?:\d\d?\.?|\d\d?[./]\d\d?\.?(?:20\d\d)?) ?- ?$")  # before the last day of `1.-12.12.`
_NEAR: Final = 24  # signs between "until" and its day: an article, a weekday
_AFTER: Final = 40  # signs between a day and "back": "on 14 December I am back"


def about(subject: str) -> str:
    """A subject in plain words, without what programs put before it."""
    return _ABOUT.sub("", plain(subject), count=1)


def is_automatic(subject: str, words: str) -> bool:
    """Whether a subject in plain words, or the words, are those of a program that answers for somebody."""
    return _is_of_a_program(subject) or _AUTOMATIC.search(plain(words)) is not None


def _is_of_a_program(subject: str) -> bool:
    """A word alone, such as `absence`, has to end there, or go on with a colon or with how long."""
    found = _SUBJECT.match(subject)
    if found is None or " " in found[0]:
        return found is not None
    rest = subject[found.end() :].lstrip()
    return not rest or rest[0] in ":-(" or _UNTIL.match(rest) is not None


def last_day(subject: str, said: Sequence[Sentence], heard: Heard, *, automatic: bool) -> date | None:
    """The last day of the absence that is told; None where none is, or where it is over, or more than a year ahead."""
    places = [*([subject] if automatic else []), *(one.plain for one in said)]
    found = [on for place in places if automatic or _ABSENT.search(place) for on in _last_days(place, heard)]
    return max(found, default=None)


def _last_days(said: str, heard: Heard) -> Iterator[date]:
    """`until 12 December` is that day, `back on 12 December` the one before."""
    told = dates(said, heard.day, "ahead", month_first=heard.month_first)
    for number, one in enumerate(told):
        following = told[number + 1].begins if number + 1 < len(told) else len(said)
        last = _last_day(said, one, following)
        if last is not None and last >= heard.day:
            yield last


def _last_day(said: str, told: ToldDate, following: int) -> date | None:
    before = said[: told.begins]
    until, back = _nearest(_UNTIL, before), _nearest(_BACK, before)
    if until is not None and (back is None or until >= back):
        return told.on
    if back is not None or (_BACK.search(said[told.ends : min(following, told.ends + _AFTER)])):
        return None if back is not None and _goes_on(said, told, following) else told.on - timedelta(days=1)
    return told.on if _RANGE.search(before) else None


def _goes_on(said: str, told: ToldDate, following: int) -> bool:
    """Whether this day begins the absence: `from 1 to 12 December`."""
    return following < len(said) and _UNTIL.search(said[told.ends : following]) is not None


def _nearest(pattern: re.Pattern[str], before: str) -> int | None:
    ends = [found.end() for found in pattern.finditer(before)]
    return ends[-1] if ends and len(before) - ends[-1] <= _NEAR else None
