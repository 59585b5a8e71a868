"""Policies by their content: which versions there ever were, and which open cases are pinned to each (O2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from adapters.storage.engine.database import Database
from adapters.storage.lists.views import row_as
from adapters.storage.tables import cases, policies

_COUNTED: Final = (
    select(cases.c.policy_hash, func.count().label("cases"))
    .where(cases.c.outcome.is_(None))
    .group_by(cases.c.policy, cases.c.policy_hash)
    .subquery()
)
_VERSIONS: Final = (
    select(
        policies.c.name, policies.c.hash, policies.c.loaded_at, func.coalesce(_COUNTED.c.cases, 0).label("cases")
    )
    .join(_COUNTED, _COUNTED.c.policy_hash == policies.c.hash, isouter=True)
    .order_by(policies.c.name, policies.c.loaded_at.desc(), policies.c.hash)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One content of a policy; `loaded_at` is when a process first had it, `cases` how many open cases are on it."""

    name: str
    hash: str
    loaded_at: datetime
    cases: int


class PolicyVersions:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def every(self) -> tuple[PolicyVersion, ...]:
        """All that ever were in force, by name, of each the newest first."""
        rows = await self._database.read(lambda tx: tx.rows(_VERSIONS))
        return tuple(row_as(PolicyVersion, row) for row in rows)

    async def open_cases(self, policy: str, hashes: Iterable[str], limit: int) -> tuple[str, ...]:
        """Open cases that are pinned to one of these contents of a policy, by their invoices in order."""
        query: Select[Any] = (
            select(cases.c.invoice_id)
            .where(cases.c.outcome.is_(None), cases.c.policy == policy, cases.c.policy_hash.in_(list(hashes)))
            .order_by(cases.c.invoice_id)
            .limit(limit)
        )
        return tuple(row["invoice_id"] for row in await self._database.read(lambda tx: tx.rows(query)))
