"""Which of two lengths of time is the longer one, where no calendar is at hand to count workdays.

The answer is for checks that must never refuse what could be right: it is yes only when every calendar agrees.
"""

from __future__ import annotations

from itertools import takewhile

from dunning.span import Span

HOURS_IN_A_DAY = 24
WORKDAYS_IN_A_WEEK = 5
HOLIDAYS = 14  # no row of holidays is longer than two weeks


def certainly_longer(first: tuple[Span, ...], second: tuple[Span, ...]) -> bool:
    """Whether the spans of `first`, one after another from some day, end later than those of `second` from that day."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
    first, second = first[shared:], second[shared:]
    units = {span.unit for span in (*first, *second)}
    if len(units) <= 1:
        return sum(span.count for span in first) > sum(span.count for span in second)
    return sum(shortest(span) for span in first) > sum(longest(span) for span in second)


def shortest(span: Span) -> int:
    """The fewest hours that a span can take: workdays counted from a Sunday, in weeks without a holiday."""
    if span.count < 0:
        return -longest(Span(-span.count, span.unit))
    weekends = 2 * ((span.count - 1) // WORKDAYS_IN_A_WEEK) if span.unit == "workdays" and span.count else 0
    return _hours(span) + weekends * HOURS_IN_A_DAY


def longest(span: Span) -> int:
    """The most hours that a span can take: every other day free, and a row of holidays on top."""
    if span.count < 0:
        return -shortest(Span(-span.count, span.unit))
    free = span.count + HOLIDAYS if span.unit == "workdays" and span.count else 0
    return _hours(span) + free * HOURS_IN_A_DAY


def _hours(span: Span) -> int:
    return span.count if span.unit == "hours" else span.count * HOURS_IN_A_DAY
