"""The schema: what migrations make is what the code declares, and a database of another version is left alone."""

from __future__ import annotations

import asyncio

import pytest
from alembic import command
from sqlalchemy import text

from adapters.storage import StorageError, Store, migrate
from adapters.storage.engine.database import Database
from adapters.storage.engine.migrate import with_alembic
from tests.adapters.storage.builders import calendar


async def tables(url: str) -> set[str]:
    database = Database(url)
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    }
    rows = await database.read(lambda tx: tx.rows(text(names[tx.dialect])))
    await database.close()
    return {next(iter(row.values())) for row in rows}


async def test_the_migrations_make_the_tables_that_the_code_declares(url: str) -> None:
    await with_alembic(url, command.check)


async def test_migrating_again_changes_nothing(url: str) -> None:
    before = await tables(url)

    await migrate(url)

    assert await tables(url) == before


async def test_going_back_leaves_nothing_and_processes_that_start_at_once_migrate_once(url: str) -> None:
    await with_alembic(url, lambda config: command.downgrade(config, "base"))
    assert await tables(url) == {"alembic_version"}

    await asyncio.gather(*(migrate(url) for _ in range(3)))

    await with_alembic(url, command.check)


async def test_a_store_does_not_open_on_another_schema(url: str) -> None:
    await with_alembic(url, lambda config: command.downgrade(config, "base"))

    with pytest.raises(StorageError, match=r"found schema none; allowed \d+, which `migrate` brings it to"):
        await Store.open(url, calendar_for=calendar)
