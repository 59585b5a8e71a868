"""Whose events of Stripe are taken, and which were not of late: those of another account or of the other mode."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from adapters.settings import Settings
from adapters.storage.engine.database import Database
from adapters.storage.provider.foreign_events import ForeignEvent, ForeignEvents
from adapters.storage.provider.waiting_news import KEPT
from cli.doctor.diagnosis import Diagnosis
from dunning.errors import DunningError

PATIENCE: Final = timedelta(seconds=5)
STRIPE: Final = "stripe"
_WHAT: Final = "Stripe events"


async def examine_events(settings: Settings) -> Diagnosis:
    """A warning where events booked nothing because they are none of ours; nothing that is needed is missing then."""
    if settings.stripe_webhook_secret is None:
        return Diagnosis(_WHAT, well=True, found="none are taken; stripe_webhook_secret is not set")
    foreign = await _foreign(settings)
    if foreign:
        newest = foreign[-1]
        found = (
            f"{len(foreign)} in {KEPT.days} days booked nothing; the newest is {newest.id} ({newest.type}) of "
            f"{newest.at:%Y-%m-%d %H:%M} UTC: {newest.why}"
        )
        fix = "give that account or mode an endpoint of its own, or correct stripe_account, stripe_mode, stripe_api_key"
        return Diagnosis(_WHAT, well=True, found=found, fix=fix, warns=True)
    if settings.stripe_takes is None:
        fix = "say which in stripe_mode (DUNNING_STRIPE_MODE), or set stripe_api_key"
        return Diagnosis(_WHAT, well=True, found="of real and of test money alike", fix=fix, warns=True)
    return Diagnosis(
        _WHAT, well=True, found=f"of {settings.stripe_account or 'our account'}, {settings.stripe_takes} mode"
    )


async def _foreign(settings: Settings) -> tuple[ForeignEvent, ...]:
    """None where there is no store yet, or none that can be read: another look says why."""
    if settings.database is None and not settings.store_file.exists():
        return ()
    try:
        opened = Database(settings.database_url)
    except DunningError:
        return ()
    try:
        return await asyncio.wait_for(ForeignEvents(opened, STRIPE).all(), PATIENCE.total_seconds())
    except (DunningError, SQLAlchemyError, TimeoutError):
        return ()
    finally:
        await opened.close()
