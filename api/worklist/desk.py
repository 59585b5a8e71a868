"""What the addresses of the queue work with: its rows, ranked as far as they have to be, and who changes them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, cast
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from adapters.storage.engine.database import Database
from adapters.storage.engine.failures import StoreUnavailable
from adapters.storage.engine.turn import waiting_at_most
from adapters.storage.worklist.owners import Owners
from adapters.storage.worklist.ranking import MOST_AT_ONCE, QueueRanking, Ranker
from adapters.storage.worklist.rows import QueueRows
from adapters.storage.worklist.saved_views import SavedViews
from adapters.workdays import workdays_of
from api.configuration import ApiConfiguration

_ROUNDS: Final = 2  # of ranking before a page is shown; the rest is ranked meanwhile
_PATIENCE: Final = 0.4  # seconds for which a page waits for others who write


@dataclass(frozen=True, slots=True)
class QueueDesk:
    """The queue of one creditor."""

    ranking: QueueRanking
    rows: QueueRows
    owners: Owners
    views: SavedViews

    @classmethod
    def of(cls, database: Database, settings: ApiConfiguration) -> QueueDesk:
        """Over this store, with the creditor's days and rules."""
        workdays = workdays_of(settings.timezone, settings.country)
        ranker = Ranker(ZoneInfo(settings.timezone), workdays, settings.assignment)
        return cls(QueueRanking(database, ranker), QueueRows(database), Owners(database), SavedViews(database))

    @property
    def ranker(self) -> Ranker:
        """How it is ranked."""
        return self.ranking.ranker

    def today(self, at: datetime) -> date:
        """The creditor's day."""
        return self.ranker.today(at)

    async def catch_up(self, at: datetime) -> None:
        """Rank who changed before somebody looks: a few hundred at most, and nobody where the store is busy."""
        with suppress(StoreUnavailable), waiting_at_most(_PATIENCE):
            for _ in range(_ROUNDS):
                if not await self.ranking.is_behind(at) or await self.ranking.catch_up(at) < MOST_AT_ONCE:
                    return

    async def rank_all(self, at: datetime) -> int:
        """Rank everybody who changed, some at a time; how many were."""
        count = 0
        while await self.ranking.is_behind(at):
            ranked = await self.ranking.catch_up(at)
            if not ranked:
                return count  # somebody else is at it
            count += ranked
        return count


def _desk(request: Request) -> QueueDesk:
    return cast("QueueDesk", request.app.state.queue_desk)


TheQueueDesk = Annotated[QueueDesk, Depends(_desk)]
