"""The questions before people, for those who answer them: found by queue, kind, customer and lateness, in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page
from adapters.storage.lists.views import TaskInList, row_as
from adapters.storage.tables import cases, customers, invoices, queue_rows, tasks
from adapters.storage.texts import reader

_DEMANDED: Final = func.coalesce(tasks.c.amount, cases.c.demandable, 0).label("demanded")
_TASKS: Final = (
    select(
        tasks,
        invoices.c.customer_id,
        invoices.c.currency,
        invoices.c.due_on,
        customers.c.timezone.label("zone"),
        customers.c.name.label("customer_name"),
        queue_rows.c.owner.label("assigned"),
        _DEMANDED,
        cases.c.invoice_id.is_not(None).label("has_case"),
    )
    .join(invoices, invoices.c.id == tasks.c.invoice_id)
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(queue_rows, queue_rows.c.customer_id == invoices.c.customer_id, isouter=True)
    .join(cases, cases.c.invoice_id == tasks.c.invoice_id, isouter=True)
    .where(tasks.c.invoice_id.in_(bindparam("invoices", expanding=True)))
)
# Which of very many are on a page is found with as little of each as the order needs.
_KEYS: Final = (
    select(tasks.c.invoice_id, tasks.c.id, tasks.c.last_on, tasks.c.opened_at, _DEMANDED)
    .join(cases, cases.c.invoice_id == tasks.c.invoice_id, isouter=True)
    .where(tasks.c.closed_at.is_(None))
)
TaskOrder = Literal["due", "opened", "amount"]
_ORDERS: Final[Mapping[TaskOrder, Order]] = {
    "due": Order((tasks.c.last_on, tasks.c.invoice_id, tasks.c.id)),
    "opened": Order((tasks.c.opened_at, tasks.c.invoice_id, tasks.c.id), newest_first=True),
    "amount": Order((_DEMANDED, tasks.c.invoice_id, tasks.c.id), newest_first=True),
}


# The row that the queue has of a task's customer.
_CUSTOMERS: Final = (
    select(queue_rows.c.owner)
    .join(invoices, invoices.c.customer_id == queue_rows.c.customer_id)
    .where(invoices.c.id == tasks.c.invoice_id)
)


@dataclass(frozen=True, slots=True)
class Whose:
    """The tasks of a person, None: of nobody: of the customers that are theirs, and of these queues where the customer
    is nobody's.
    """

    person: str | None
    queues: Collection[str]

    @property
    def clause(self) -> ColumnElement[bool]:
        """What is true of these."""
        nobodys = ~_CUSTOMERS.where(queue_rows.c.owner.is_not(None)).exists()
        left = and_(nobodys, tasks.c.queue.in_(self.queues))
        theirs = _CUSTOMERS.where(queue_rows.c.owner == self.person).exists()
        return left if self.person is None else or_(theirs, left)


@dataclass(frozen=True, slots=True)
class WhichTasks:
    """Which open tasks; what is left out lets everything through. Late is what was asked again, or is due before
    `late_on`.
    """

    queue: str | None = None
    kind: str | None = None
    customer: str | None = None
    late_on: date | None = None
    whose: Whose | None = None

    def of(self, query: Select[Any]) -> Select[Any]:
        """These of all open tasks."""
        if self.queue is not None:
            query = query.where(tasks.c.queue == self.queue)
        if self.whose is not None:
            query = query.where(self.whose.clause)
        if self.kind is not None:
            query = query.where(tasks.c.about == self.kind)
        if self.customer is not None:
            theirs = select(invoices.c.id).where(invoices.c.customer_id == self.customer)
            query = query.where(tasks.c.invoice_id.in_(theirs))
        if self.late_on is not None:
            query = query.where(or_(tasks.c.escalations > 0, tasks.c.last_on < self.late_on))
        return query


class TaskLists:
    """A page at a time."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def page(
        self, wanted: WhichTasks, *, order: TaskOrder = "due", cursor: str | None = None, limit: int = PAGE
    ) -> Page[TaskInList]:
        """Open tasks: the most urgent first, the newest, or those of the largest amount. Raises `BadCursor`.

        One that goes up meanwhile gets a later last day: it may be shown twice, and is never missed.
        """

        def work(tx: Transaction) -> Page[TaskInList]:
            found = read_page(tx, wanted.of(_KEYS), _ORDERS[order], cursor, limit)
            rows = tx.rows(_TASKS, invoices=[row["invoice_id"] for row in found.rows])
            words, known = reader(tx, rows), {(row["invoice_id"], row["id"]): row for row in rows}
            return found.shown(lambda row: row_as(TaskInList, words(known[row["invoice_id"], row["id"]])))

        return await self._database.read(work)
