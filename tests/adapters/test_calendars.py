"""The real world's clocks and holidays, handed on as plain data, agree with where they come from."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from adapters.calendars import calendar_for, is_holiday_code, is_zone, make_calendar
from dunning.calendar import Calendar, CalendarError
from dunning.policy.hours import CalendarRules, ContactHours
from dunning.records import Customer

RULES = CalendarRules(contact_hours=ContactHours(opens=time(9), closes=time(17)))
MARCH = date(2026, 3, 1)
SECOND = timedelta(seconds=1)


def chosen(
    rules: CalendarRules = RULES,
    *,
    timezone: str | None = "Europe/Amsterdam",
    country: str | None = "NL",
    subdivision: str | None = None,
    zones: tuple[str, ...] = (),
    phone: str | None = None,
    creditor_timezone: str = "America/New_York",
    creditor_country: str | None = "US",
) -> Calendar:
    return calendar_for(
        rules,
        Customer(id="c1", timezone=timezone, country=country, subdivision=subdivision, zones=zones, phone=phone),
        creditor_timezone=creditor_timezone,
        creditor_country=creditor_country,
        start=MARCH,
    )


# What a calendar holds


def test_the_offsets_are_the_clock_changes_to_the_second() -> None:
    amsterdam = make_calendar("Europe/Amsterdam", [], RULES, date(2026, 1, 15), date(2026, 12, 31))
    first, *changes = amsterdam.offsets
    assert first[1] == 3600
    assert first[0] < datetime(2026, 1, 1, tzinfo=UTC)
    assert changes == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 7200),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 3600),
    ]


def test_a_change_on_the_last_day_of_a_calendar_is_kept_and_one_at_an_odd_minute_too() -> None:
    berlin = make_calendar("Europe/Berlin", [], RULES, date(2024, 3, 1), date(2024, 3, 31))
    assert berlin.offsets[1:] == ((datetime(2024, 3, 31, 1, tzinfo=UTC), 7200),)
    monrovia = make_calendar("Africa/Monrovia", [], RULES, date(1972, 1, 1), date(1972, 1, 31))
    assert monrovia.offsets[1:] == ((datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC), 0),)


def test_a_zone_that_changes_its_clock_for_ramadan_keeps_every_change() -> None:
    casablanca = make_calendar("Africa/Casablanca", [], RULES, date(2026, 1, 1), date(2026, 12, 31))
    assert [offset for _, offset in casablanca.offsets] == [3600, 0, 3600]


@pytest.mark.parametrize(
    "zone, day, moment",
    [
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00+00:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28T22:00:00+00:00"),
    ],
)
def test_a_day_whose_midnight_does_not_exist_starts_at_one(zone: str, day: date, moment: str) -> None:
    pinned = make_calendar(zone, [], RULES, date(2026, 1, 1))
    assert pinned.start(day).isoformat() == moment
    assert pinned.local(pinned.start(day)).time() == time(1)
    assert pinned.local(pinned.start(day) - SECOND) == datetime.combine(day, time()) - SECOND
    assert pinned.local(pinned.start(day - timedelta(days=1))).time() == time()
    assert pinned.local(pinned.start(day + timedelta(days=1))).time() == time()


def test_the_friday_that_samoa_skipped_opens_on_the_next_working_day() -> None:
    apia = make_calendar("Pacific/Apia", [], RULES, date(2011, 12, 1), date(2012, 3, 31))
    opening = apia.opening(date(2011, 12, 30))
    assert apia.local(opening) == datetime(2012, 1, 2, 9)  # noqa: DTZ001 - a wall clock has no zone


@pytest.mark.parametrize("code", ["NL", "DE", "DE-BY", "GB-SCT"])
def test_the_holidays_are_sorted_days_within_the_calendar(code: str) -> None:
    days = make_calendar("Europe/Berlin", [code], RULES, MARCH).holidays
    assert days == tuple(sorted(set(days)))
    assert all(date(2026, 3, 1) <= day <= date(2028, 3, 31) for day in days)


def test_whit_monday_is_a_holiday_in_the_netherlands_but_not_in_scotland() -> None:
    assert date(2026, 5, 25) in make_calendar("Europe/Amsterdam", ["NL"], RULES, MARCH).holidays
    assert date(2026, 11, 30) in make_calendar("Europe/London", ["GB-SCT"], RULES, MARCH).holidays
    assert date(2026, 11, 30) not in make_calendar("Europe/London", ["GB"], RULES, MARCH).holidays


def test_a_part_of_a_country_keeps_its_own_holidays_too() -> None:
    corpus_christi = date(2026, 6, 4)
    assert corpus_christi in make_calendar("Europe/Berlin", ["DE-BY"], RULES, MARCH).holidays
    assert corpus_christi not in make_calendar("Europe/Berlin", ["DE-BE"], RULES, MARCH).holidays


def test_the_holidays_of_several_calendars_all_count() -> None:
    both = make_calendar("Europe/Amsterdam", ["NL", "DE-BY", "NL"], RULES, MARCH)
    assert set(both.holidays) == {
        day for code in ("NL", "DE-BY") for day in make_calendar("Europe/Amsterdam", [code], RULES, MARCH).holidays
    }


def test_a_new_year_observed_in_the_old_one_is_not_lost_at_the_horizon() -> None:
    until_new_year = make_calendar("America/New_York", ["US"], RULES, date(2027, 1, 1), date(2027, 12, 31))
    assert date(2027, 12, 31) in until_new_year.holidays


def test_hours_and_contact_days_are_the_policys() -> None:
    pinned = make_calendar("Europe/Amsterdam", [], CalendarRules(contact_days="any"), MARCH)
    assert (pinned.opens, pinned.closes, pinned.contact_days) == (time(8), time(20), "any")


def test_closed_days_and_spans_are_days_of_the_calendar_as_far_as_it_reaches() -> None:
    rules = CalendarRules.model_validate(
        {"closed": ["2026-02-27", {"from": "2026-03-30", "to": "2026-04-02"}, "2026-03-31"]}
    )
    pinned = make_calendar("Europe/Amsterdam", [], rules, MARCH, date(2026, 4, 1))
    assert pinned.closed == tuple(date(2026, month, day) for month, day in ((3, 30), (3, 31), (4, 1), (4, 2)))


# How far it reaches


@pytest.mark.parametrize(
    "start, until, end",
    [
        (date(2026, 3, 5), None, date(2028, 3, 31)),
        (date(2024, 2, 29), None, date(2026, 2, 28)),
        (date(2026, 12, 31), None, date(2028, 12, 31)),
        (date(2026, 3, 5), date(2026, 3, 5), date(2026, 3, 31)),
        (date(2026, 3, 5), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_a_calendar_reaches_two_years_ahead_or_as_far_as_asked_in_whole_months(
    start: date, until: date | None, end: date
) -> None:
    assert make_calendar("Europe/Amsterdam", ["NL"], RULES, start, until).until == end


def test_cases_of_one_month_share_one_calendar() -> None:
    made = {id(make_calendar("Europe/Amsterdam", ["NL"], RULES, date(2026, 3, day))) for day in range(1, 32)}
    assert len(made) == 1
    assert chosen() is chosen()


@pytest.mark.parametrize(
    "start, until",
    [
        (date(2026, 3, 5), date(2026, 2, 28)),
        (date(1969, 12, 31), None),
        (date(2198, 1, 1), None),
        (date(9999, 12, 31), None),
    ],
)
def test_an_extent_that_makes_no_sense_is_refused(start: date, until: date | None) -> None:
    with pytest.raises(CalendarError, match=rf"calendar: found {start} to .*; allowed "):
        make_calendar("Europe/Amsterdam", [], RULES, start, until)


# What is not known


@pytest.mark.parametrize(
    "zone, hint",
    [
        ("Europe/Amsterdm", "Europe/Amsterdam"),
        ("europe/amsterdam", "Europe/Amsterdam"),
        ("Mars/Phobos", "an IANA name"),
        ("Europe", "an IANA name"),
        ("", "an IANA name"),
        ("/etc/passwd", "an IANA name"),
        ("../../etc/passwd", "an IANA name"),
        ("localtime", "an IANA name"),
        ("Europe/Amster\0dam", "an IANA name"),
    ],
)
def test_a_zone_that_is_not_known_is_refused_with_what_may_have_been_meant(zone: str, hint: str) -> None:
    assert not is_zone(zone)
    with pytest.raises(CalendarError, match=r"time zone: found ") as caught:
        make_calendar(zone, [], RULES, MARCH)
    assert repr(zone) in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    "code, hint", [("XX", "a country"), ("nl", "a country"), ("DE-XX", "DE-BW, DE-BY"), ("", "NL")]
)
def test_a_holiday_code_that_is_not_known_is_refused_with_what_is_allowed(code: str, hint: str) -> None:
    assert not is_holiday_code(code)
    with pytest.raises(CalendarError, match=rf"holidays: found '{code}'; allowed .*{hint}"):
        make_calendar("Europe/Amsterdam", [code], RULES, MARCH)


# T1: whose clock, whose holidays


def test_the_customers_own_zone_and_country_come_first() -> None:
    pinned = chosen()
    assert pinned.zone == "Europe/Amsterdam"
    assert date(2026, 4, 27) in pinned.holidays  # King's Day
    assert date(2026, 7, 3) not in pinned.holidays


@pytest.mark.parametrize(
    "timezone, country, zone",
    [
        (None, "NL", "Europe/Amsterdam"),
        (None, "DE", "Europe/Berlin"),  # two zones, one time
        (None, "US", "America/New_York"),
        (None, "ES", "America/New_York"),  # the Canaries keep another time
        (None, "XX", "America/New_York"),
        (None, None, "America/New_York"),
        ("", "NL", "Europe/Amsterdam"),
        ("Mars/Phobos", "NL", "America/New_York"),
        ("Mars/Phobos", None, "America/New_York"),
        ("Asia/Tokyo", "NL", "Asia/Tokyo"),
    ],
)
def test_for_a_customers_zone_that_is_not_known_stands_the_countrys_only_one_or_the_creditors(
    timezone: str | None, country: str | None, zone: str
) -> None:
    assert chosen(timezone=timezone, country=country).zone == zone


def test_a_policy_may_keep_the_creditors_clock_or_a_zone_of_its_own() -> None:
    assert chosen(CalendarRules(timezone="creditor")).zone == "America/New_York"
    assert chosen(CalendarRules(timezone="Asia/Kolkata")).zone == "Asia/Kolkata"


@pytest.mark.parametrize(
    "country, subdivision, code",
    [
        ("DE", "BY", "DE-BY"),
        ("DE", "DE-BY", "DE-BY"),
        ("DE", "XX", "DE"),
        ("DE", None, "DE"),
        ("XX", None, "US"),
        (None, "BY", "US"),
        (None, None, "US"),
    ],
)
def test_for_holidays_that_are_not_known_stand_the_countrys_or_the_creditors(
    country: str | None, subdivision: str | None, code: str
) -> None:
    pinned = chosen(timezone="Europe/Berlin", country=country, subdivision=subdivision)
    assert pinned.holidays == make_calendar("Europe/Berlin", [code], RULES, MARCH).holidays


def test_a_policy_may_keep_no_holidays_or_those_that_it_names() -> None:
    assert chosen(CalendarRules(holidays="none")).holidays == ()
    assert chosen(country=None, creditor_country=None).holidays == ()
    named = chosen(CalendarRules(holidays=("NL", "DE-BY")), country="US")
    assert named.holidays == make_calendar("Europe/Amsterdam", ["NL", "DE-BY"], RULES, MARCH).holidays


def test_what_the_creditor_or_the_policy_says_wrongly_is_an_error_never_a_guess() -> None:
    with pytest.raises(CalendarError, match="time zone: found 'Mars/Phobos'"):
        chosen(timezone=None, country=None, creditor_timezone="Mars/Phobos")
    with pytest.raises(CalendarError, match="time zone: found 'Mars/Phobos'"):
        chosen(CalendarRules(timezone="Mars/Phobos"))
    with pytest.raises(CalendarError, match="holidays: found 'XX'"):
        chosen(CalendarRules(holidays=("XX",)))
    with pytest.raises(CalendarError, match="holidays: found 'XX'"):
        chosen(country=None, creditor_country="XX")


# Every zone, against the database itself

zones = st.sampled_from(sorted(zone for zone in available_timezones() if is_zone(zone)))
seconds = st.integers(0, 366 * 86_400 - 1)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[Calendar, ZoneInfo, datetime]:
    """A zone in a year since 1970, and a moment of that year, or one near a clock change."""
    zone, year = draw(zones), draw(st.integers(1971, 2040))
    pinned = make_calendar(zone, [], RULES, date(year, 1, 1), date(year, 12, 31))
    changes = [at + n * timedelta(minutes=20) for at, _ in pinned.offsets[1:] for n in range(-4, 5)]
    anywhere = datetime(year, 1, 1, tzinfo=UTC) + draw(seconds) * SECOND
    return pinned, ZoneInfo(zone), draw(st.sampled_from([anywhere, *changes]))


@settings(max_examples=300)
@given(clocks())
def test_local_days_and_clocks_agree_with_the_database(clock: tuple[Calendar, ZoneInfo, datetime]) -> None:
    pinned, zone, at = clock
    there = at.astimezone(zone).replace(tzinfo=None, fold=0)
    assert pinned.local(at) == there
    assert pinned.day(at) == there.date()


@settings(max_examples=300)
@given(clocks(), st.integers(-180, 180))
def test_the_moment_of_a_wall_clock_agrees_with_the_database(
    clock: tuple[Calendar, ZoneInfo, datetime], minutes: int
) -> None:
    pinned, zone, at = clock
    wall = at.astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(minutes=minutes)
    moment = pinned.instant(wall.date(), wall.time())
    first = wall.replace(tzinfo=zone).astimezone(UTC)  # the database reads a time that comes twice as the first
    if first.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        assert moment == first
    else:  # a time that the clock skips: the next that it shows
        assert moment.astimezone(zone).replace(tzinfo=None) > wall
        assert (moment - SECOND).astimezone(zone).replace(tzinfo=None) < wall


@settings(max_examples=300)
@given(clocks())
def test_contact_opens_at_nine_on_the_wall_clock_of_any_zone(clock: tuple[Calendar, ZoneInfo, datetime]) -> None:
    pinned, zone, at = clock
    opening = pinned.opening(pinned.day(at))
    there = opening.astimezone(zone)
    assert there.time() == time(9)
    assert there.date() == pinned.contact_day(pinned.day(at))
    assert pinned.start(pinned.day(at)) <= opening


def test_a_calendar_of_two_years_is_small_enough_to_travel_with_every_case() -> None:
    assert len(TypeAdapter(Calendar).dump_json(make_calendar("Europe/Berlin", ["DE-BY"], RULES, MARCH))) < 1000


# Several zones (L3)


def test_l3_a_zone_that_keeps_the_same_time_adds_nothing() -> None:
    assert chosen(zones=("Europe/Berlin", "Nowhere/Land")) == chosen()
    assert chosen(phone="+31 20 794 0123") == chosen()
    assert len(chosen(zones=("Europe/London", "Europe/Dublin", "America/New_York")).elsewhere) == 2


def test_l3_the_customers_own_zone_counts_beside_the_one_that_a_policy_names() -> None:
    creditors = CalendarRules(timezone="creditor", contact_hours=RULES.contact_hours)
    assert chosen(creditors, timezone="America/New_York").elsewhere == ()
    both = chosen(creditors, timezone="Europe/Amsterdam")
    assert both.contact_from(datetime(2026, 3, 3, 16, tzinfo=UTC)) == datetime(2026, 3, 4, 14, tzinfo=UTC)


def test_l3_a_calendar_with_several_zones_survives_json_and_says_nothing_of_them_where_there_is_one() -> None:
    adapter = TypeAdapter(Calendar)
    several = chosen(zones=("America/New_York",))
    assert adapter.validate_json(adapter.dump_json(several)) == several
    assert copy.deepcopy(several) == several
    assert b"elsewhere" not in adapter.dump_json(chosen())


@given(
    zones=st.lists(st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})), min_size=1, max_size=3),
    minutes=st.integers(0, 60 * 24 * 500),
)
@settings(max_examples=60, deadline=None)
def test_l3_no_moment_of_contact_is_outside_the_hours_of_any_zone(zones: list[str], minutes: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    calendar = make_calendar("Europe/Amsterdam", ["NL"], RULES, date(2026, 1, 1), date(2028, 1, 1), elsewhere=zones)
    found = calendar.contact_from(at)
    assert found >= at
    everywhere = [ZoneInfo("Europe/Amsterdam"), *map(ZoneInfo, zones)]
    if calendar.reaches(at):
        for zone in everywhere:
            local = found.astimezone(zone)
            assert time(9) <= local.time() < time(17), zone
            assert calendar.is_contact_day(local.date()), zone
    else:
        own = make_calendar("Europe/Amsterdam", ["NL"], RULES, date(2026, 1, 1), date(2028, 1, 1))
        assert found == own.contact_from(at)
        for quarters in range(7 * 96):
            later = found + timedelta(minutes=15 * quarters)
            local_times = [later.astimezone(zone) for zone in everywhere]
            assert not all(
                time(9) <= one.time() < time(17) and calendar.is_contact_day(one.date()) for one in local_times
            )
