"""Views that people save of a list: its filters and its order under a name, for themselves or for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, or_, select

from adapters.storage.engine.database import Database
from adapters.storage.lists.views import row_as
from adapters.storage.tables import saved_views

_THEIRS: Final = (
    select(saved_views)
    .where(
        saved_views.c.list == bindparam("of"), or_(saved_views.c.person == bindparam("person"), saved_views.c.shared)
    )
    .order_by(saved_views.c.name, saved_views.c.person)
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view; `query` is what stands behind the list's address."""

    person: str
    name: str
    query: str
    shared: bool
    saved_at: datetime


class SavedViews:
    """Keeps them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def of(self, person: str, list_name: str) -> tuple[SavedView, ...]:
        """Their own of this list and those that others share, by name."""
        rows = await self._database.read(lambda tx: tx.rows(_THEIRS, of=list_name, person=person))
        return tuple(row_as(SavedView, row) for row in rows)

    async def save(self, view: SavedView, list_name: str) -> None:
        """Keep it in place of one of the same person and name."""
        row = {
            "person": view.person, "list": list_name, "name": view.name, "query": view.query, "shared": view.shared,
            "saved_at": view.saved_at,
        }  # fmt: skip
        await self._database.write(lambda tx: tx.put(saved_views, ("query", "shared", "saved_at"), row))

    async def forget(self, person: str, list_name: str, name: str) -> bool:
        """Let go of one's own; whether there was one."""
        own = delete(saved_views).where(
            saved_views.c.person == person, saved_views.c.list == list_name, saved_views.c.name == name
        )
        return bool(await self._database.write(lambda tx: tx.change(own)))
