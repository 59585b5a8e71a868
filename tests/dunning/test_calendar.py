"""Days, clocks and contact hours: the day before, the day, the day after, and the nights on which clocks change."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from temporalio.contrib.pydantic import pydantic_data_converter

from dunning.calendar import Calendar, CalendarError, ContactDays
from dunning.errors import DunningError
from dunning.span import Span

HOUR = 3600
DAY = timedelta(days=1)
WHIT_MONDAY = date(2026, 5, 25)
AMSTERDAM = (("2025-10-26T01:00", 1), ("2026-03-29T01:00", 2), ("2026-10-25T01:00", 1), ("2027-03-28T01:00", 2))
SANTIAGO = (("2025-09-07T04:00", -3), ("2026-04-05T03:00", -4), ("2026-09-06T04:00", -3))  # midnight is skipped
APIA = (("2011-09-24T14:00", -10), ("2011-12-30T10:00", 14))  # Friday 30 December 2011 never was
LORD_HOWE = (("2025-10-04T15:30", 11), ("2026-04-04T15:00", 10.5), ("2026-10-03T15:30", 11))  # half an hour
KOLKATA = (("2026-01-01T00:00", 5.5),)


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def calendar(
    *,
    offsets: tuple[tuple[str, float], ...] = AMSTERDAM,
    holidays: tuple[date, ...] = (),
    hours: tuple[time, time] = (time(9), time(17)),
    contact_days: ContactDays = "workdays",
    closed: tuple[date, ...] = (),
) -> Calendar:
    return Calendar(
        zone="Test/Zone",
        offsets=tuple((utc(since), int(shift * HOUR)) for since, shift in offsets),
        holidays=holidays,
        until=date(2027, 12, 31),
        opens=hours[0],
        closes=hours[1],
        contact_days=contact_days,
        closed=closed,
    )


# T1: the local day


@pytest.mark.parametrize(
    "moment, day",
    [
        ("2026-01-14T22:59:59", date(2026, 1, 14)),
        ("2026-01-14T23:00", date(2026, 1, 15)),
        ("2026-01-15T22:59:59.999999", date(2026, 1, 15)),
        ("2026-01-15T23:00", date(2026, 1, 16)),
        ("2026-07-14T21:59:59", date(2026, 7, 14)),
        ("2026-07-14T22:00", date(2026, 7, 15)),
    ],
)
def test_a_day_begins_at_local_midnight_in_winter_and_in_summer(moment: str, day: date) -> None:
    assert calendar().day(utc(moment)) == day


def test_a_moment_written_with_another_offset_is_the_same_moment() -> None:
    at = utc("2026-01-14T23:30")
    for hours in (-9, 5, 14):
        elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
        assert calendar().day(elsewhere) == date(2026, 1, 15)
        assert calendar().local(elsewhere) == datetime(2026, 1, 15, 0, 30)  # noqa: DTZ001 - a wall clock has no zone
        assert calendar().contact_from(elsewhere) == utc("2026-01-15T08:00")


def test_a_moment_without_a_zone_is_refused_and_never_read_on_the_clock_of_the_machine() -> None:
    naive = utc("2026-01-14T23:30").replace(tzinfo=None)
    for ask in (calendar().day, calendar().local, calendar().contact_from):
        with pytest.raises(CalendarError, match="found 2026-01-14T23:30:00 without a time zone"):
            ask(naive)


def test_the_first_offset_covers_the_past_and_the_last_one_the_future() -> None:
    assert calendar().day(utc("2001-07-14T23:00")) == date(2001, 7, 15)
    assert calendar().local(utc("2050-01-14T23:00")).time() == time(1)


def test_half_hours_count() -> None:
    india = calendar(offsets=KOLKATA)
    assert india.day(utc("2026-03-02T18:29:59")) == date(2026, 3, 2)
    assert india.day(utc("2026-03-02T18:30")) == date(2026, 3, 3)
    assert india.opening(date(2026, 3, 3)) == utc("2026-03-03T03:30")


# T3: wall clocks


@pytest.mark.parametrize(
    "clock, moment",
    [
        (time(1, 59, 59), "2026-03-29T00:59:59"),
        (time(2), "2026-03-29T01:00"),
        (time(2, 30), "2026-03-29T01:00"),
        (time(2, 59, 59), "2026-03-29T01:00"),
        (time(3), "2026-03-29T01:00"),
        (time(3, 30), "2026-03-29T01:30"),
    ],
)
def test_a_time_that_does_not_exist_moves_forward_to_the_next_that_does(clock: time, moment: str) -> None:
    assert calendar().instant(date(2026, 3, 29), clock) == utc(moment)


@pytest.mark.parametrize(
    "clock, moment",
    [
        (time(1, 59, 59), "2026-10-24T23:59:59"),
        (time(2), "2026-10-25T00:00"),
        (time(2, 30), "2026-10-25T00:30"),
        (time(3), "2026-10-25T02:00"),
    ],
)
def test_of_a_time_that_comes_twice_the_first_is_meant(clock: time, moment: str) -> None:
    assert calendar().instant(date(2026, 10, 25), clock) == utc(moment)


def test_days_around_a_clock_change_have_23_and_25_hours() -> None:
    starts = {
        day: calendar().start(day)
        for day in (date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25), date(2026, 10, 26))
    }
    assert starts[date(2026, 3, 30)] - starts[date(2026, 3, 29)] == timedelta(hours=23)
    assert starts[date(2026, 10, 26)] - starts[date(2026, 10, 25)] == timedelta(hours=25)


def test_a_day_without_midnight_starts_at_its_first_moment() -> None:
    chile = calendar(offsets=SANTIAGO)
    assert chile.start(date(2026, 9, 5)) == utc("2026-09-05T04:00")
    assert chile.start(date(2026, 9, 6)) == utc("2026-09-06T04:00")
    assert chile.local(chile.start(date(2026, 9, 6))).time() == time(1)
    assert chile.day(chile.start(date(2026, 9, 6)) - timedelta(microseconds=1)) == date(2026, 9, 5)
    assert chile.start(date(2026, 9, 7)) == utc("2026-09-07T03:00")


def test_a_day_whose_last_hour_comes_twice_ends_after_the_second() -> None:
    chile = calendar(offsets=SANTIAGO)  # on 5 April 2026 at 00:00 the clock goes back to 23:00 on 4 April
    assert chile.day(utc("2026-04-05T02:59")) == date(2026, 4, 4)
    assert chile.day(utc("2026-04-05T03:30")) == date(2026, 4, 4)
    assert chile.start(date(2026, 4, 5)) == utc("2026-04-05T04:00")


def test_a_day_that_a_zone_skipped_starts_and_opens_with_the_next_day_that_exists() -> None:
    samoa = calendar(offsets=APIA)
    friday, saturday = date(2011, 12, 30), date(2011, 12, 31)
    assert samoa.start(date(2011, 12, 29)) == utc("2011-12-29T10:00")
    assert samoa.start(friday) == samoa.start(saturday) == utc("2011-12-30T10:00")
    assert samoa.day(samoa.start(friday)) == saturday
    assert samoa.opening(date(2011, 12, 29)) == utc("2011-12-29T19:00")
    assert samoa.opening(friday) == samoa.opening(saturday) == utc("2012-01-01T19:00")  # Monday 2 January, 09:00


def test_a_clock_that_moves_by_half_an_hour_is_followed() -> None:
    island = calendar(offsets=LORD_HOWE)
    assert island.instant(date(2026, 10, 4), time(2, 15)) == utc("2026-10-03T15:30")
    assert island.instant(date(2026, 4, 5), time(1, 45)) == utc("2026-04-04T14:45")


@pytest.mark.parametrize("start, days", [("2026-03-27", 3), ("2026-10-23", 3), ("2026-03-30", -3), ("2026-10-23", 0)])
def test_nine_in_the_morning_stays_nine_in_the_morning(start: str, days: int) -> None:
    at = calendar().instant(date.fromisoformat(start), time(9))
    later = calendar().later(at, days)
    assert calendar().local(later).time() == time(9)
    assert calendar().day(later) - calendar().day(at) == timedelta(days=days)


def test_nought_days_after_an_hour_that_comes_twice_is_that_very_moment() -> None:
    second = utc("2026-10-25T01:30")  # 02:30 for the second time
    assert calendar().later(second, 0) == second


# T2: working days


@pytest.mark.parametrize(
    "day, working",
    [
        (date(2026, 5, 22), True),  # Friday
        (date(2026, 5, 23), False),
        (date(2026, 5, 24), False),
        (WHIT_MONDAY, False),
        (date(2026, 5, 26), True),
    ],
)
def test_working_days_are_monday_to_friday_without_the_holidays(day: date, working: bool) -> None:  # noqa: FBT001
    for contact_days in ("workdays", "not-sundays", "any"):
        assert calendar(holidays=(WHIT_MONDAY,), contact_days=contact_days).is_workday(day) is working


@pytest.mark.parametrize(
    "start, n, day",
    [
        (date(2026, 5, 22), 2, date(2026, 5, 27)),
        (date(2026, 5, 22), 1, date(2026, 5, 26)),
        (date(2026, 5, 22), 0, date(2026, 5, 22)),
        (date(2026, 5, 23), 0, date(2026, 5, 23)),
        (date(2026, 5, 23), 1, date(2026, 5, 26)),
        (date(2026, 5, 27), -2, date(2026, 5, 22)),
        (date(2026, 5, 25), -1, date(2026, 5, 22)),
        (date(2026, 5, 22), 6, date(2026, 6, 2)),
    ],
)
def test_two_working_days_after_the_friday_before_whit_monday_is_wednesday(start: date, n: int, day: date) -> None:
    pentecost = calendar(holidays=(WHIT_MONDAY,))
    assert pentecost.workdays_after(start, n) == pentecost.add(start, Span(n, "workdays")) == day


def test_calendar_days_count_every_day() -> None:
    assert calendar(holidays=(WHIT_MONDAY,)).add(date(2026, 5, 22), Span(3, "days")) == WHIT_MONDAY
    assert calendar().add(date(2026, 3, 2), Span(-3, "days")) == date(2026, 2, 27)


@pytest.mark.parametrize(
    "day, span",
    [
        (date(9999, 12, 30), Span(3, "days")),
        (date(9999, 12, 30), Span(3, "workdays")),
        (date(1, 1, 2), Span(-3, "days")),
        (date(2026, 3, 2), Span(2, "hours")),
    ],
)
def test_a_day_that_cannot_be_named_is_an_error_that_says_so(day: date, span: Span) -> None:
    with pytest.raises(CalendarError, match=rf"span: found {span}"):
        calendar().add(day, span)


# T3: contact days and hours

WORKING, SATURDAY, SUNDAY, FRIDAY_OFF = date(2026, 3, 5), date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 6)


@pytest.mark.parametrize(
    "contact_days, allowed",
    [
        ("workdays", {WORKING}),
        ("not-sundays", {WORKING, SATURDAY}),
        ("any", {WORKING, SATURDAY, SUNDAY, FRIDAY_OFF}),
    ],
)
def test_holidays_are_no_contact_days_unless_any_day_is_one(contact_days: ContactDays, allowed: set[date]) -> None:
    days = calendar(holidays=(FRIDAY_OFF,), contact_days=contact_days)
    assert {day for day in (WORKING, FRIDAY_OFF, SATURDAY, SUNDAY) if days.is_contact_day(day)} == allowed


@pytest.mark.parametrize(
    "day, moment",
    [
        (date(2026, 5, 21), "2026-05-21T07:00"),
        (date(2026, 5, 22), "2026-05-22T07:00"),
        (date(2026, 5, 23), "2026-05-26T07:00"),  # over the weekend and Whit Monday
        (WHIT_MONDAY, "2026-05-26T07:00"),
        (date(2026, 3, 27), "2026-03-27T08:00"),
        (date(2026, 3, 28), "2026-03-30T07:00"),  # over the change to summer time
        (date(2026, 10, 24), "2026-10-26T08:00"),  # and to winter time
    ],
)
def test_contact_opens_on_the_first_contact_day_that_is_not_before(day: date, moment: str) -> None:
    days = calendar(holidays=(WHIT_MONDAY,))
    assert days.opening(day) == utc(moment)
    assert days.contact_day(day) == days.day(utc(moment))


@pytest.mark.parametrize(
    "moment, allowed",
    [
        ("2026-05-22T06:59:59", "2026-05-22T07:00"),
        ("2026-05-22T07:00", "2026-05-22T07:00"),
        ("2026-05-22T14:59:59.999999", "2026-05-22T14:59:59.999999"),
        ("2026-05-22T15:00", "2026-05-26T07:00"),  # closed: over the weekend and Whit Monday
        ("2026-05-23T10:00", "2026-05-26T07:00"),
        ("2026-05-25T22:30", "2026-05-26T07:00"),
    ],
)
def test_contact_is_allowed_from_the_opening_until_just_before_the_closing(moment: str, allowed: str) -> None:
    assert calendar(holidays=(WHIT_MONDAY,)).contact_from(utc(moment)) == utc(allowed)


def test_an_opening_that_the_clock_skips_moves_to_the_next_moment_within_the_hours() -> None:
    early = calendar(hours=(time(2, 30), time(17)), contact_days="any")
    assert early.opening(date(2026, 3, 29)) == utc("2026-03-29T01:00")  # 03:00 is the first after 02:30
    assert early.contact_from(utc("2026-03-29T00:59")) == utc("2026-03-29T01:00")


def test_contact_hours_that_the_clock_skips_altogether_come_the_day_after() -> None:
    skipped = calendar(hours=(time(2, 15), time(2, 45)), contact_days="any")
    assert skipped.opening(date(2026, 3, 29)) == utc("2026-03-30T00:15")
    assert skipped.contact_from(utc("2026-03-28T12:00")) == utc("2026-03-30T00:15")


def test_contact_hours_in_an_hour_that_comes_twice_are_kept_both_times() -> None:
    twice = calendar(hours=(time(2, 30), time(2, 45)), contact_days="any")
    assert twice.opening(date(2026, 10, 25)) == utc("2026-10-25T00:30")
    assert twice.contact_from(utc("2026-10-25T00:45")) == utc("2026-10-25T01:30")
    assert twice.contact_from(utc("2026-10-25T01:45")) == utc("2026-10-26T01:30")


def test_a_calendar_that_is_all_holidays_is_an_error_and_no_endless_search() -> None:
    closed = calendar(holidays=tuple(date(2026, 1, 1) + n * DAY for n in range(500)))
    for ask in (closed.contact_day, closed.opening, lambda day: closed.workdays_after(day, 1)):
        with pytest.raises(CalendarError, match="holidays: found 500 that leave no day to act on within 366 days"):
            ask(date(2026, 1, 1))
    assert closed.contact_day(date(2027, 5, 10)) == date(2027, 5, 17)


def test_beyond_the_horizon_the_weekends_go_on() -> None:
    assert calendar().opening(date(2031, 3, 1)) == utc("2031-03-03T07:00")  # Saturday; the last offset is summer's


# Any calendar at all

hours = st.integers(-12, 12)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Wild ones: the clock changes by up to a day, every few days, and any day may be a holiday."""
    at, offsets = datetime(2026, 1, 1, tzinfo=UTC), [(datetime(2025, 1, 1, tzinfo=UTC), draw(hours) * HOUR)]
    for gap in draw(st.lists(st.integers(50, 400), max_size=5)):
        at += timedelta(hours=gap)
        offsets.append((at, draw(hours) * HOUR + draw(st.sampled_from([0, 1800, 2700]))))
    opens, closes = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True)))
    return Calendar(
        zone="Test/Wild",
        offsets=tuple(offsets),
        holidays=tuple(date(2026, 1, 1) + n * DAY for n in sorted(draw(st.sets(st.integers(0, 60))))),
        until=date(2026, 12, 31),
        opens=time(opens // 4, opens % 4 * 15),
        closes=time(closes // 4, closes % 4 * 15),
        contact_days=draw(st.sampled_from(["workdays", "not-sundays", "any"])),
    )


days = st.dates(date(2025, 12, 25), date(2026, 4, 30))
moments = st.datetimes(datetime(2025, 12, 25), datetime(2026, 4, 30), timezones=st.just(UTC))  # noqa: DTZ001 - its rule


def allowed(pinned: Calendar, at: datetime) -> bool:
    local = pinned.local(at)
    return pinned.is_contact_day(local.date()) and pinned.opens <= local.time() < pinned.closes


@given(calendars(), days)
def test_an_opening_is_always_within_the_contact_hours_of_a_contact_day(pinned: Calendar, day: date) -> None:
    opening = pinned.opening(day)
    assert allowed(pinned, opening)
    assert pinned.day(opening) >= day


@given(calendars(), moments)
def test_no_allowed_moment_is_passed_over(pinned: Calendar, at: datetime) -> None:
    ready = pinned.contact_from(at)
    assert ready >= at
    assert allowed(pinned, ready)
    assert pinned.contact_from(ready) == ready
    quarters = min((ready - at) // timedelta(minutes=15), 500)
    assert not any(allowed(pinned, ready - n * timedelta(minutes=15)) for n in range(1, quarters))


@given(calendars(), moments)
def test_a_wall_clock_leads_back_to_its_first_moment(pinned: Calendar, at: datetime) -> None:
    wall = pinned.local(at)
    first = pinned.instant(wall.date(), wall.time())
    assert first <= at
    assert pinned.local(first) == wall
    assert pinned.day(at) == wall.date()


@given(calendars(), days)
def test_a_day_starts_no_later_than_anything_on_it(pinned: Calendar, day: date) -> None:
    start = pinned.start(day)
    assert pinned.day(start) >= day
    if pinned.day(start) > day:  # the zone skipped it, or its midnight at least
        assert pinned.day(start - timedelta(microseconds=1)) < day
    assert pinned.opening(day) >= start


@given(calendars(), days, st.integers(-30, 30))
def test_counting_working_days_forth_and_back_comes_out_even(pinned: Calendar, day: date, n: int) -> None:
    from_day = pinned.workdays_after(pinned.workdays_after(day, 1), -1) if not pinned.is_workday(day) else day
    there = pinned.workdays_after(from_day, n)
    assert pinned.workdays_after(there, -n) == from_day
    assert sum(
        pinned.is_workday(min(from_day, there) + k * DAY) for k in range(1, abs((there - from_day).days) + 1)
    ) == abs(n)


# The data travels with the case


def test_a_calendar_that_has_forgotten_its_answers_gives_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(pinned: Calendar) -> list[date]:
        days = [date(2026, 3, 20) + n * DAY for n in range(12)] * 2
        starts = [pinned.start(day) for day in days]
        return [
            *(pinned.opening(day) for day in days),
            *(pinned.workdays_after(day, 3) for day in days),
            *(pinned.day(start) for start in starts),
            *(pinned.contact_from(start) for start in starts),
            *(pinned.later(start, 2) for start in starts),
        ]

    told = answers(calendar())
    monkeypatch.setattr("dunning.calendar._MOST", 5)
    assert answers(calendar()) == told


@given(calendars())
def test_a_calendar_survives_temporal_and_answers_the_same(pinned: Calendar) -> None:
    converter = pydantic_data_converter.payload_converter
    (back,) = converter.from_payloads(converter.to_payloads([pinned]), [Calendar])
    assert back == pinned
    assert back.opening(date(2026, 3, 1)) == pinned.opening(date(2026, 3, 1))
    assert TypeAdapter(Calendar).dump_json(back) == TypeAdapter(Calendar).dump_json(pinned)


def test_a_calendar_can_be_copied_and_handed_to_another_process() -> None:
    pinned = calendar(holidays=(WHIT_MONDAY,))
    for other in (copy.deepcopy(pinned), copy.copy(pinned), pickle.loads(pickle.dumps(pinned))):  # noqa: S301 - our own bytes
        assert other == pinned
        assert hash(other) == hash(pinned)
        assert other.opening(WHIT_MONDAY) == pinned.opening(WHIT_MONDAY)


@pytest.mark.parametrize(
    "change, found",
    [
        ({"offsets": ()}, r"offsets: found \(\)"),
        ({"offsets": ((datetime(2026, 1, 1), 0),)}, "offsets: found .* each from an aware moment"),  # noqa: DTZ001
        ({"offsets": ((utc("2026-03-29"), 0), (utc("2026-03-29"), 3600))}, "offsets: found moments out of order"),
        ({"opens": time(17), "closes": time(9)}, "contact hours: found 17:00-09:00"),
        ({"opens": time(9), "closes": time(9)}, "contact hours: found 09:00-09:00"),
        ({"contact_days": "sundays"}, "contact days: found 'sundays'; allowed workdays, not-sundays, any"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(change: dict[str, Any], found: str) -> None:
    fields: dict[str, Any] = {
        "zone": "Test/Zone",
        "offsets": ((utc("2026-01-01"), 0),),
        "holidays": (),
        "until": date(2026, 12, 31),
        "opens": time(9),
        "closes": time(17),
        "contact_days": "workdays",
    }
    with pytest.raises(CalendarError, match=found):
        Calendar(**fields | change)
    with pytest.raises(ValidationError):
        TypeAdapter(Calendar).validate_python(fields | change)
    assert issubclass(CalendarError, DunningError)


# T8: days on which the creditor is closed

CLOSED = tuple(date(2026, 12, day) for day in (28, 29, 31))


@pytest.mark.parametrize("contact_days", ["workdays", "not-sundays", "any"])
def test_a_closed_day_is_no_contact_day_whatever_days_are(contact_days: ContactDays) -> None:
    pinned = calendar(contact_days=contact_days, closed=CLOSED)
    assert [pinned.is_contact_day(day) for day in CLOSED] == [False, False, False]
    assert pinned.contact_day(date(2026, 12, 28)) == date(2026, 12, 30)
    assert pinned.opening(date(2026, 12, 28)) == utc("2026-12-30T08:00")


def test_a_closed_day_is_no_workday_and_counts_for_none() -> None:
    pinned = calendar(contact_days="any", holidays=(date(2027, 1, 1),), closed=CLOSED)
    assert not pinned.is_workday(CLOSED[0])
    # After Thursday 24 December: Friday 25, Wednesday 30, and Monday 4 January.
    assert pinned.workdays_after(date(2026, 12, 24), 3) == date(2027, 1, 4)
    assert pinned.add(date(2026, 12, 24), Span(4, "days")) == date(2026, 12, 28)


def test_a_calendar_with_closed_days_survives_a_copy_and_json() -> None:
    pinned = calendar(closed=CLOSED)
    assert copy.copy(pinned) == pinned
    assert pickle.loads(pickle.dumps(pinned)) == pinned  # noqa: S301 - our own
    read = TypeAdapter(Calendar)
    assert read.validate_json(read.dump_json(pinned)) == pinned


@pytest.mark.parametrize(
    "since, until, hours",
    [
        ("2026-01-15T08:00", "2026-01-15T09:30", 1.5),  # a Thursday, 09:00 to 10:30 in Amsterdam
        ("2026-01-15T05:00", "2026-01-15T06:00", 0),  # before the hours begin
        ("2026-01-15T15:00", "2026-01-16T09:00", 2),  # an hour in the evening, an hour in the morning
        ("2026-01-16T15:00", "2026-01-19T09:00", 2),  # over a weekend
        ("2026-01-17T08:00", "2026-01-18T20:00", 0),
        ("2026-01-15T09:00", "2026-01-15T08:00", 0),
    ],
)
def test_contact_time_is_what_lies_in_contact_hours(since: str, until: str, hours: float) -> None:
    assert calendar().contact_time(utc(since), utc(until)) == timedelta(hours=hours)
