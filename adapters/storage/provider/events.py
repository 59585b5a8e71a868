"""What payment providers told us: each event is taken once, and one object's events one at a time.

An event that breaks off half-way is forgotten, so that it is taken again when the provider repeats it; one whose
process died is taken over after `PATIENCE`. What an event does is safe to do twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import bindparam, delete, select, text, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import provider_events

PATIENCE: Final = timedelta(minutes=1)  # longer than an event takes
Claim = Literal["mine", "done", "busy"]

_EVENTS: Final = provider_events.c
_ONE: Final = (_EVENTS.provider == bindparam("of")) & (_EVENTS.id == bindparam("event"))
_KNOWN: Final = select(_EVENTS.done_at, _EVENTS.begun_at, _EVENTS.created).where(_ONE)
_OBJECT: Final = (_EVENTS.provider == bindparam("of")) & (_EVENTS.object_id == bindparam("object"))
_OTHERS: Final = select(_EVENTS.id).where(
    _OBJECT, _EVENTS.id != bindparam("event"), _EVENTS.done_at.is_(None), _EVENTS.begun_at > bindparam("since")
)
_NEWER: Final = select(_EVENTS.type).where(
    _OBJECT, _EVENTS.id != bindparam("event"), _EVENTS.created > bindparam("than")
)
_TAKE: Final = update(provider_events).where(_ONE).values(begun_at=bindparam("now"))
_DONE: Final = update(provider_events).where(_ONE).values(done_at=bindparam("now"))
_RELEASE: Final = update(provider_events).where(_ONE, _EVENTS.done_at.is_(None)).values(begun_at=bindparam("then"))
_FORGET: Final = delete(provider_events).where(_ONE, _EVENTS.done_at.is_(None))
_QUEUE: Final = text("SELECT pg_advisory_xact_lock(20091, hashtext(:object))")


@dataclass(frozen=True, slots=True)
class Heading:
    """Which event this is, about which object; `created` is the moment of the object's state."""

    id: str
    type: str
    object_type: str
    object_id: str
    created: datetime


class ProviderEvents:
    """The events of one provider."""

    def __init__(self, database: Database, provider: str) -> None:
        """`database` is migrated; `provider` is a name such as stripe."""
        self._database = database
        self._provider = provider

    async def claim(self, event: Heading, now: datetime) -> Claim:
        """`mine` to handle; `done` before; `busy` while it, or another event of its object, is being handled."""
        return await self._database.write(lambda tx: self._claim(tx, event, now))

    def _claim(self, tx: Transaction, event: Heading, now: datetime) -> Claim:
        of = {"of": self._provider, "event": event.id}
        if tx.locks_rows:
            tx.connection.execute(_QUEUE, {"object": event.object_id})
        row, since = tx.row(_KNOWN, **of), now - PATIENCE
        if row is not None and row["done_at"] is not None:
            return "done"
        if row is not None and row["begun_at"] > since:
            return "busy"
        if tx.rows(_OTHERS, **of, object=event.object_id, since=since):
            return "busy"
        if row is not None:
            tx.change(_TAKE, {**of, "now": now})
            return "mine"
        return "mine" if tx.add(provider_events, self._row(event, now)) else "busy"

    def _row(self, event: Heading, now: datetime) -> dict[str, object]:
        about = {"object_type": event.object_type, "object_id": event.object_id, "created": event.created}
        return {"provider": self._provider, "id": event.id, "type": event.type, **about, "begun_at": now}

    async def mark_done(self, event_id: str, now: datetime) -> None:
        """It was handled, and is never again."""
        of = {"of": self._provider, "event": event_id}
        await self._database.write(lambda tx: tx.change(_DONE, {**of, "now": now}))

    async def forget(self, event_id: str) -> None:
        """It was not handled; the provider will repeat it."""
        of = {"of": self._provider, "event": event_id}
        await self._database.write(lambda tx: tx.change(_FORGET, of))

    async def release(self, event_id: str, now: datetime) -> None:
        """It was not handled; when it is repeated it is taken at once, and it is still of the moment it first came."""
        of = {"of": self._provider, "event": event_id, "then": now - PATIENCE}
        await self._database.write(lambda tx: tx.change(_RELEASE, of))

    async def came_at(self, event_id: str) -> datetime | None:
        """The `created` of an event that was claimed, as it was claimed first."""
        of = {"of": self._provider, "event": event_id}
        row = await self._database.read(lambda tx: tx.row(_KNOWN, **of))
        return None if row is None else row["created"]

    async def newer_types(self, event: Heading) -> frozenset[str]:
        """The types of the events that tell a newer state of its object; of one second, none is newer."""
        of = {"of": self._provider, "event": event.id, "object": event.object_id, "than": event.created}
        rows = await self._database.read(lambda tx: tx.rows(_NEWER, **of))
        return frozenset(row["type"] for row in rows)
