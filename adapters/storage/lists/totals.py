"""The whole book in a few figures: what is open where, what came in, what is promised, and what stands still.

Each is read from an index that has no more in it than what is summed, so that a hundred thousand cases take no longer
than a page. Amounts are in minor units of the currency beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Executable, Select, TableValuedAlias, Text, bindparam, cast, func, select, true
from sqlalchemy import case as when

from adapters.storage.engine.columns import MINOR
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Dialect, Transaction
from adapters.storage.lists.cases import put_off_since
from adapters.storage.lists.views import row_as
from adapters.storage.tables import cases, postings, tasks
from adapters.storage.texts import reader
from adapters.storage.unopened import KINDS

T = TypeVar("T")
MOST: Final = 20_000  # lines of journals that are counted one by one

_IS_OPEN: Final = cases.c.outcome.is_(None)
_COUNT: Final = func.count().label("cases")
_BALANCE: Final = cast(func.sum(cases.c.balance), MINOR).label("balance")
_STAGES: Final = (
    select(cases.c.stage, cases.c.currency, _COUNT, _BALANCE).where(_IS_OPEN).group_by(cases.c.stage, cases.c.currency)
)
_DUE: Final = (
    select(cases.c.due_on, cases.c.currency, _COUNT, _BALANCE)
    .where(_IS_OPEN)
    .group_by(cases.c.due_on, cases.c.currency)
)
_HOLDS: Final = cast(cases.c.holds, Text)
_HELD: Final = (
    select(cases.c.stage, _HOLDS.label("holds"), func.min(cases.c.invoice_id).label("invoice_id"), _COUNT)
    .where(_IS_OPEN, cases.c.stage.in_(("held", "stopped")))
    .group_by(cases.c.stage, _HOLDS)
)
_WITH_A_PERSON: Final = select(
    func.count(tasks.c.invoice_id.distinct()).label("cases"),
    func.count(when((tasks.c.last_on < bindparam("today"), tasks.c.invoice_id)).distinct()).label("late"),
).where(tasks.c.closed_at.is_(None), tasks.c.id.not_in(KINDS))


def _promised(each: TableValuedAlias, day: ColumnElement[str], amount: ColumnElement[int]) -> Select[Any]:
    """Each of the pairs of day and amount in `promised`, as this database takes a list apart."""
    return (
        select(day.label("day"), cases.c.currency, cast(func.sum(cast(amount, MINOR)), MINOR).label("amount"))
        .select_from(cases)
        .join(each, true())
        .where(_IS_OPEN, cases.c.stage.in_(("promised", "plan")))
        .group_by(day, cases.c.currency)
    )


_ON_SQLITE: Final = func.json_each(cases.c.promised).table_valued("value").alias("each")
_ON_POSTGRESQL: Final = func.jsonb_array_elements(cases.c.promised).table_valued("value").alias("each")
_PROMISED: Final[Mapping[Dialect, Select[Any]]] = {
    "sqlite": _promised(
        _ON_SQLITE, func.json_extract(_ON_SQLITE.c.value, "$[0]"), func.json_extract(_ON_SQLITE.c.value, "$[1]")
    ),
    "postgresql": _promised(
        _ON_POSTGRESQL,
        func.jsonb_extract_path_text(_ON_POSTGRESQL.c.value, "0"),
        func.jsonb_extract_path_text(_ON_POSTGRESQL.c.value, "1"),
    ),
}


def _received_since(start: str) -> Any:
    return cast(
        -func.coalesce(func.sum(when((postings.c.at >= bindparam(start), postings.c.amount), else_=0)), 0), MINOR
    ).label(start)


_RECEIVED: Final = (
    select(
        postings.c.currency,
        postings.c.brought_by,
        *map(_received_since, ("today", "week", "month")),
    )
    .where(postings.c.currency.is_not(None), postings.c.at >= bindparam("first"))
    .group_by(postings.c.currency, postings.c.brought_by)
)


@dataclass(frozen=True, slots=True)
class StageTotal:
    """Open cases of one stage and currency."""

    stage: str
    currency: str
    cases: int
    balance: int


@dataclass(frozen=True, slots=True)
class DueTotal:
    """Open cases of one due day and currency."""

    due_on: date
    currency: str
    cases: int
    balance: int


@dataclass(frozen=True, slots=True)
class Received:
    """What came in since the three moments, by what brought it; less than nothing where more went back."""

    currency: str
    brought_by: str
    today: int
    week: int
    month: int


@dataclass(frozen=True, slots=True)
class HeldTotal:
    """Open cases that stand for this reason, in words; `stage` is held, by a person, or stopped for the customer."""

    stage: str
    reason: str
    cases: int


@dataclass(frozen=True, slots=True)
class WithAPerson:
    """Cases that ask a person something; `late` those whose answer is overdue."""

    cases: int
    late: int


class Totals:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def stages(self) -> tuple[StageTotal, ...]:
        """The open cases by stage and currency."""
        return await self._rows(StageTotal, _STAGES)

    async def due(self, customer: str | None = None) -> tuple[DueTotal, ...]:
        """The open cases, of all or of one customer, by the day on which their invoice was due, and currency."""
        return await self._rows(DueTotal, _DUE if customer is None else _DUE.where(cases.c.customer_id == customer))

    async def received(self, today: datetime, week: datetime, month: datetime) -> tuple[Received, ...]:
        """What came in since each of these moments."""
        first = min(today, week, month)
        return await self._rows(Received, _RECEIVED, today=today, week=week, month=month, first=first)

    async def promised(self) -> Mapping[tuple[date, str], int]:
        """What promises and plans that stand say will come, by day and currency."""
        rows = await self._database.read(lambda tx: tx.rows(_PROMISED[tx.dialect]))
        return {(date.fromisoformat(row["day"]), row["currency"]): row["amount"] for row in rows}

    async def held(self) -> tuple[HeldTotal, ...]:
        """Why open cases are held by people, or stopped for their customer; the most common reason first."""
        found = await self._database.read(lambda tx: list(_reasons(tx)))
        return tuple(sorted(found, key=lambda one: (-one.cases, one.stage, one.reason)))

    async def with_a_person(self, today: date) -> WithAPerson:
        """How many cases have a question open before somebody."""
        return (await self._rows(WithAPerson, _WITH_A_PERSON, today=today))[0]

    async def for_settings(self, since: datetime) -> int:
        """Of how many cases a notice was put off for want of settings since that moment (M1): of `MOST` such lines."""
        few = put_off_since(since).limit(MOST).subquery()
        return int(await self._database.read(lambda tx: tx.value(select(func.count(few.c.invoice_id.distinct())))))

    async def _rows(self, kind: type[T], query: Executable, **values: Any) -> tuple[T, ...]:
        found = await self._database.read(lambda tx: tx.rows(query, **values))
        return tuple(row_as(kind, row) for row in found)


def _reasons(tx: Transaction) -> Iterator[HeldTotal]:
    rows = [{**row, "holds": json.loads(row["holds"])} for row in tx.rows(_HELD)]
    in_words = reader(tx, rows)
    for row in map(in_words, rows):
        yield HeldTotal(row["stage"], row["holds"][0] if row["holds"] else "", row["cases"])
