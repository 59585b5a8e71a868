"""A customer's cases together, whoever keeps them (F5), and how long one of them is overdue (S5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dunning.account import Standing, account
from dunning.answers import Account
from dunning.overdue import days_overdue

DAY = date(2026, 3, 20)


def late(days: int, **more: Any) -> Standing:
    """A case that is so many days overdue."""
    known: dict[str, Any] = {"currency": "EUR", "balance": 100_00, "is_open": True, "broken_promises": 1}
    return Standing(**{**known, **more}, due_on=DAY - timedelta(days=days))


LATE = late(10)


def test_what_is_overdue_is_added_up_in_the_currency_of_the_case() -> None:
    found = account("EUR", [LATE, late(40, balance=70_00), late(99, currency="USD"), late(0)], DAY)
    assert (found.overdue_total, found.oldest_overdue_days) == (170_00, 40)
    assert (found.open_cases, found.broken_promises) == (4, 4)


def test_the_next_of_them_becomes_overdue_on_the_day_after_its_due_date() -> None:
    dollars = late(-1, currency="USD")
    assert account("EUR", [LATE, late(-5), late(-3), dollars], DAY).next_overdue_on == DAY + timedelta(days=4)
    assert account("EUR", [late(0)], DAY).next_overdue_on == DAY + timedelta(days=1)
    assert account("EUR", [LATE, late(-5, is_open=False)], DAY).next_overdue_on is None


def test_an_ended_case_counts_for_its_broken_promises_alone() -> None:
    assert account("EUR", [late(10, is_open=False)], DAY) == Account(open_cases=0, broken_promises=1)


def test_the_day_before_the_day_and_the_day_after_the_due_date() -> None:
    due_on = date(2026, 2, 28)
    assert [days_overdue(due_on, day) for day in (date(2026, 2, 27), due_on, date(2026, 3, 1))] == [0, 0, 1]
