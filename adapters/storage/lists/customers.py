"""Customers for a list: who they are, whether they are stopped, and what they owe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import RowMapping, Select, literal, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.owed import NOTHING, Owed, owed_by
from adapters.storage.lists.pages import PAGE, Order, Page, read_page
from adapters.storage.tables import cases, customers

CustomerOrder = Literal["id", "registered"]
# No order by name: where a page ends stands in a URL, and a name must not (O3).
_ORDERS: Final[Mapping[CustomerOrder, Order]] = {
    "id": Order((customers.c.id,)),
    "registered": Order((customers.c.registered_at, customers.c.id), newest_first=True),
}
_ROWS: Final = select(
    customers.c.id, customers.c.name, customers.c.kind, customers.c.country, customers.c.locale, customers.c.parent,
    customers.c.account_manager, customers.c.stopped, customers.c.registered_at,
)  # fmt: skip
# A value and no EXISTS: PostgreSQL would join that, and read every open case for one page.
_OPEN: Final = (
    select(literal(1))
    .where(cases.c.customer_id == customers.c.id, cases.c.outcome.is_(None))
    .limit(1)
    .scalar_subquery()
    .is_not(None)
)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of the list."""

    id: str
    name: str | None
    kind: str
    country: str | None
    locale: str
    parent: str | None
    account_manager: str | None
    is_stopped: bool
    registered_at: datetime
    owed: Owed


@dataclass(frozen=True, slots=True)
class WhichCustomers:
    """Which of them; what is left out lets everything through."""

    owes: bool = False
    is_stopped: bool = False
    country: str | None = None
    parent: str | None = None

    def of(self, query: Select[Any]) -> Select[Any]:
        """These of all customers."""
        if self.owes:
            query = query.where(_OPEN)
        if self.is_stopped:
            stops = customers.c.stopped["name"].as_string() == "customer_stop"
            query = query.where(customers.c.stopped.is_not(None), stops)
        if self.country is not None:
            query = query.where(customers.c.country == self.country)
        return query if self.parent is None else query.where(customers.c.parent == self.parent)


ALL: Final = WhichCustomers()


class CustomerLists:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def page(
        self,
        wanted: WhichCustomers = ALL,
        *,
        order: CustomerOrder = "id",
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page[CustomerRow]:
        """Customers by their ids, or the newest first. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[CustomerRow]:
            found = read_page(tx, wanted.of(_ROWS), _ORDERS[order], cursor, limit)
            owed = owed_by(tx, [row["id"] for row in found.rows])
            return found.shown(lambda row: _row(row, owed.get(row["id"], NOTHING)))

        return await self._database.read(work)

    async def owed(self, customer_id: str) -> Owed:
        """What one of them owes."""
        return await self._database.read(lambda tx: owed_by(tx, [customer_id]).get(customer_id, NOTHING))


def _row(row: RowMapping, owed: Owed) -> CustomerRow:
    manager, stopped = row["account_manager"], row["stopped"]
    own = ("id", "name", "kind", "country", "locale", "parent", "registered_at")
    return CustomerRow(
        **{name: row[name] for name in own}, owed=owed, account_manager=manager["name"] if manager else None,
        is_stopped=bool(stopped) and stopped["name"] == "customer_stop",
    )  # fmt: skip
