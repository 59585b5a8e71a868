"""Where calendars come from: time zones and holidays are looked up here, once, and handed on as plain data.

Both change with every release of their databases. A case keeps what was true when its calendar was made; news
reaches it when the calendar is made anew. A calendar covers whole months, so that the thousands of cases of one
month share a handful.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from holidays import country_holidays, list_supported_countries

from adapters.telephone import zone_of_number
from dunning.calendar import Calendar, CalendarError
from dunning.policy import Policy
from dunning.policy.hours import CalendarRules
from dunning.ports import CalendarFor
from dunning.records import Customer

_YEARS: Final = 2  # the horizon
_TODAYS: Final = 2026  # from this year on all that we ask of a country's zones is the same
FIRST: Final = date(1970, 1, 1)  # before it zones kept their own minutes
LAST: Final = date(2199, 12, 31)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NO_PLACES: Final = frozenset({"Factory", "localtime", "posixrules"})  # files of the database that name no zone


def make_calendar(
    zone: str, holiday_codes: Sequence[str], rules: CalendarRules, start: date, until: date | None = None,
    *, elsewhere: Iterable[str] = (),
) -> Calendar:  # fmt: skip
    """The calendar of an IANA zone from the month of `start` to the end of the month of `until` (two years later).

    `holiday_codes` are countries or their parts, such as NL and DE-BY; the holidays of all of them count. Of `rules`
    the contact hours and days and the closed days are used. `elsewhere` are the other zones in which the debtor may be
    (L3); those that keep the same time as `zone` add nothing. Raises `CalendarError` that names a zone or code that is
    not known.
    """
    last = until or date(min(start.year + _YEARS, MAXYEAR), start.month, 1)
    if (last.year, last.month) < (start.year, start.month) or start < FIRST or last > LAST:
        found = f"{start} to {last}"
        raise CalendarError("calendar", found, f"later days in the years {FIRST.year} to {LAST.year}")
    end = last.replace(day=monthrange(last.year, last.month)[1])
    others = tuple(sorted(set(elsewhere) - {zone}))
    return _made(zone, tuple(sorted(set(holiday_codes))), rules, start.replace(day=1), end, others)


def calendar_for(
    rules: CalendarRules,
    customer: Customer,
    *,
    creditor_timezone: str,
    creditor_country: str | None,
    start: date,
    until: date | None = None,
) -> Calendar:
    """The calendar that a policy means for this customer (T1); `make_calendar` says how far it reaches.

    What is not known of the customer is never an error. For a zone that is missing stands that of the country, if it
    keeps one time, else the creditor's, which also stands for one that does not exist; for holidays those of the whole
    country, else the creditor's. Of further zones (L3) those that do not exist are left out. Raises `CalendarError` for
    what is not known of the policy's or the creditor's.
    """
    zone = rules.timezone
    if zone == "customer":
        zone = customer.timezone or _one_zone(customer.country, start.year) or creditor_timezone
        zone = zone if is_zone(zone) else creditor_timezone
    elif zone == "creditor":
        zone = creditor_timezone
    codes = rules.holidays
    if codes == "customer":
        codes = _codes(customer.country, customer.subdivision) or ((creditor_country,) if creditor_country else ())
    elsewhere = [there for there in zones_of(customer) if is_zone(there)]
    return make_calendar(zone, () if codes == "none" else codes, rules, start, until, elsewhere=elsewhere)


def creditors_calendars(timezone: str, country: str | None) -> CalendarFor:
    """How a creditor's calendars are made: their zone and country stand in for what is not known of a customer."""

    def calendar(policy: Policy, customer: Customer, first: date, last: date) -> Calendar:
        return calendar_for(
            policy.calendar,
            customer,
            creditor_timezone=timezone,
            creditor_country=country,
            start=first,
            until=last,
        )

    return calendar


def zones_of(customer: Customer) -> tuple[str, ...]:
    """The zones in which a debtor may be: their own, those told, and those that telephone numbers tell (L3)."""
    numbers = [customer.phone, *(contact.phone for contact in customer.contacts)]
    there = (zone_of_number(number, customer.country) for number in numbers if number)
    return tuple(zone for zone in (customer.timezone, *customer.zones, *there) if zone)


def zone_of_country(country: str) -> str | None:
    """The zone of a country that keeps one time, as calendars of today tell; None of any other."""
    return _one_zone(country, _TODAYS)


def is_zone(name: str) -> bool:
    """Whether this is the name of a time zone, such as Europe/Amsterdam."""
    return name in _zones()


def is_holiday_code(code: str) -> bool:
    """Whether the holidays of this country or part of one are known, such as NL or DE-BY."""
    country, dash, part = code.partition("-")
    return country in _countries() and (not dash or part in _countries()[country])


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_PLACES)


@cache
def _countries() -> Mapping[str, Sequence[str]]:
    return list_supported_countries(include_aliases=False)


def _codes(country: str | None, subdivision: str | None) -> tuple[str, ...]:
    """The most exact code that is known of a customer; a subdivision may be written BY or DE-BY."""
    part = f"{country}-{(subdivision or '').removeprefix(f'{country}-')}"
    return next(((code,) for code in (part, country) if code and is_holiday_code(code)), ())


@lru_cache(maxsize=512)
def _one_zone(country: str | None, year: int) -> str | None:
    """The zone of a country that has one, or several that keep the same time from `year` on, as Germany's two do."""
    zones = [zone for zone in get_global("territory_zones").get(country or "", ()) if is_zone(zone)]
    times = {_offsets(zone, date(year, 1, 1), date(year + _YEARS, 12, 31)) for zone in zones}
    return zones[0] if len(times) == 1 else None


@lru_cache(maxsize=1024)
def _made(
    zone: str, codes: tuple[str, ...], rules: CalendarRules, first: date, last: date, others: tuple[str, ...]
) -> Calendar:
    if not is_zone(zone):
        raise CalendarError("time zone", repr(zone), f"an IANA name{_like(zone, _zones(), 'Europe/Amsterdam')}")
    days = {day for code in codes for day in _holidays(code, first, last)}
    here = _offsets(zone, first, last)
    there = dict.fromkeys(_offsets(other, first, last) for other in others)
    return Calendar(
        zone=zone,
        offsets=here,
        holidays=tuple(sorted(days)),
        until=last,
        opens=rules.contact_hours.opens,
        closes=rules.contact_hours.closes,
        contact_days=rules.contact_days,
        closed=tuple(sorted(day for day in rules.closed_days if first <= day <= last)),
        elsewhere=tuple(offsets for offsets in there if offsets != here),
    )


@lru_cache(maxsize=1024)
def _offsets(zone: str, first: date, last: date) -> tuple[tuple[datetime, int], ...]:
    """Every change of the offset between two days, to the second, after the offset that held before them."""
    place = ZoneInfo(zone)
    at, end = datetime.combine(first, time(), UTC) - _DAY, datetime.combine(last, time(), UTC) + 2 * _DAY
    offsets = [(at, _offset(place, at))]
    while at < end:
        if _offset(place, at + _DAY) != offsets[-1][1]:
            offsets.append(_change(place, at))
        at += _DAY
    return tuple(offsets)


def _change(place: ZoneInfo, at: datetime) -> tuple[datetime, int]:
    """The moment within a day after `at` at which the offset changes, and the new one."""
    before = _offset(place, at)
    low, high = 0, _DAY // _SECOND  # it has not changed at the first, it has at the second
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(place, at + middle * _SECOND) == before else (low, middle)
    moment = at + high * _SECOND
    return moment, _offset(place, moment)


def _offset(place: ZoneInfo, at: datetime) -> int:
    """Seconds to add to UTC."""
    return (at.astimezone(place).replace(tzinfo=UTC) - at) // _SECOND


@lru_cache(maxsize=1024)
def _holidays(code: str, first: date, last: date) -> tuple[date, ...]:
    """The public holidays of a country or part, from `first` to `last`, with the days on which they are observed."""
    country, _, part = code.partition("-")
    if not is_holiday_code(code):
        parts = [f"{country}-{known}" for known in _countries().get(country, ())]
        allowed = f"{country}, {', '.join(parts)}" if parts else f"a country{_like(code, _countries(), 'NL')}"
        raise CalendarError("holidays", repr(code), allowed)
    days = country_holidays(country, subdiv=part or None, years=range(first.year, last.year + 1))
    return tuple(day for day in sorted(days) if first <= day <= last)


def _like(name: str, known: Iterable[str], example: str) -> str:
    """What may have been meant."""
    near = get_close_matches(name, known, n=3)
    return f", such as {' or '.join(near) or example}"
