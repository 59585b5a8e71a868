"""Whether each invoice that asks for a case has one: what no policy takes, and what did not open (O1, O2)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from adapters.settings import Settings
from adapters.storage.engine.database import Database
from adapters.storage.unopened import Unopened
from cli.doctor.diagnosis import Diagnosis
from dunning.errors import DunningError

PATIENCE: Final = timedelta(seconds=5)
_WHAT: Final = "openings"
_FIX: Final = {
    "no-policy": "a policy that takes them: GET /v1/tasks?about=no-policy and the console's tasks say what each lacks",
    "not-opened": "look at their workflows: GET /v1/tasks?about=not-opened and the console's tasks say what failed",
}


async def examine_openings(settings: Settings) -> Diagnosis:
    """How many invoices wait without a case. A store that cannot be read is another look's finding."""
    if settings.database is None and not settings.store_file.exists():
        return Diagnosis(_WHAT, well=True, found="no invoice yet")
    try:
        opened = Database(settings.database_url)
    except DunningError:
        return Diagnosis(_WHAT, well=True, found="not looked at: there is no store to read")
    try:
        counts = await asyncio.wait_for(Unopened(opened).count(), PATIENCE.total_seconds())
    except (DunningError, SQLAlchemyError, TimeoutError):
        return Diagnosis(_WHAT, well=True, found="not looked at: the store cannot be read")
    finally:
        await opened.close()
    return _told(counts["no-policy"], counts["not-opened"])


def _told(no_policy: int, not_opened: int) -> Diagnosis:
    if not no_policy and not not_opened:
        return Diagnosis(_WHAT, well=True, found="no due invoice waits without a case")
    parts = {
        "no-policy": no_policy and f"{_invoices(no_policy)} that no policy takes",
        "not-opened": not_opened and f"{_invoices(not_opened)} whose case did not open",
    }
    there = [kind for kind, said in parts.items() if said]
    fix = "; ".join(_FIX[kind] for kind in there)
    found = ", ".join(str(parts[kind]) for kind in there)
    return Diagnosis(_WHAT, well=True, found=found, fix=fix, warns=True)


def _invoices(count: int) -> str:
    return f"{count} {'invoice' if count == 1 else 'invoices'}"
