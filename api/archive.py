"""What the store keeps and its lists do not show: ended cases in full, the pinned policy, debtors' zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.policy_book import policy_of_content
from adapters.storage.records import customer_of, reach_of
from adapters.storage.tables import cases, customers, policies
from dunning import snapshot
from dunning.case import Case
from dunning.errors import NotFound
from dunning.policy import Policy
from dunning.recipients import Reach
from dunning.records import Customer

_STATE: Final = select(cases.c.state).where(cases.c.invoice_id == bindparam("invoice"))
_PINNED: Final = (
    select(policies.c.content)
    .join(cases, cases.c.policy_hash == policies.c.hash)
    .where(cases.c.invoice_id == bindparam("invoice"))
)
_NAMES: Final = select(policies.c.name).distinct().order_by(policies.c.name)
_ONE_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("of"))
_CUSTOMERS: Final = select(customers).where(customers.c.id.in_(bindparam("ids", expanding=True)))


class Archive:
    """Reads; nothing here changes anything."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def ended_case(self, invoice_id: str) -> Case | None:
        """The case as it stood when it ended; None while it is open."""

        def work(tx: Transaction) -> Case | None:
            state = tx.value(_STATE, invoice=invoice_id)
            return snapshot.load(state) if state else None

        return await self._database.read(work)

    async def pinned_policy(self, invoice_id: str) -> Policy | None:
        """The policy that the case is pinned to (O2)."""
        content = await self._database.read(lambda tx: tx.value(_PINNED, invoice=invoice_id))
        return policy_of_content(content) if content else None

    async def policy_names(self) -> tuple[str, ...]:
        """Every policy that ever was in force."""
        rows = await self._database.read(lambda tx: tx.rows(_NAMES))
        return tuple(row["name"] for row in rows)

    async def customers(self, ids: Iterable[str]) -> Mapping[str, Customer]:
        """These customers, by id."""
        wanted = sorted(set(ids))
        rows = await self._database.read(lambda tx: tx.rows(_CUSTOMERS, ids=wanted))
        return {row["id"]: customer_of(row) for row in rows}

    async def reach(self, customer_id: str) -> Reach:
        """Where the customer may be reached now. Raises `NotFound`."""

        def work(tx: Transaction) -> Reach:
            row = tx.row(_ONE_CUSTOMER, of=customer_id)
            if row is None:
                raise NotFound(f"customer: found no {customer_id}")
            return reach_of(row)

        return await self._database.read(work)
