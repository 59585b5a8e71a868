"""A look into the store, where it is there and can be read: another look says why, where it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from adapters.settings import Settings
from adapters.storage.engine.database import Database
from dunning.errors import DunningError

T = TypeVar("T")
PATIENCE: Final = timedelta(seconds=5)


async def looked_up(settings: Settings, look: Callable[[Database], Awaitable[T]], *, otherwise: T) -> T:
    """What the look finds; `otherwise` where there is no store yet, or none that can be read in time."""
    if settings.database is None and not settings.store_file.exists():
        return otherwise
    try:
        opened = Database(settings.database_url)
    except DunningError:
        return otherwise
    try:
        return await asyncio.wait_for(look(opened), PATIENCE.total_seconds())
    except (DunningError, SQLAlchemyError, TimeoutError):
        return otherwise
    finally:
        await opened.close()
