"""The days on which a creditor works: Monday to Friday without the holidays of their country, of any year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from adapters.calendars import FIRST, LAST, make_calendar
from dunning.calendar import Calendar
from dunning.policy.hours import CalendarRules


def workdays_of(zone: str, country: str | None) -> Callable[[date], bool]:
    """Whether the creditor works on a day; of a year that no calendar reaches, every day."""
    codes = (country,) if country else ()

    @lru_cache
    def of_year(year: int) -> Calendar:
        return make_calendar(zone, codes, CalendarRules(), date(year, 1, 1), date(year, 12, 31))

    return lambda day: not FIRST <= day <= LAST or of_year(day.year).is_workday(day)
