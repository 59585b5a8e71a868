"""The database itself: addresses, transactions that are whole or not at all, and moments that keep their meaning."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from adapters.storage import StorageError, Store, migrate
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import api_key_secrets, api_keys
from tests.adapters.storage.builders import MONDAY, calendar, customer, invoice, policy
from tests.adapters.storage.conftest import OpenStore


@pytest.mark.parametrize(
    "url",
    ["", "nowhere", "mysql://user:secret@host/name", "sqlite://", "sqlite:///:memory:", "file.sqlite", "sqlite:/"],
)
def test_an_address_that_is_none_of_ours_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StorageError, match="allowed sqlite:///path/to/file or postgresql://") as refused:
        Database(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.sqlite", "postgresql://dunning:secret@localhost:9/dunning?connect_timeout=2"]
)
async def test_a_database_that_nobody_answers_at_is_named_without_its_password(url: str) -> None:
    with pytest.raises(StorageError, match="which cannot be reached") as unreachable:
        await migrate(url)
    assert "secret" not in str(unreachable.value)


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def half(tx: Transaction) -> None:
        tx.add(api_keys, {"name": "a", "roles": ["billing"], "created_at": MONDAY})
        tx.add(api_key_secrets, {"sha256": "a", "name": "a", "created_at": MONDAY})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.database.write(half)

    assert await store.keys.list() == ()


async def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(store: Store) -> None:
    local = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    await store.keys.create("billing", local)

    [key] = await store.keys.list()
    assert key.created_at == local
    assert key.created_at.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a zone"):
        await store.keys.create("billing", MONDAY.replace(tzinfo=None))


async def test_what_is_stored_is_there_for_the_next_start(url: str) -> None:
    for _ in range(2):
        store = await Store.open(url, policies=[policy()], calendar_for=calendar)
        await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
        await store.close()

    store = await Store.open(url, calendar_for=calendar)
    assert len((await store.cases.page()).rows) == 1
    await store.close()


async def test_a_reader_does_not_wait_for_a_writer(open_store: OpenStore) -> None:
    store = await open_store()
    writing, read = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(tx: Transaction) -> None:
        tx.add(api_keys, {"name": "a", "roles": ["billing"], "created_at": MONDAY})
        tx.add(api_key_secrets, {"sha256": "a", "name": "a", "created_at": MONDAY})
        loop.call_soon_threadsafe(writing.set)
        asyncio.run_coroutine_threadsafe(read.wait(), loop).result(timeout=10)

    writer = asyncio.create_task(store.database.write(slow))
    await writing.wait()
    assert await store.keys.list() == ()
    read.set()
    await writer
    assert len(await store.keys.list()) == 1


async def test_sqlite_keeps_a_log_beside_the_file_and_watches_over_references(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    await migrate(url)
    database = Database(url)

    said = [
        await database.read(lambda tx, pragma=pragma: tx.value(text(f"PRAGMA {pragma}")))  # type: ignore[misc] # a bound default
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    ]
    await database.close()

    assert said == ["wal", 1, 1, 30_000]


async def test_o3_an_error_of_the_database_repeats_no_value(store: Store) -> None:
    unknown = text("SELECT id FROM nowhere WHERE name = :name")
    with pytest.raises(SQLAlchemyError) as failure:
        await store.database.read(lambda tx: tx.row(unknown, name="Ada Lovelace"))
    assert "Lovelace" not in str(failure.value)
