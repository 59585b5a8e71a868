"""A case at a glance: its days on one line, what was done, where we are, and what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.pages.journal_words import phrase
from api.shapes.cases import CaseOut, LineOut

_SHOWN: Final = frozenset({
    "notice", "charge", "fee", "task", "suspend", "restore", "hand_off", "write_off", "waiver", "hold", "release",
    "promise", "plan", "closed", "reopened", "payment",
})  # fmt: skip
_EDGE: Final = 3.0  # percent left free at both ends


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing on the line: where it stands in percent, whether it is still to come, and what it is."""

    at: float
    coming: bool
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The line from `first` to `last`; `due` and `today` in percent."""

    first: date
    last: date
    due: float
    today: float
    dots: tuple[Dot, ...]


def strip_of(case: CaseOut, done: Sequence[LineOut], coming: Sequence[LineOut], now: datetime) -> Strip:
    """The line of a case, in its local days."""
    zone = ZoneInfo(case.timezone or "UTC")
    lines = [(line, False) for line in done if line.kind in _SHOWN] + [
        (line, True) for line in coming if line.kind in _SHOWN
    ]
    days = [line.at.astimezone(zone).date() for line, _ in lines]
    today = (case.closed_at or now).astimezone(zone).date()
    first, last = min([case.due_on, today, *days]), max([case.due_on, today, *days])
    length = max(1, (last - first).days)

    def place(day: date) -> float:
        return round(_EDGE + (100 - 2 * _EDGE) * (day - first).days / length, 2)

    dots = tuple(
        Dot(place(day), is_coming, line.kind, f"{day:%d %b %Y}: {phrase(line)}")
        for (line, is_coming), day in zip(lines, days, strict=True)
    )
    return Strip(first, last, place(case.due_on), place(today), dots)
