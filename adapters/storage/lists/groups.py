"""A customer's group for reading: who stands above and below them, and what all of them owe together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, bindparam, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.groups import DEEPEST
from adapters.storage.lists.owed import NOTHING, Owed, owed_by
from adapters.storage.tables import customers

_ONE: Final = select(customers.c.id, customers.c.parent).where(customers.c.id == bindparam("of"))


def _below() -> Select[tuple[str]]:
    """The one at the top and all below; a union keeps each once, so that it ends whatever stands in the table."""
    top = select(customers.c.id, customers.c.name, customers.c.parent).where(customers.c.id == bindparam("of"))
    tree = top.cte("members", recursive=True)
    child = customers.alias()
    return select(tree.union(select(child.c.id, child.c.name, child.c.parent).join(tree, child.c.parent == tree.c.id)))


_MEMBERS: Final = _below()


@dataclass(frozen=True, slots=True)
class Member:
    """One of a group, and what they owe."""

    id: str
    name: str | None
    parent: str | None
    owed: Owed


@dataclass(frozen=True, slots=True)
class Group:
    """All members, the one at the top first, then by what they are called; and what they owe together."""

    members: tuple[Member, ...]

    @property
    def open_cases(self) -> int:
        """Those of all members."""
        return sum(one.owed.cases for one in self.members)

    @property
    def owed(self) -> tuple[tuple[str, int], ...]:
        """By currency."""
        sums: dict[str, int] = {}
        for one in self.members:
            for currency, amount in one.owed.sums:
                sums[currency] = sums.get(currency, 0) + amount
        return tuple(sorted(sums.items()))


class Groups:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def of(self, customer_id: str) -> Group | None:
        """The group of a customer; None where they stand alone."""
        return await self._database.read(lambda tx: _group(tx, customer_id))


def _group(tx: Transaction, customer_id: str) -> Group | None:
    rows = tx.rows(_MEMBERS, of=_top(tx, customer_id))
    if len(rows) < 2:  # noqa: PLR2004 - oneself
        return None
    owed = owed_by(tx, [row["id"] for row in rows])
    first, *others = (Member(row["id"], row["name"], row["parent"], owed.get(row["id"], NOTHING)) for row in rows)
    return Group((first, *sorted(others, key=lambda one: ((one.name or one.id).casefold(), one.id))))


def _top(tx: Transaction, customer_id: str) -> str:
    top = customer_id
    for _ in range(DEEPEST):
        row = tx.row(_ONE, of=top)
        if row is None or row["parent"] is None:
            return top
        top = row["parent"]
    return top
