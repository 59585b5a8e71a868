"""The calendar of a case: which local day it is, which days are working days, and when the debtor may be contacted.

It is plain data, made once by an adapter and pinned with the case, because time zones and holidays change with every
release of their databases and a case must give the same answer when its history is replayed. Moments come in aware
and go out in UTC; days are the local days of `zone` (T1). After `until` the last offset and the weekends go on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field

from dunning.errors import NotAllowed
from dunning.span import Span

ContactDays = Literal["workdays", "not-sundays", "any"]
Question = TypeVar("Question")
Moment = TypeVar("Moment", date, datetime)
Offsets = tuple[tuple[datetime, int], ...]  # the moments (UTC) from which an offset in seconds holds

_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time()
_SEARCH: Final = 366  # days: a year without a day to act on is a mistake in the data, not a reason to go on
_WORKING: Final = 5  # weekdays from Monday
_SOON: Final = timedelta(days=7)  # so long a moment of contact is waited for that every zone allows (L3)
_MOST: Final = 10_000  # answers that a calendar keeps to one kind of question
_CONTACT: Final[dict[ContactDays, int]] = {"workdays": _WORKING, "not-sundays": 6, "any": 7}


class CalendarError(NotAllowed):
    """A calendar that makes no sense, or a question that it cannot answer."""


class _Tables:
    """What a calendar works out once, so that each question costs about a microsecond."""

    __slots__ = (
        "_allowed", "_changes", "_closed", "_counted", "_free", "_later", "_local_days", "_openings", "_shifts",
        "_starts", "_there", "_walls", "_weekdays",
    )  # fmt: skip

    _changes: list[datetime]  # the moments at which the offset changes
    _walls: list[datetime]  # the same moments on the wall clock that ends there, labelled UTC
    _shifts: list[timedelta]  # the offsets before, between and after them: one more
    _free: frozenset[date]  # no working days
    _closed: frozenset[date]  # no contact days
    _weekdays: int  # contact days of the week, from Monday
    _there: tuple[Calendar, ...]  # the same hours and days in the other zones
    # As far as they were asked for:
    _local_days: dict[datetime, date]  # local days of moments
    _starts: dict[date, datetime]  # first moments of days
    _openings: dict[date, datetime]  # openings of contact hours
    _allowed: dict[datetime, datetime]  # first moments within contact hours
    _later: dict[tuple[datetime, int], datetime]  # the same wall-clock times some days later
    _counted: dict[tuple[date, int], date]  # working days counted from a day


@dataclass(frozen=True, slots=True)
class Calendar(_Tables):
    """Local days, working days and contact hours for the time up to `until`; survives JSON unchanged.

    `offsets` are the moments (UTC) from which an offset in seconds holds, in order; the first also covers the past.
    `closes` is exclusive. Holidays are no working days, and no contact days but for contact on any day; on the `closed`
    days the creditor neither works nor writes (T8). `elsewhere` are the offsets of the other zones in which the debtor
    may be: a moment of contact is one in all of them (L3). Raises `CalendarError` for data that make no sense.
    """

    zone: str
    offsets: Offsets
    holidays: tuple[date, ...]
    until: date
    opens: time
    closes: time
    contact_days: ContactDays
    closed: tuple[date, ...] = ()
    elsewhere: Annotated[tuple[Offsets, ...], Field(exclude_if=lambda zones: not zones)] = ()

    def __post_init__(self) -> None:
        """Check the data, then work out the tables."""
        _check(self)
        moments = [at.astimezone(UTC) for at, _ in self.offsets[1:]]
        shifts = [timedelta(seconds=seconds) for _, seconds in self.offsets]
        self._set("_changes", moments)
        self._set("_walls", [at + shift for at, shift in zip(moments, shifts, strict=False)])
        self._set("_shifts", shifts)
        closed = frozenset(self.closed)
        self._set("_free", closed.union(self.holidays))
        self._set("_closed", closed if self.contact_days == "any" else self._free)
        self._set("_weekdays", _CONTACT[self.contact_days])
        self._set("_there", tuple(replace(self, offsets=zone, elsewhere=()) for zone in self.elsewhere))
        for asked in ("_local_days", "_starts", "_openings", "_allowed", "_later", "_counted"):
            self._set(asked, {})

    def _set(self, table: str, value: object) -> None:
        object.__setattr__(self, table, value)  # frozen for everybody else

    def __reduce__(self) -> tuple[type[Calendar], tuple[object, ...]]:
        """Copy by the data; the tables are worked out again."""
        hours = (self.opens, self.closes, self.contact_days)
        return Calendar, (self.zone, self.offsets, self.holidays, self.until, *hours, self.closed, self.elsewhere)

    def day(self, at: datetime) -> date:
        """The local day at this moment (T1)."""
        if at.tzinfo is not UTC:
            at = _in_utc(at)
        known = self._local_days.get(at)
        return known if known is not None else _keep(self._local_days, at, self.local(at).date())

    def local(self, at: datetime) -> datetime:
        """The wall clock at this moment, without a zone (T1)."""
        if at.tzinfo is not UTC:
            at = _in_utc(at)
        wall = at + self._shifts[bisect_right(self._changes, at)]
        return datetime.combine(wall.date(), wall.time())  # a third of the time of `replace`

    def instant(self, day: date, clock: time = _MIDNIGHT) -> datetime:
        """The moment at which the wall clock shows `clock` on `day` (T3).

        A time that does not exist moves forward to the next that does; one that comes twice is the first.
        """
        wall = datetime.combine(day, clock, UTC)
        period = bisect_right(self._walls, wall)
        at = wall - self._shifts[period]
        if period and at < self._changes[period - 1]:
            return self._changes[period - 1]
        return at

    def start(self, day: date) -> datetime:
        """The first moment of the local day, which is not midnight where the clock skips it (T3)."""
        known = self._starts.get(day)
        return known if known is not None else _keep(self._starts, day, self.instant(day))

    def is_workday(self, day: date) -> bool:
        """Whether it is a Monday to Friday, no holiday and no closed day (T2, T8)."""
        return day.weekday() < _WORKING and day not in self._free

    def is_contact_day(self, day: date) -> bool:
        """Whether the debtor may be contacted that day; holidays count as such only for contact on any day (T3), closed
        days never (T8).
        """
        return day.weekday() < self._weekdays and day not in self._closed

    def contact_day(self, day: date) -> date:
        """The first contact day that is not before `day` (T3). Raises `CalendarError` if a year has none."""
        if day.weekday() < self._weekdays and day not in self._closed:
            return day
        return _seek(day, _DAY, self._weekdays, self._closed)

    def workdays_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, or before it if `n` is negative; 0 is the day itself (T2)."""
        known = self._counted.get((day, n))
        return known if known is not None else _keep(self._counted, (day, n), self._workdays_after(day, n))

    def _workdays_after(self, day: date, n: int) -> date:
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day = _seek(day + step, step, _WORKING, self._free)
        return day

    def add(self, day: date, span: Span) -> date:
        """The day `span` later, in calendar days or working days; earlier if it is negative (T2)."""
        try:
            if span.unit == "days":
                return day + _days(span.count)
            if span.unit == "workdays":
                return self.workdays_after(day, span.count)
            raise CalendarError("span", f"{span}, added to a day", "days or workdays")
        except OverflowError:
            raise CalendarError("span", f"{span} from {day}", "days in the years 1 to 9999") from None

    def opening(self, day: date) -> datetime:
        """The opening of the contact hours on the first contact day that is not before `day` (T3)."""
        known = self._openings.get(day)
        return known if known is not None else _keep(self._openings, day, self._opening(day))

    def _opening(self, day: date) -> datetime:
        wall = datetime.combine(self.contact_day(day), self.opens, UTC)
        period = bisect_right(self._walls, wall)
        at = wall - self._shifts[period]
        if period and at < self._changes[period - 1]:
            return self.contact_from(self._changes[period - 1])
        return self.contact_from(at) if self._there else at

    def contact_from(self, at: datetime) -> datetime:
        """`at` itself within the contact hours of a contact day, else the next moment that is (T3).

        In several zones it is so in all of them (L3); where no such moment comes within 7 days, it is that of `zone`.
        """
        if at.tzinfo is not UTC:
            at = _in_utc(at)
        known = self._allowed.get(at)
        return known if known is not None else _keep(self._allowed, at, self._contact_from(at))

    def reaches(self, at: datetime) -> bool:
        """Whether the first moment of contact from `at` on is one in every zone: else none is within 7 days (L3)."""
        return not self._there or self._agreed(self.contact_from(at))

    def _agreed(self, at: datetime) -> bool:
        return all(there.contact_from(at) == at for there in self._there)

    def _contact_from(self, at: datetime) -> datetime:
        ready = self._here_from(at)
        return self._everywhere_from(ready) if self._there else ready

    def _everywhere_from(self, ready: datetime) -> datetime:
        """The first moment from `ready` on that is one of contact in every zone; `ready` where none comes soon (L3)."""
        at = ready
        while at <= ready + _SOON:  # each turn moves on to a moment before which one of the zones allows none
            if self._agreed(at):
                return at
            at = self._here_from(max(there.contact_from(at) for there in self._there))
        return ready

    def _here_from(self, at: datetime) -> datetime:
        period = bisect_right(self._changes, at)
        while True:  # each turn is one period of an offset; in the last one every answer holds
            shift = self._shifts[period]
            ready = self._open(at + shift) - shift
            if period == len(self._changes) or ready < self._changes[period]:
                return ready
            at = self._changes[period]
            period += 1

    def contact_time(self, since: datetime, until: datetime) -> timedelta:
        """How much of the time between two moments lies in contact hours."""
        day, last, total = self.contact_day(self.day(since)), self.day(until), timedelta()
        while day <= last:
            opens, closes = self.instant(day, self.opens), self.instant(day, self.closes)
            total += max(min(until, closes) - max(since, opens), timedelta())
            day = self.contact_day(day + _DAY)
        return total

    def later(self, at: datetime, days: int) -> datetime:
        """The same wall-clock time `days` local days later: 09:00 stays 09:00 (T3)."""
        if not days:
            return at
        if at.tzinfo is not UTC:
            at = _in_utc(at)
        known = self._later.get((at, days))
        return known if known is not None else _keep(self._later, (at, days), self._days_later(at, days))

    def _days_later(self, at: datetime, days: int) -> datetime:
        wall = self.local(at)
        return self.instant(wall.date() + timedelta(days=days), wall.time())

    def _open(self, wall: datetime) -> datetime:
        """The first time from `wall` on, as if the clock never changed, within the hours of a contact day."""
        day, clock = wall.date(), wall.time()
        if clock >= self.opens:
            if clock < self.closes and self.is_contact_day(day):
                return wall
            day += _DAY
        return datetime.combine(self.contact_day(day), self.opens, UTC)


def _seek(day: date, step: timedelta, weekdays: int, without: AbstractSet[date]) -> date:
    """The first of `day`, `day` + `step` and so on that is one of the `weekdays` and not excepted."""
    first = day
    for _ in range(_SEARCH):
        if day.weekday() < weekdays and day not in without:
            return day
        day += step
    found = f"{len(without)} that leave no day to act on within {_SEARCH} days of {first}"
    raise CalendarError("holidays", found, "at least one such day")


@cache
def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _keep(answers: dict[Question, Moment], asked: Question, answer: Moment) -> Moment:
    """The answer, kept for whoever asks the same again; where too many are kept, all are forgotten."""
    if len(answers) >= _MOST:
        answers.clear()
    answers[asked] = answer
    return answer


def _in_utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise CalendarError("", f"{at.isoformat()} without a time zone", "moments such as 2026-03-02T09:00:00Z")
    return at.astimezone(UTC)


def _check(calendar: Calendar) -> None:
    for offsets in (calendar.offsets, *calendar.elsewhere):
        _check_offsets(offsets)
    if calendar.closes <= calendar.opens:
        found = f"{calendar.opens:%H:%M}-{calendar.closes:%H:%M}"
        raise CalendarError("contact hours", found, "an opening before the closing, such as 08:00-20:00")
    if calendar.contact_days not in _CONTACT:
        raise CalendarError("contact days", repr(calendar.contact_days), ", ".join(_CONTACT))


def _check_offsets(offsets: Offsets) -> None:
    moments = [at for at, _ in offsets]
    if not moments or any(at.utcoffset() is None for at in moments):
        raise CalendarError("offsets", repr(offsets), "at least one, each from an aware moment")
    if any(later <= earlier for earlier, later in pairwise(moments)):
        raise CalendarError("offsets", "moments out of order", "ascending ones")
