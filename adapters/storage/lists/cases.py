"""Cases for reading: lists, one of each, and all that a case left behind. Nothing here changes anything.

Where a case was told a reference, the words themselves are read (O3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import Column, Select, Table, func, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page, updated_since
from adapters.storage.lists.views import AttemptView, CaseView, PostingView, TaskView, ToldView, row_as
from adapters.storage.tables import (
    UNSET,
    acts,
    attempts,
    cases,
    customers,
    invoices,
    journal_lines,
    notices,
    postings,
    queue_rows,
    tasks,
    told,
)
from adapters.storage.texts import reader
from adapters.storage.unopened import KINDS
from dunning.errors import NotFound
from dunning.journal import Line
from dunning.records import Channel

T = TypeVar("T")
_Row = Mapping[Any, Any]

_CASES: Final = (
    select(
        cases,
        customers.c.name.label("customer_name"),
        invoices.c.amount,
        invoices.c.updated_at.label("invoice_updated_at"),
    )
    .join(invoices, invoices.c.id == cases.c.invoice_id)
    .join(customers, customers.c.id == cases.c.customer_id)
)
_TASKS: Final = (
    select(
        tasks,
        invoices.c.customer_id,
        invoices.c.currency,
        customers.c.timezone.label("zone"),
        queue_rows.c.owner.label("assigned"),
    )
    .join(invoices, invoices.c.id == tasks.c.invoice_id)
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(queue_rows, queue_rows.c.customer_id == invoices.c.customer_id, isouter=True)
)
_ATTEMPTS: Final = (
    select(attempts, invoices.c.currency, acts.c.answer)
    .join(invoices, invoices.c.id == attempts.c.invoice_id)
    .join(acts, acts.c.key == attempts.c.key, isouter=True)
)

CaseOrder = Literal["opened", "due", "balance"]
_ORDERS: Final[Mapping[CaseOrder, Order]] = {
    "opened": Order((cases.c.opened_at, cases.c.invoice_id), newest_first=True),
    "due": Order((cases.c.due_on, cases.c.invoice_id)),
    "balance": Order((cases.c.balance, cases.c.invoice_id), newest_first=True),
}
_BY_DEADLINE: Final = Order((tasks.c.last_on, tasks.c.invoice_id, tasks.c.id))
_BY_LINE: Final = Order((journal_lines.c.number,))
_NEWEST_LINE: Final = Order((journal_lines.c.number,), newest_first=True)


_ASKS_A_PERSON: Final = select(tasks.c.invoice_id).where(tasks.c.closed_at.is_(None), tasks.c.id.not_in(KINDS))


@dataclass(frozen=True, slots=True)
class Which:
    """Which cases of a list; what is left out lets everything through."""

    stage: str | None = None
    policy: str | None = None
    customer: str | None = None
    outcome: str | None = None
    is_open: bool | None = None
    since: datetime | None = None  # of which something was written at that moment or later
    currency: str | None = None
    due_from: date | None = None
    due_to: date | None = None  # the last day, itself included
    asks_a_person: bool = False
    put_off_since: datetime | None = None  # of which a notice was put off since then for want of settings (M1)

    def of(self, query: Select[Any]) -> Select[Any]:
        """These of all cases."""
        equal = {
            cases.c.stage: self.stage, cases.c.policy: self.policy, cases.c.customer_id: self.customer,
            cases.c.outcome: self.outcome, cases.c.currency: self.currency,
        }  # fmt: skip
        found = _only(query, equal)
        if self.is_open is not None:
            found = found.where(cases.c.outcome.is_(None) if self.is_open else cases.c.outcome.is_not(None))
        if self.due_from is not None:
            found = found.where(cases.c.due_on >= self.due_from)
        if self.due_to is not None:
            found = found.where(cases.c.due_on <= self.due_to)
        if self.asks_a_person:
            found = found.where(cases.c.invoice_id.in_(_ASKS_A_PERSON))
        if self.put_off_since is not None:
            found = found.where(cases.c.invoice_id.in_(put_off_since(self.put_off_since)))
        return updated_since(found, self.since, cases, invoices)


ALL: Final = Which()


def put_off_since(since: datetime) -> Select[Any]:
    """The invoices of which a notice was put off for want of settings (M1)."""
    return select(journal_lines.c.invoice_id).where(UNSET, journal_lines.c.at >= since)


class CaseLists:
    """Each list newest first or in its natural order, a page at a time; filters left out let everything through."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def page(
        self, wanted: Which = ALL, *, order: CaseOrder = "opened", cursor: str | None = None, limit: int = PAGE
    ) -> Page[CaseView]:
        """Cases: the newest opened first, the oldest debt, or the largest balance (minor units). Raises `BadCursor`."""
        return await self._page(wanted.of(_CASES), _ORDERS[order], _case, cursor, limit)

    async def one(self, invoice_id: str) -> CaseView:
        """The case of an invoice. Raises `NotFound`."""
        found = await self._all(_CASES.where(cases.c.invoice_id == invoice_id), _case)
        if not found:
            raise NotFound(f"case: found none of invoice {invoice_id}")
        return found[0]

    async def answered(self, customer_id: str, channel: Channel) -> tuple[str, ...]:
        """The invoices whose cases a customer means who writes back on this channel: the open ones; without any, the
        one that they heard of last by it.
        """
        opened = select(cases.c.invoice_id).where(cases.c.customer_id == customer_id, cases.c.outcome.is_(None))
        last = select(notices.c.invoice_id).where(notices.c.customer_id == customer_id, notices.c.channel == channel)

        def work(tx: Transaction) -> tuple[str, ...]:
            found = tx.rows(opened.order_by(cases.c.invoice_id)) or tx.rows(last.order_by(notices.c.at.desc()).limit(1))
            return tuple(row["invoice_id"] for row in found)

        return await self._database.read(work)

    async def stages(self) -> dict[str, int]:
        """How many open cases stand at each stage."""
        counted = select(cases.c.stage, func.count()).where(cases.c.outcome.is_(None)).group_by(cases.c.stage)
        rows = await self._database.read(lambda tx: tx.rows(counted))
        return {row["stage"]: row["count"] for row in rows}

    async def currencies(self) -> frozenset[str]:
        """The currencies of the invoices whose cases are open."""
        query = select(cases.c.currency).where(cases.c.outcome.is_(None)).distinct()
        return frozenset(row["currency"] for row in await self._database.read(lambda tx: tx.rows(query)))

    async def journal(
        self, invoice_id: str, *, since: datetime | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[Line]:
        """The lines of a case's journal in order. Raises `BadCursor`."""
        query = updated_since(_of(journal_lines, invoice_id), since, journal_lines)
        return await self._page(query, _BY_LINE, _as(Line), cursor, limit)

    async def story(self, invoice_id: str, *, cursor: str | None = None, limit: int = PAGE) -> Page[Line]:
        """The same, the newest first. Raises `BadCursor`."""
        return await self._page(_of(journal_lines, invoice_id), _NEWEST_LINE, _as(Line), cursor, limit)

    async def lines_after(self, invoice_id: str, number: int) -> tuple[Line, ...]:
        """The lines of a case's journal that were written after that one, in order."""
        query = _of(journal_lines, invoice_id).where(journal_lines.c.number > number)
        return await self._all(query.order_by(journal_lines.c.number), _as(Line))

    async def newest_line(self, invoice_id: str) -> int:
        """The number of the newest line of a case's journal, 0 where none is written."""
        query = select(func.max(journal_lines.c.number)).where(journal_lines.c.invoice_id == invoice_id)
        return int(await self._database.read(lambda tx: tx.value(query)) or 0)

    async def tasks(
        self,
        *,
        queue: str | None = None,
        about: str | None = None,
        invoice: str | None = None,
        customer: str | None = None,
        is_open: bool | None = True,
        since: datetime | None = None,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page[TaskView]:
        """Questions before people, the most urgent first; the open ones unless told otherwise. Raises `BadCursor`.

        One that is put to somebody else meanwhile gets a later last day: it may be shown twice, and is never missed.
        """
        wanted = {tasks.c.queue: queue, tasks.c.about: about, tasks.c.invoice_id: invoice}
        query = _only(_TASKS, {**wanted, invoices.c.customer_id: customer})
        if is_open is not None:
            query = query.where(tasks.c.closed_at.is_(None) if is_open else tasks.c.closed_at.is_not(None))
        query = updated_since(query, since, tasks)
        return await self._page(query, _BY_DEADLINE, _as(TaskView), cursor, limit)

    async def task(self, invoice_id: str, task_id: str) -> TaskView:
        """One question before a person. Raises `NotFound`."""
        found = await self._all(_TASKS.where(tasks.c.invoice_id == invoice_id, tasks.c.id == task_id), _as(TaskView))
        if not found:
            raise NotFound(f"task: found no {task_id} of invoice {invoice_id}")
        return found[0]

    async def ledger(self, invoice_id: str) -> tuple[PostingView, ...]:
        """All that was booked on an invoice, in the order of time."""
        return await self._all(_of(postings, invoice_id).order_by(postings.c.at, postings.c.id), _as(PostingView))

    async def attempts(self, invoice_id: str) -> tuple[AttemptView, ...]:
        """The charges that were tried, in order; without one that never left us."""
        query = _ATTEMPTS.where(attempts.c.invoice_id == invoice_id, attempts.c.state != "unsent")
        query = query.order_by(attempts.c.number)
        return await self._all(query, _as(AttemptView))

    async def messages(self, invoice_id: str, *, after: int = 0) -> tuple[ToldView, ...]:
        """What the case was told, after a number."""
        query = _of(told, invoice_id).where(told.c.number > after).order_by(told.c.number)
        return await self._all(query, _as(ToldView))

    async def _page(
        self, query: Select[Any], order: Order, shown: Callable[[_Row], T], cursor: str | None, limit: int
    ) -> Page[T]:
        def work(tx: Transaction) -> Page[T]:
            found = read_page(tx, query, order, cursor, limit)
            in_words = reader(tx, found.rows)
            return found.shown(lambda row: shown(in_words(row)))

        return await self._database.read(work)

    async def _all(self, query: Select[Any], shown: Callable[[_Row], T]) -> tuple[T, ...]:
        def work(tx: Transaction) -> tuple[T, ...]:
            rows = tx.rows(query)
            return tuple(map(shown, map(reader(tx, rows), rows)))

        return await self._database.read(work)


def _case(row: _Row) -> CaseView:
    """What is shown of its invoice may be newer than the case."""
    newest = max(row["updated_at"], row["invoice_updated_at"])
    return row_as(CaseView, {**row, "updated_at": newest})


def _as(kind: type[T]) -> Callable[[_Row], T]:
    return lambda row: row_as(kind, row)


def _of(table: Table, invoice_id: str) -> Select[Any]:
    return select(table).where(table.c.invoice_id == invoice_id)


def _only(query: Select[Any], wanted: Mapping[Column[Any], object]) -> Select[Any]:
    """The rows whose columns are what is wanted; None is no wish."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))
