"""On which days banks take a debit, held against a library that works the holidays out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from holidays import HolidayBase, country_holidays, financial_holidays

from dunning.rulebook.bank_days import CLOSED, is_bank_day, next_bank_day
from dunning.rulebook.limits import LIMITS
from dunning.rulebook.tables import TABLES

YEARS = range(2024, 2036)
FRIDAY = 4


def calendars() -> dict[str, HolidayBase]:
    return {
        "sepa_dd": financial_holidays("ECB", years=YEARS),
        "ach": country_holidays("US", years=YEARS),
        "bacs": country_holidays("GB", subdiv="ENG", years=YEARS),
    }


def closed(network: str, holidays: HolidayBase, day: date) -> bool:
    """The Federal Reserve works on a Friday that stands in for a holiday on Saturday."""
    name = holidays.get(day, "")
    moved_back = network == "ach" and day.weekday() == FRIDAY and name.endswith("(observed)")
    return day.weekday() > FRIDAY or (bool(name) and not moved_back)


@pytest.mark.parametrize("network", ["sepa_dd", "ach", "bacs"])
def test_banks_close_on_the_holidays_that_a_library_knows_and_on_no_other_day(network: str) -> None:
    holidays = calendars()[network]
    days = [date(YEARS[0], 1, 1) + timedelta(days=number) for number in range(len(YEARS) * 366)]
    days = [day for day in days if day.year in YEARS]
    assert days[-1] == date(YEARS[-1], 12, 31)
    assert [day for day in days if is_bank_day(network, day) == closed(network, holidays, day)] == []


def test_a_debit_for_good_friday_waits_until_the_tuesday_after_easter() -> None:
    assert next_bank_day("sepa_dd", date(2027, 3, 26)) == date(2027, 3, 30)
    assert next_bank_day("bacs", date(2027, 3, 26)) == date(2027, 3, 30)


def test_the_federal_reserve_knows_no_good_friday() -> None:
    assert next_bank_day("ach", date(2027, 3, 26)) == date(2027, 3, 26)


def test_independence_day_on_a_saturday_closes_no_friday_and_on_a_sunday_the_monday() -> None:
    assert is_bank_day("ach", date(2026, 7, 3))
    assert next_bank_day("ach", date(2027, 7, 3)) == date(2027, 7, 6)


def test_christmas_on_a_saturday_closes_english_banks_on_monday_and_tuesday() -> None:
    assert next_bank_day("bacs", date(2027, 12, 25)) == date(2027, 12, 29)
    assert next_bank_day("sepa_dd", date(2027, 12, 25)) == date(2027, 12, 27)


def test_a_card_is_charged_on_any_day() -> None:
    assert next_bank_day("visa", date(2027, 12, 25)) == date(2027, 12, 25)


def test_after_the_last_year_that_is_listed_only_weekends_close() -> None:
    christmas_eve, christmas = date(2036, 12, 24), date(2036, 12, 25)
    assert is_bank_day("sepa_dd", christmas_eve)
    assert is_bank_day("sepa_dd", christmas)
    assert next_bank_day("sepa_dd", date(2036, 12, 27)) == date(2036, 12, 29)


def test_bank_days_reach_three_years_beyond_the_newest_row_of_the_book() -> None:
    """Whoever writes down a new limit or category finds out here that the calendars are due."""
    categories = [since for table in TABLES.values() for code in table.codes.values() for since, _ in code.categories]
    newest = max(limit.valid_from for limit in LIMITS)
    last_years = {network: max(days).year for network, days in CLOSED.items()}
    assert {name: year for name, year in last_years.items() if year < max(newest, *categories).year + 3} == {}
