"""How often somebody showed a key that opens nothing: counted by hour and network, for people to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, distinct, func, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import failed_sign_ins

KEPT: Final = timedelta(days=30)
_ROW: Final = failed_sign_ins.c
_SINCE: Final = select(
    func.coalesce(func.sum(_ROW.times), 0).label("times"), func.count(distinct(_ROW.network)).label("networks")
).where(_ROW.hour > bindparam("since"))
_ONE_MORE: Final = (
    update(failed_sign_ins)
    .where(_ROW.hour == bindparam("then"), _ROW.network == bindparam("of"))
    .values(times=_ROW.times + 1)
)
_OLD: Final = delete(failed_sign_ins).where(_ROW.hour <= bindparam("until"))


@dataclass(frozen=True, slots=True)
class FailedSignInsView:
    """How many there were, and from how many networks."""

    times: int
    networks: int


class FailedSignIns:
    """Counts; no address is kept, only the network around it."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def note(self, network: str, at: datetime) -> None:
        """One more; what is older than `KEPT` is forgotten."""
        hour = at.replace(minute=0, second=0, microsecond=0)

        def work(tx: Transaction) -> None:
            if tx.add(failed_sign_ins, {"hour": hour, "network": network, "times": 1}):
                tx.change(_OLD, {"until": hour - KEPT})
            else:
                tx.change(_ONE_MORE, {"then": hour, "of": network})

        await self._database.write(work)

    async def lately(self, at: datetime) -> FailedSignInsView:
        """Those of the last 24 hours."""
        row = await self._database.read(lambda tx: tx.row(_SINCE, since=at - timedelta(days=1)))
        assert row is not None  # noqa: S101 - a sum has always one row
        return FailedSignInsView(row["times"], row["networks"])
