"""The days that open cases look forward to, for calendars: counted by day, some of each day, or a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, cast, func, select

from adapters.storage.engine.columns import MINOR
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page
from adapters.storage.lists.views import row_as
from adapters.storage.tables import case_dates, cases, customers
from adapters.storage.texts import reader
from dunning.ports import DateKind

_DATES: Final = (
    select(
        case_dates,
        cases.c.customer_id,
        cases.c.stage,
        customers.c.name.label("customer_name"),
        customers.c.timezone.label("zone"),
    )
    .join(cases, cases.c.invoice_id == case_dates.c.invoice_id)
    .join(customers, customers.c.id == cases.c.customer_id)
)
_BY_DAY: Final = Order((case_dates.c.on, case_dates.c.kind, case_dates.c.invoice_id, case_dates.c.about))


@dataclass(frozen=True, slots=True)
class DateView:
    """One such day of a case, as `dunning.ports.CaseDate` has it; `zone` is the customer's, if it is known."""

    invoice_id: str
    customer_id: str
    customer_name: str | None
    zone: str | None
    stage: str
    kind: DateKind
    about: str
    on: date
    at: datetime | None
    currency: str
    amount: int
    note: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a kind stand on a day, and how much they are about together, in minor units of their currency."""

    on: date
    kind: DateKind
    currency: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, and what of them: what is left out lets everything through."""

    first: date
    last: date
    kinds: Collection[DateKind] = ()
    currency: str | None = None

    def of(self, query: Select[Any]) -> Select[Any]:
        """What stands on these days."""
        found = query.where(case_dates.c.on >= self.first, case_dates.c.on <= self.last)
        if self.kinds:
            found = found.where(case_dates.c.kind.in_(self.kinds))
        return found if self.currency is None else found.where(case_dates.c.currency == self.currency)


class Agenda:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def tally(self, days: Days) -> tuple[Tally, ...]:
        """What stands on each day, in order of day, kind and currency."""
        of = (case_dates.c.on, case_dates.c.kind, case_dates.c.currency)
        # PostgreSQL sums bigints as a numeric, which would come back as a Decimal.
        sums = (func.count().label("count"), cast(func.sum(case_dates.c.amount), MINOR).label("amount"))
        query = days.of(select(*of, *sums)).group_by(*of).order_by(*of)
        return tuple(row_as(Tally, row) for row in await self._database.read(lambda tx: tx.rows(query)))

    async def some(self, days: Days, busy: Collection[date], most: int) -> tuple[DateView, ...]:
        """The first `most` of each of the `busy` days."""

        def work(tx: Transaction) -> tuple[DateView, ...]:
            rows: list[RowMapping] = []
            for day in sorted(busy):
                query = replace(days, first=day, last=day).of(_DATES)  # one span only: the index gives them in order
                rows += tx.rows(_BY_DAY.after(query, None).limit(most))
            return _shown(tx, rows)

        return await self._database.read(work)

    async def page(self, days: Days, *, cursor: str | None = None, limit: int = PAGE) -> Page[DateView]:
        """All of them, a page at a time. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[DateView]:
            found = read_page(tx, days.of(_DATES), _BY_DAY, cursor, limit)
            return Page(_shown(tx, found.rows), found.next)

        return await self._database.read(work)


def _shown(tx: Transaction, rows: Sequence[RowMapping]) -> tuple[DateView, ...]:
    return tuple(row_as(DateView, row) for row in map(reader(tx, rows), rows))
