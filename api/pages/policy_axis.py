"""A ladder on an axis of days: where its steps stand, counted from the due date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dunning.policy import Policy, Step
from dunning.span import Span

_MARGIN: Final = 3.0  # percent at both ends
_A_WEEK: Final = 7
_WORKDAYS: Final = 5
_LENGTHS: Final = (7, 14, 28, 56, 112, 224, 448)  # days between two marks: as few as leave ten marks at most
_MARKS: Final = 10
_ROWS: Final = 4  # of names: above the axis, below it, further above, further below
_LETTER: Final = 1.05  # percent of the narrowest axis that a letter takes


@dataclass(frozen=True, slots=True)
class Point:
    """A step on the axis: `at` in percent of its width, `row` that of its name, so that names do not touch."""

    name: str
    day: int
    at: float
    row: int
    approval: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A day of the axis that is written out."""

    day: int
    at: float


@dataclass(frozen=True, slots=True)
class Axis:
    """The whole; `due` is where the due date stands, in percent, `end` where the ladder ends."""

    points: tuple[Point, ...]
    marks: tuple[Mark, ...]
    due: float
    end: float


def axis_of(policy: Policy) -> Axis:
    """The steps of a policy by the days after the due date; those that count from another stand behind that one."""
    days: dict[str, int] = {}
    for step in policy.steps:
        days[step.name] = _day(step, days)
    last = max(days.values(), default=0)
    end = last + _calendar_days(policy.end.after)
    first, until = min(0, *days.values()), max(1, end)

    def at(day: int) -> float:
        return round(_MARGIN + (100 - 2 * _MARGIN) * (day - first) / (until - first), 2)

    rows = _rows([(step.name, at(days[step.name])) for step in policy.steps])
    points = tuple(
        Point(step.name, days[step.name], at(days[step.name]), row, step.approval)
        for step, row in zip(policy.steps, rows, strict=True)
    )
    length = next((one for one in _LENGTHS if (until - first) / one <= _MARKS), _LENGTHS[-1])
    marks = tuple(Mark(day, at(day)) for day in range(0, until + 1, length))
    return Axis(points, marks, at(0), at(end))


def _rows(names: Sequence[tuple[str, float]]) -> list[int]:
    """For each name that stands at so many percent the first row in which it is free, of above and below by turns."""
    ends = [-100.0] * _ROWS
    rows = []
    for name, at in names:
        half = len(name) * _LETTER / 2
        row = next((row for row, end in enumerate(ends) if at - half > end), _ROWS - 1)
        ends[row] = at + half
        rows.append(row)
    return rows


def _day(step: Step, days: Mapping[str, int]) -> int:
    return (days.get(step.since, 0) if step.since else 0) + _calendar_days(step.after)


def _calendar_days(span: Span) -> int:
    """Working days as if no feast day were among them."""
    return span.count if span.unit == "days" else round(span.count * _A_WEEK / _WORKDAYS)
