"""Bringing a database to the schema that this version needs, and refusing to work on one that has another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from adapters.storage.engine.database import Database
from adapters.storage.engine.failures import StorageError
from adapters.storage.engine.transaction import Transaction

SCRIPTS: Final = Path(__file__).parent.with_name("migrations")
_QUEUE: Final = text("SELECT pg_advisory_xact_lock(20090)")  # any number, as long as it stays the same


async def migrate(url: str) -> None:
    """Bring the database to the newest schema; nothing happens where it is there already.

    One transaction, and one process at a time, so that several workers may start at once.
    """
    await with_alembic(url, lambda config: command.upgrade(config, "head"))


async def with_alembic(url: str, what: Callable[[Config], None]) -> None:
    """Let Alembic do something to the database, such as `command.check`."""

    def work(tx: Transaction) -> None:
        if tx.locks_rows:
            tx.connection.execute(_QUEUE)
        config = Config(attributes={"connection": tx.connection})
        config.set_main_option("script_location", str(SCRIPTS))
        what(config)

    database = Database(url, foreign_keys=False)
    try:
        await database.write(work)
    finally:
        await database.close()


async def require_current(database: Database) -> None:
    """Raises `StorageError` unless the database has the schema that this version was made for."""
    wanted = ScriptDirectory(str(SCRIPTS)).get_current_head()
    found = await database.read(lambda tx: MigrationContext.configure(tx.connection).get_current_revision())
    if found != wanted:
        raise StorageError(f"database: found schema {found or 'none'}; allowed {wanted}, which `migrate` brings it to")
