"""The queue for reading: a customer a row, in the order of the ranking or another, as the filters let through.

Its rows move while people work: a page begins behind the place at which the one before ended, whoever stands there now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import RowMapping, Select, bindparam, func, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Dialect, Transaction
from adapters.storage.lists.call_sheets import callee
from adapters.storage.lists.pages import PAGE, Order, Page
from adapters.storage.records import customer_of
from adapters.storage.tables import customers, queue_reasons, queue_rows
from adapters.storage.worklist.ranking import FAR, reasons_in
from dunning.channels import BY_PHONE
from dunning.worklist.reasons import Reason

QueueOrder = Literal["rank", "amount", "oldest", "next", "name"]
NOBODY: Final = "nobody"  # the owner of those whom nobody owns
COUNTED: Final = 1_000  # rows; of more nobody needs to know how many
_LONG_AGO: Final = date(1, 1, 1)
LABELS: Final = ("queue", "policy", "stage", "tag", "step", "reason")

_ORDERS: Final[Mapping[QueueOrder, Order]] = {
    "rank": Order((queue_rows.c.score, queue_rows.c.customer_id), newest_first=True),
    "amount": Order((queue_rows.c.amount, queue_rows.c.customer_id), newest_first=True),
    "oldest": Order((queue_rows.c.oldest_due_on, queue_rows.c.customer_id)),
    "next": Order((queue_rows.c.next_at, queue_rows.c.customer_id)),
    "name": Order((queue_rows.c.name_key, queue_rows.c.customer_id)),
}
_ROWS: Final = (
    select(
        queue_rows,
        *(column for column in queue_reasons.c if not column.primary_key),
        customers,
    )
    .join(queue_reasons, queue_reasons.c.customer_id == queue_rows.c.customer_id)
    .join(customers, customers.c.id == queue_rows.c.customer_id)
    .where(queue_rows.c.customer_id.in_(bindparam("customers", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class WhichCustomers:
    """Which rows; what is left out lets everything through. `labels` by their kinds, see `LABELS`.

    `owner` may be `nobody`. `age` are days overdue at least, `amount` whole units of a currency at least. `name` is a
    part of the name. Those who are put off are shown alone (`snoozed`), or not at all.
    """

    owner: str | None = None
    labels: Mapping[str, str] | None = None
    country: str | None = None
    language: str | None = None
    age: int | None = None
    amount: int | None = None
    name: str | None = None
    snoozed: bool = False
    customers: Sequence[str] | None = None

    @property
    def sifts(self) -> bool:
        """Whether it may let few rows through, that an index of the order would find late."""
        narrowing = (self.labels, self.country, self.language, self.age, self.amount, self.name, self.customers)
        return self.snoozed or any(one not in (None, {}) for one in narrowing)

    def of(self, query: Select[Any], today: date, dialect: Dialect) -> Select[Any]:
        """These of all rows on this day."""
        row = queue_rows.c
        found = query.where(row.snoozed_until >= today if self.snoozed else _awake(today))
        if self.owner is not None:
            found = found.where(row.owner.is_(None) if self.owner == NOBODY else row.owner == self.owner)
        for column, value in ((row.country, self.country), (row.language, self.language)):
            found = found if value is None else found.where(column == value)
        for kind, label in (self.labels or {}).items():
            found = found.where(_contains(row.labels, f"\n{kind}:{label}\n", dialect))
        if self.age is not None:
            found = found.where(_at_each_row(row.oldest_due_on) <= today - timedelta(days=self.age))
        if self.amount is not None:
            found = found.where(_at_each_row(row.amount) >= self.amount)
        if self.name is not None:
            found = found.where(_contains(row.name_key, self.name.casefold(), dialect))
        return found if self.customers is None else found.where(row.customer_id.in_(self.customers))


EVERYBODY: Final = WhichCustomers()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A customer with what is worth doing next. Amounts in minor units, by their currencies.

    `person` is who is asked for at the `number`, `contact_by` a channel or `call`.
    """

    customer_id: str
    name: str | None
    score: int
    reasons: tuple[Reason, ...]
    owed: Mapping[str, int]
    oldest_due_on: date
    cases: int
    next_at: datetime | None
    next_step: str | None
    next_invoice: str | None
    promised: int
    promised_on: date | None
    promised_currency: str | None
    contact_on: date | None
    contact_by: str | None
    owner: str | None
    by_hand: bool
    queue: str | None
    snoozed_until: date | None
    country: str | None
    language: str
    person: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page, how many rows there are (at most `COUNTED` + 1), how many are this person's, and how many are put off."""

    page: Page[QueueRow]
    count: int
    mine: int
    snoozed: int


class QueueRows:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def page(
        self, wanted: WhichCustomers, today: date, *,
        order: QueueOrder = "rank", cursor: str | None = None, limit: int = PAGE,
    ) -> Page[QueueRow]:  # fmt: skip
        """Some of the rows. Raises `BadCursor`."""
        return await self._database.read(lambda tx: _page(tx, wanted, today, order, cursor, limit))

    async def whole(
        self, wanted: WhichCustomers, today: date, me: str, *,
        order: QueueOrder = "rank", cursor: str | None = None, limit: int = PAGE,
    ) -> QueuePage:  # fmt: skip
        """A page as the console shows it to `me`. Raises `BadCursor`."""

        def work(tx: Transaction) -> QueuePage:
            # One look finds the page and counts, as far as anybody wants to know.
            most = COUNTED + 1 if cursor is None else limit + 1
            keys = _keys(tx, wanted, today, order, cursor, most)
            count = len(keys) if cursor is None else _count(tx, wanted, today)
            mine, snoozed = WhichCustomers(owner=me), WhichCustomers(snoozed=True)
            page = _shown(tx, keys, _ORDERS[order], limit)
            return QueuePage(page, count, _count(tx, mine, today), _count(tx, snoozed, today))

        return await self._database.read(work)

    async def ids(self, wanted: WhichCustomers, today: date, most: int) -> tuple[str, ...]:
        """The customers that the filters let through, the most urgent first, at most so many."""
        query = wanted.of(select(queue_rows.c.customer_id), today, self._database.dialect)
        ordered = _ORDERS["rank"].after(query, None).limit(most)
        rows = await self._database.read(lambda tx: tx.rows(ordered))
        return tuple(row["customer_id"] for row in rows)

    async def has(self, me: str) -> bool:
        """Whether any customer is this person's."""
        query = select(queue_rows.c.customer_id).where(queue_rows.c.owner == me).limit(1)
        return bool(await self._database.read(lambda tx: tx.rows(query)))


def _page(
    tx: Transaction, wanted: WhichCustomers, today: date, order: QueueOrder, cursor: str | None, limit: int
) -> Page[QueueRow]:
    return _shown(tx, _keys(tx, wanted, today, order, cursor, limit + 1), _ORDERS[order], limit)


def _keys(
    tx: Transaction, wanted: WhichCustomers, today: date, order: QueueOrder, cursor: str | None, most: int
) -> Sequence[RowMapping]:
    """What the order goes by, of at most so many rows: asked of the one table, so that the order's index leads, or,
    where few rows may fit, none does.
    """
    of = _ORDERS[order]
    led = Order(tuple(map(_at_each_row, of.keys)), of.newest_first) if wanted.sifts else of
    return tx.rows(led.after(wanted.of(select(*of.keys), today, tx.dialect), cursor).limit(most))


def _shown(tx: Transaction, keys: Sequence[RowMapping], order: Order, limit: int) -> Page[QueueRow]:
    """The rows of the first of these keys."""
    kept = keys[:limit]
    ids = [row["customer_id"] for row in kept]
    found = {row[queue_rows.c.customer_id]: row for row in tx.rows(_ROWS, customers=ids)} if ids else {}
    return Page(tuple(_row(found[one]) for one in ids), order.cursor(kept[-1]) if len(keys) > limit else None)


def _count(tx: Transaction, wanted: WhichCustomers, today: date) -> int:
    some = wanted.of(select(queue_rows.c.customer_id), today, tx.dialect).limit(COUNTED + 1).subquery()
    return int(tx.value(select(func.count()).select_from(some)))


def _row(row: RowMapping) -> QueueRow:
    customer = customer_of(row)
    person, number = callee(customer, row[customers.c.bounced].get(BY_PHONE, ()))
    same = (
        "score", "owed", "oldest_due_on", "cases", "next_step", "next_invoice", "promised", "promised_on",
        "promised_currency", "contact_on", "contact_by", "owner", "by_hand", "queue", "snoozed_until", "language",
    )  # fmt: skip
    return QueueRow(
        customer_id=customer.id,
        name=customer.name,
        reasons=tuple(reasons_in(row["reasons"])),
        next_at=None if row["next_at"] == FAR else row["next_at"],
        country=customer.country,
        person=person.name if person else None,
        number=number,
        **{name: row[name] for name in same},
    )


def _awake(today: date) -> Any:
    return func.coalesce(queue_rows.c.snoozed_until, _LONG_AGO) < today


def _at_each_row(column: Any) -> Any:
    """The column, and not its index: so many rows fit that to look each of them up again takes longer."""
    return func.coalesce(column, column)


def _contains(column: Any, text: str, dialect: Dialect) -> Any:
    """Whether it stands in the column, letter for letter: each database has a quick search, under its own name."""
    where = func.instr if dialect == "sqlite" else func.strpos
    return where(column, text) > 0
