"""Events of a provider that are none of ours, and booked nothing: of another account, or of the other mode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.views import row_as
from adapters.storage.provider.waiting_news import KEPT
from adapters.storage.tables import foreign_events

_EVENTS: Final = foreign_events.c
_OF: Final = select(foreign_events).where(_EVENTS.provider == bindparam("of")).order_by(_EVENTS.at, _EVENTS.id)
_OURS: Final = delete(foreign_events).where(_EVENTS.provider == bindparam("of"), _EVENTS.id == bindparam("event"))
_TOO_OLD: Final = delete(foreign_events).where(_EVENTS.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class ForeignEvent:
    """Which event this is, of which type, why it is none of ours, and when it was told for the first time."""

    id: str
    type: str
    why: str
    at: datetime


class ForeignEvents:
    """The events of one provider."""

    def __init__(self, database: Database, provider: str) -> None:
        """`database` is migrated; `provider` is a name such as stripe."""
        self._database = database
        self._provider = provider

    async def keep(self, event: ForeignEvent) -> None:
        """Remember it, for `KEPT`; a repeat changes nothing."""
        row = {"provider": self._provider, "id": event.id, "type": event.type, "why": event.why, "at": event.at}

        def work(tx: Transaction) -> None:
            tx.change(_TOO_OLD, {"before": event.at - KEPT})
            tx.add(foreign_events, row)

        await self._database.write(work)

    async def all(self) -> tuple[ForeignEvent, ...]:
        """Those that are remembered, the oldest first."""
        rows = await self._database.read(lambda tx: tx.rows(_OF, of=self._provider))
        return tuple(row_as(ForeignEvent, row) for row in rows)

    async def forget(self, event_id: str) -> None:
        """It is ours after all: whose events are ours was corrected, and the provider has repeated it."""
        await self._database.write(lambda tx: tx.change(_OURS, {"of": self._provider, "event": event_id}))
