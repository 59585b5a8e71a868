"""Whether the clocks of this machine and of the database's agree: what is due goes by one, what was written by both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from adapters.clock import now
from adapters.settings import Settings
from adapters.storage.engine.database import Database
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.looking import looked_up

MOST: Final = timedelta(seconds=2)
_WHAT: Final = "clocks"


async def examine_clock(settings: Settings) -> Diagnosis:
    """How far the database's clock is from ours; a file has none of its own."""

    async def look(database: Database) -> timedelta | None:
        if database.dialect == "sqlite":
            return None
        before = now()
        theirs: datetime = await database.read(lambda tx: tx.value(text("SELECT clock_timestamp()")))
        return theirs - before - (now() - before) / 2

    apart = await looked_up(settings, look, otherwise=None)
    if apart is None:
        return Diagnosis(_WHAT, well=True, found="the database has none of its own")
    found = f"the database's is {abs(apart.total_seconds()):.1f} seconds {'ahead' if apart > timedelta() else 'behind'}"
    if abs(apart) > MOST:
        return Diagnosis(_WHAT, well=True, found=found, fix="let both machines keep time by NTP", warns=True)
    return Diagnosis(_WHAT, well=True, found=found)
