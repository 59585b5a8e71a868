# ruff: noqa: E501
"""Days as people name them: `12.12.2026`, `12 December`, `vrijdag`, `dans 3 jours`. What has two readings is none."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from adapters.replies.language import any_of
from adapters.replies.languages import LANGUAGES, each

Way = Literal["ahead", "back"]
YEAR: Final = 366
_MONTHS: Final = {name: number for language in LANGUAGES for name, number in language.months.items()}
_WEEKDAYS: Final = {name: number for language in LANGUAGES for name, number in language.weekdays.items()}
_DAYS: Final = {name: days for language in LANGUAGES for name, days in language.days.items()}


def _one_of(names: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_MONTH: Final = rf"(?P<month>{_one_of(_MONTHS)})\.?"
_YEAR: Final = r"(?:,? ?(?P<year>20\d\d))?"
_ISO: Final = re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_NUMBERS: Final = re.compile(
    r"(?<![\d.,/])(?P<day>\d{1,2})(?P<sign>[./-]) ?(?P<month>\d{1,2})(?:(?P=sign) ?(?P<year>20\d\d|\d\d)(?!\d)|(?P<end>\.)?(?![\d/€%]|,\d| ?(?:eur|euro|chf|usd|gbp)))"
)
_DAY_FIRST: Final = re.compile(
    rf"(?<![\d.,/])(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|e|ste|de)? (?:of )?{_MONTH}(?!\w){_YEAR}"
)
_MONTH_FIRST: Final = re.compile(rf"(?<!\w){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.:]){_YEAR}")
_ALONE: Final = re.compile(
    r"(?<!\w)(?:the (?P<a>\d{1,2})(?:st|nd|rd|th)|de (?P<b>\d{1,2})(?:e|ste|de)|(?:am|zum) (?P<c>\d{1,2})\.(?= |$)|le (?P<d>\d{1,2})(?= |$|[.,!]))(?! ?(?:\w+ )?(?:€|euro|eur))"
)
_WEEKDAY: Final = re.compile(rf"(?<!\w)(?P<weekday>{_one_of(_WEEKDAYS)})(?!\w)")
_NAMED: Final = re.compile(rf"(?<![\w-])(?P<named>{_one_of(_DAYS)})(?!\w)")
_MONTH_END: Final = any_of(each(lambda language: language.month_ends))
_IN_DAYS: Final = tuple(re.compile(rf"(?<!\w){form}(?!\w)") for form in each(lambda language: language.in_days))


@dataclass(frozen=True, slots=True)
class ToldDate:
    """A day and where it stands in the text."""

    on: date
    begins: int
    ends: int


def dates(said: str, day: date, way: Way, *, month_first: bool = False) -> list[ToldDate]:
    """The days that a plain text names, in its order, as seen from `day`: those to come or those that have been.

    `month_first`: whether its writer may be one who writes the month before the day; then `12/10` is no date.
    """
    found: list[ToldDate] = []
    for begins, ends, on in sorted(_found(said, day, way, month_first=month_first), key=lambda one: (one[0], -one[1])):
        if (not found or begins >= found[-1].ends) and _fits(on, day, way):
            found.append(ToldDate(on, begins, ends))
    return found


def _fits(on: date, day: date, way: Way) -> bool:
    far = (on - day).days
    return 0 <= far <= YEAR if way == "ahead" else -YEAR <= far <= 0


def _found(said: str, day: date, way: Way, *, month_first: bool) -> Iterator[tuple[int, int, date]]:
    for form in (_ISO, _NUMBERS, _DAY_FIRST, _MONTH_FIRST):
        for match in form.finditer(said):
            part = match.groupdict()
            month = _MONTHS.get(part["month"]) or int(part["month"])
            number = int(part["day"])
            if part.get("sign") == "/" and month_first and number != month:
                if month <= 12 and number <= 12:  # noqa: PLR2004 - months of a year
                    continue
                if month > 12:  # noqa: PLR2004 - months of a year
                    number, month = month, number
            on = _dated(part.get("year"), month, number, day, way)
            if on:
                yield match.start(), match.end(), on
    for match in _ALONE.finditer(said):
        number = int(next(filter(None, match.groups())))
        on = _day_of_month(number, day, way)
        if on:
            yield match.start(), match.end(), on
    yield from _in_words(said, day, way)


def _in_words(said: str, day: date, way: Way) -> Iterator[tuple[int, int, date]]:
    for match in _WEEKDAY.finditer(said):
        ahead = (_WEEKDAYS[match["weekday"]] - day.weekday()) % 7
        yield match.start(), match.end(), day + timedelta(days=(ahead or 7) if way == "ahead" else (ahead or 7) - 7)
    for match in _NAMED.finditer(said):
        yield match.start(), match.end(), day + timedelta(days=_DAYS[match["named"]])
    for match in _MONTH_END.finditer(said):
        yield match.start(), match.end(), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    for form in _IN_DAYS:
        for match in form.finditer(said):
            yield match.start(), match.end(), day + timedelta(days=int(match["count"]))


def _dated(year: str | None, month: int, number: int, day: date, way: Way) -> date | None:
    if year:
        return _day(int(year) if len(year) > 2 else 2000 + int(year), month, number)  # noqa: PLR2004 - 26 or 2026
    years = (day.year, day.year + 1) if way == "ahead" else (day.year, day.year - 1)
    return next((on for one in years if (on := _day(one, month, number)) and _fits(on, day, way)), None)


def _day_of_month(number: int, day: date, way: Way) -> date | None:
    """The next or the last day with this number."""
    for months in range(3):
        index = day.year * 12 + day.month - 1 + (months if way == "ahead" else -months)
        on = _day(index // 12, index % 12 + 1, number)
        if on and _fits(on, day, way):
            return on
    return None


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
