"""Which of two lengths of time is certainly the longer one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.policy.distance import certainly_longer
from dunning.span import Span

SUNDAY = date(2026, 11, 1)
FREE_DAYS_IN_A_ROW = 10  # the longest that a country had so far


def spans(text: str) -> tuple[Span, ...]:
    return tuple(Span.parse(part) for part in text.split(" + "))


def ends_on(start: date, path: tuple[Span, ...], holidays: frozenset[date]) -> date:
    """Count the days one by one, as a bookkeeper does with a calendar on the wall."""
    for span in path:
        if span.unit == "days":
            start += timedelta(days=span.count)
        for _ in range(abs(span.count) if span.unit == "workdays" else 0):
            step = timedelta(days=1 if span.count > 0 else -1)
            start += step
            while start.weekday() >= SUNDAY.weekday() - 1 or start in holidays:
                start += step
    return start


@pytest.mark.parametrize(
    "first, second",
    [
        ("11 days", "10 days"),
        ("3 workdays", "2 workdays"),
        ("30 days", "5 workdays"),  # a week of workdays never takes a month
        ("6 workdays", "7 days"),  # even from a Sunday a weekend lies between
        ("3 days + 5 workdays", "3 days + 4 workdays"),
        ("-2 days", "-3 days"),
        ("0 days", "-1 workdays"),
        ("25 hours", "1 day"),
    ],
)
def test_it_is_longer_on_every_calendar(first: str, second: str) -> None:
    assert certainly_longer(spans(first), spans(second))
    assert not certainly_longer(spans(second), spans(first))


@pytest.mark.parametrize(
    "first, second",
    [
        ("10 days", "10 days"),
        ("10 days", "8 workdays"),  # ten days are ten or fewer from a Monday, more over Christmas
        ("14 days", "8 workdays"),
        ("5 workdays", "5 days"),  # from a Sunday to a Friday
        ("10 days + 5 workdays", "5 workdays + 10 days"),
    ],
)
def test_what_depends_on_the_calendar_is_not_certain(first: str, second: str) -> None:
    assert not certainly_longer(spans(first), spans(second))


lengths = st.builds(Span, st.integers(-40, 40), st.sampled_from(["days", "workdays"]))
paths = st.lists(lengths, min_size=1, max_size=3).map(tuple)


@given(paths, paths, st.integers(0, 6), st.integers(-60, 60))
def test_no_calendar_ever_contradicts_a_certain_answer(
    first: tuple[Span, ...], second: tuple[Span, ...], weekday: int, closed: int
) -> None:
    start = SUNDAY + timedelta(days=weekday)
    holidays = frozenset(start + timedelta(days=closed + day) for day in range(FREE_DAYS_IN_A_ROW))
    if certainly_longer(first, second):
        assert ends_on(start, first, holidays) >= ends_on(start, second, holidays)
