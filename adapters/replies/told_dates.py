"""Days as people name them: `12.12.2026`, `12 December`, `vrijdag`, `dans 3 jours`. What has two readings is none."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from adapters.replies.languages import LANGUAGES, each
from adapters.replies.phrases import any_of
from adapters.replies.told_amounts import without_amounts

Way = Literal["ahead", "back"]
Reader = Callable[["_Asked", re.Match[str]], date | None]
YEAR: Final = 366
_WEEK: Final = 7
_MONTHS_OF_A_YEAR: Final = 12
_MONTHS: Final = {name: number for language in LANGUAGES for name, number in language.months.items()}
_WEEKDAYS: Final = {name: number for language in LANGUAGES for name, number in language.weekdays.items()}
_DAYS: Final = {name: days for language in LANGUAGES for name, days in language.days.items()}
_COUNTS: Final = {name: count for language in LANGUAGES for name, count in language.counts.items()}


def _one_of(names: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


def _phrases(table: tuple[str, ...]) -> str:
    return any_of(table).pattern


_MONTH: Final = rf"(?P<month>{_one_of(_MONTHS)})\.?"
_YEAR: Final = r"(?:,? ?(?P<year>20\d\d)(?!\d))?"
_ORDINAL: Final = "(?:st|nd|rd|th|er|ere|e|ste|de)"
_WEEKDAY: Final = rf"(?<!\w)(?P<weekday>{_one_of(_WEEKDAYS)})(?!\w)"
_COUNT: Final = rf"(?P<count>\d{{1,2}}|{_one_of(_COUNTS)})"


@dataclass(frozen=True, slots=True)
class ToldDate:
    """A day and where it stands in the text."""

    on: date
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """From which day and which way the days are counted. `month_first`: `12/10` may be October of an American."""

    day: date
    way: Way
    month_first: bool

    def fits(self, on: date) -> bool:
        """Whether the day lies in that way, within a year."""
        far = (on - self.day).days
        return 0 <= far <= YEAR if self.way == "ahead" else -YEAR <= far <= 0


def dates(said: str, day: date, way: Way, *, month_first: bool = False) -> list[ToldDate]:
    """The days that a plain text names, in its order, as seen from `day`: those to come or those that have been.

    A weekday beside its date is one day with it. `month_first`: its writer may put the month first, so that `12/10` has
    two readings.
    """
    asked, text = _Asked(day, way, month_first), without_amounts(said)
    found: list[tuple[int, int, date | None]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            begins, ends = match.span()
            if all(ends <= one[0] or begins >= one[1] for one in found):
                found.append((begins, ends, read(asked, match)))
    return [
        ToldDate(on, begins, ends) for begins, ends, on in _merged(text, sorted(found)) if on is not None
        and asked.fits(on)
    ]  # fmt: skip


def _merged(text: str, found: list[tuple[int, int, date | None]]) -> Iterator[tuple[int, int, date | None]]:
    """Without the weekdays that stand right before a date: `Friday, 11 December`, `vrijdag de 11e`."""
    for number, (begins, ends, on) in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        if not (after and _is_weekday(text[begins:ends]) and _BETWEEN.fullmatch(text[ends : after[0]])) or _is_weekday(
            text[after[0] : after[1]]
        ):
            yield begins, ends, on


def _is_weekday(said: str) -> bool:
    return _PLAIN_WEEKDAY.fullmatch(said) is not None


def _numbers(asked: _Asked, match: re.Match[str]) -> date | None:
    """Of two readings the one that fits, if only one does."""
    number, month = int(match["day"]), int(match["month"])
    read = {_dated(asked, match["year"], month, number)}
    if match["sign"] == "/" and asked.month_first:
        read.add(_dated(asked, match["year"], number, month))
    fitting = [on for on in read if on is not None and asked.fits(on)]
    return fitting[0] if len(fitting) == 1 else None


def _iso(asked: _Asked, match: re.Match[str]) -> date | None:
    return _dated(asked, match["year"], int(match["month"]), int(match["day"]))


def _by_name(asked: _Asked, match: re.Match[str]) -> date | None:
    return _dated(asked, match["year"], _MONTHS[match["month"]], int(match["day"]))


def _dated(asked: _Asked, year: str | None, month: int, number: int) -> date | None:
    if year:
        return _day(int(year) if len(year) > 2 else 2000 + int(year), month, number)  # noqa: PLR2004 - 26 or 2026
    years = (asked.day.year, asked.day.year + (1 if asked.way == "ahead" else -1))
    return next((on for one in years if (on := _day(one, month, number)) and asked.fits(on)), None)


def _of_a_month(asked: _Asked, match: re.Match[str]) -> date | None:
    """The next or the last day with this number."""
    number, step = int(next(filter(None, match.groups()))), 1 if asked.way == "ahead" else -1
    for months in range(3):
        index = asked.day.year * _MONTHS_OF_A_YEAR + asked.day.month - 1 + step * months
        on = _day(index // _MONTHS_OF_A_YEAR, index % _MONTHS_OF_A_YEAR + 1, number)
        if on and asked.fits(on):
            return on
    return None


def _of_next_week(asked: _Asked, match: re.Match[str]) -> date | None:
    return _monday(asked.day) + timedelta(days=_WEEK + _WEEKDAYS[match["weekday"]])


def _of_last_week(asked: _Asked, match: re.Match[str]) -> date | None:
    return _monday(asked.day) + timedelta(days=_WEEKDAYS[match["weekday"]] - _WEEK)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nothing_sure(asked: _Asked, match: re.Match[str]) -> date | None:  # noqa: ARG001 - whatever it says
    return None


def _weekday(asked: _Asked, match: re.Match[str]) -> date | None:
    """The next or the last of them; said on such a day itself it may be that day or another."""
    ahead = (_WEEKDAYS[match["weekday"]] - asked.day.weekday()) % _WEEK
    if not ahead:
        return None
    return asked.day + timedelta(days=ahead if asked.way == "ahead" else ahead - _WEEK)


def _named(asked: _Asked, match: re.Match[str]) -> date | None:
    return asked.day + timedelta(days=_DAYS[match["named"]])


def _month_end(asked: _Asked, match: re.Match[str]) -> date | None:  # noqa: ARG001 - whatever it is called
    return asked.day.replace(day=calendar.monthrange(asked.day.year, asked.day.month)[1])


def _in_days(asked: _Asked, match: re.Match[str]) -> date | None:
    return asked.day + timedelta(days=_count(match))


def _in_weeks(asked: _Asked, match: re.Match[str]) -> date | None:
    return asked.day + timedelta(days=_WEEK * _count(match))


def _count(match: re.Match[str]) -> int:
    said = match["count"]
    return int(said) if said.isdigit() else _COUNTS[said]


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


_WITHIN: Final = _phrases(each(lambda language: language.within))
_PLAIN_WEEKDAY: Final = re.compile(_WEEKDAY)
_BETWEEN: Final = re.compile(r",? ?(?:the |de |den |dem |le |on |op )?")
_READERS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = (
    (re.compile(r"(?<![\w-])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])"), _iso),
    (re.compile(rf"(?<![\w.,/-])(?P<day>\d{{1,2}})(?:\.|{_ORDINAL})? ?(?:of )?{_MONTH}(?!\w){_YEAR}"), _by_name),
    (re.compile(rf"(?<!\w){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w.:]\w){_YEAR}"), _by_name),
    (re.compile(
        r"(?<![\w.,/-])(?P<day>\d{1,2})(?P<sign>[./-]) ?(?P<month>\d{1,2})"
        r"(?:(?P=sign) ?(?P<year>20\d\d|\d\d)|\.)?(?![\w%]|[.,/-]\d| ?\d)"), _numbers),
    (re.compile(
        r"(?<!\w)(?:the (\d{1,2})(?:st|nd|rd|th)|de (\d{1,2})(?:e|ste|de)|(?:am|zum|dem|den) (\d{1,2})\."
        r"|le (\d{1,2})(?:er)?)(?!\w|[.,:]\d)"), _of_a_month),
    (re.compile(
        rf"{_phrases(each(lambda language: language.next_week))} {_WEEKDAY}"), _of_next_week),
    (re.compile(
        rf"{_WEEKDAY} {_phrases(each(lambda language: language.next_week))}"), _of_next_week),
    (re.compile(
        rf"{_phrases(each(lambda language: language.last_week))} {_WEEKDAY}"), _of_last_week),
    (re.compile(
        rf"{_WEEKDAY} {_phrases(each(lambda language: language.last_week))}"), _of_last_week),
    (re.compile(rf"{_phrases(each(lambda language: language.next_one))} {_WEEKDAY}"), _nothing_sure),
    (re.compile(rf"{_WEEKDAY} {_phrases(('prochain', 'en huit'))}"), _nothing_sure),
    (re.compile(_WEEKDAY), _weekday),
    (re.compile(rf"(?<![\w-])(?P<named>{_one_of(_DAYS)})(?![\w-])"), _named),
    (any_of(each(lambda language: language.month_ends)), _month_end),
    (re.compile(rf"{_WITHIN} {_COUNT} {_phrases(each(lambda language: language.day_words))}"), _in_days),
    (re.compile(rf"{_WITHIN} {_COUNT} {_phrases(each(lambda language: language.week_words))}"), _in_weeks),
)  # fmt: skip
