"""The whole book at a glance: what is open where and how old, what came in, what is promised, what stands still."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from adapters.storage.lists.totals import HeldTotal, Received, StageTotal, WithAPerson
from adapters.storage.store import Store
from api.pages.aging import Bucket, buckets
from api.shapes.values import Sum

WEEKS_AHEAD: Final = 5
LOOKED_AT_WITHIN: Final = timedelta(days=4)  # a notice that waits for settings is put off again, but for a long weekend
_A_WEEK: Final = timedelta(days=7)
_A_DAY: Final = timedelta(days=1)
Amounts = Mapping[str, int]  # minor units by currency


@dataclass(frozen=True, slots=True)
class OfStage:
    """The open cases of one stage."""

    stage: str
    cases: int
    amounts: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class CameIn:
    """Money of one currency, or brought by one thing: since midnight, since Monday, since the first of the month."""

    name: str
    today: tuple[Sum, ...]
    week: tuple[Sum, ...]
    month: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """What is promised for the days from `first` to `last`; None: whatever is before, or after."""

    first: date | None
    last: date | None
    amounts: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class BookOfToday:
    """All of it; `for_settings` is of how many cases a notice waits for settings."""

    today: date
    stages: tuple[OfStage, ...]
    ages: tuple[Bucket, ...]
    came_in: tuple[CameIn, ...]
    brought_by: tuple[CameIn, ...]
    promised: tuple[WeekAhead, ...]
    held: tuple[HeldTotal, ...]
    with_a_person: WithAPerson
    for_settings: int

    @property
    def cases(self) -> int:
        """How many are open."""
        return sum(one.cases for one in self.stages)

    @property
    def currencies(self) -> tuple[str, ...]:
        """What their invoices are in."""
        return tuple(sorted({amount.currency for one in self.stages for amount in one.amounts}))


async def book_of_today(store: Store, now: datetime, zone: str) -> BookOfToday:
    """The figures as they are; days, weeks and months are those of the creditor."""
    totals, today = store.totals, now.astimezone(ZoneInfo(zone)).date()
    moments = [_midnight(day, zone) for day in (today, _monday(today), today.replace(day=1))]
    stages, due, received, promised, held = await asyncio.gather(
        totals.stages(), totals.due(), totals.received(*moments), totals.promised(), totals.held()
    )
    with_a_person, for_settings = await asyncio.gather(
        totals.with_a_person(today), totals.for_settings(now - LOOKED_AT_WITHIN)
    )
    return BookOfToday(
        today=today,
        stages=tuple(_stages(stages)),
        ages=buckets(due, today),
        came_in=tuple(_came_in((one.currency, one) for one in received)),
        brought_by=tuple(_came_in((one.brought_by, one) for one in received)),
        promised=tuple(_weeks(promised, today)),
        held=held,
        with_a_person=with_a_person,
        for_settings=for_settings,
    )


def _stages(totals: Sequence[StageTotal]) -> Iterator[OfStage]:
    for stage in dict.fromkeys(one.stage for one in totals):
        mine = [one for one in totals if one.stage == stage]
        amounts = {one.currency: one.balance for one in mine}
        yield OfStage(stage, sum(one.cases for one in mine), _sums(amounts))


def _came_in(named: Iterable[tuple[str, Received]]) -> Iterator[CameIn]:
    by_name: dict[str, tuple[Counter[str], Counter[str], Counter[str]]] = {}
    for name, one in named:
        found = by_name.setdefault(name, (Counter(), Counter(), Counter()))
        for sums, amount in zip(found, (one.today, one.week, one.month), strict=True):
            sums[one.currency] += amount
    for name, (today, week, month) in sorted(by_name.items()):
        yield CameIn(name, _sums(today), _sums(week), _sums(month))


def _weeks(promised: Mapping[tuple[date, str], int], today: date) -> Iterator[WeekAhead]:
    """Before today, the rest of this week, the weeks after it, and whatever is later; those with nothing left out."""
    first = _monday(today) + _A_WEEK
    starts = [today, *(first + number * _A_WEEK for number in range(WEEKS_AHEAD + 1))]
    spans: list[tuple[date | None, date | None]] = [(None, today - _A_DAY)]
    spans += [(start, end - _A_DAY) for start, end in pairwise(starts)]
    spans.append((starts[-1], None))
    for start, end in spans:
        amounts: Counter[str] = Counter()
        for (day, currency), amount in promised.items():
            if (start is None or day >= start) and (end is None or day <= end):
                amounts[currency] += amount
        if amounts:
            yield WeekAhead(start, end, _sums(amounts))


def _sums(amounts: Amounts) -> tuple[Sum, ...]:
    return tuple(Sum.of(amount, currency) for currency, amount in sorted(amounts.items()) if amount)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
