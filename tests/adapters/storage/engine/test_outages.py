"""A database that does not work says so in time to who has to answer, and what it was asked for is not done later."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from adapters.storage import Store
from adapters.storage.engine.database import Database
from adapters.storage.engine.failures import Failure, StoreUnavailable, failure_of
from adapters.storage.engine.transaction import Transaction
from adapters.storage.engine.turn import waiting_at_most
from tests.adapters.storage.builders import MONDAY

SOON = 3.0  # seconds: a machine may be busy


@contextmanager
def held(url: str) -> Iterator[None]:
    """The database, held by another program."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def told_within(seconds: float) -> Iterator[pytest.ExceptionInfo[StoreUnavailable]]:
    since = time.monotonic()
    with pytest.raises(StoreUnavailable) as told:
        yield told
    assert time.monotonic() - since < seconds


async def test_who_has_to_answer_does_not_wait_for_a_lock_and_nothing_is_done_later(store: Store, url: str) -> None:
    with held(url), waiting_at_most(0.6), told_within(SOON) as told:
        await store.keys.create("billing", MONDAY)
    assert told.value.why == "locked"
    assert await store.keys.list() == ()
    await store.keys.create("billing", MONDAY)


async def test_what_was_spent_on_waiting_is_not_spent_again(store: Store, url: str) -> None:
    with held(url), waiting_at_most(2.0):
        with told_within(2 + SOON):
            await store.keys.create("billing", MONDAY)
        since = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await store.keys.create("billing", MONDAY)
        assert time.monotonic() - since < 1.5


async def test_who_may_wait_waits_for_a_lock(store: Store, url: str) -> None:
    with held(url):
        writing = asyncio.create_task(store.keys.create("billing", MONDAY))
        await asyncio.sleep(1)
        assert not writing.done()
    await writing
    assert len(await store.keys.list()) == 1


async def test_a_queue_of_writers_is_left_in_time_and_who_left_it_does_nothing(store: Store) -> None:
    begun, done = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def slow(_: Transaction) -> None:
        loop.call_soon_threadsafe(begun.set)
        time.sleep(2)

    slow_ones = [asyncio.create_task(store.database.write(slow)) for _ in range(8)]  # all the threads there are
    await begun.wait()
    with waiting_at_most(0.6), told_within(SOON):
        await store.database.write(lambda _: done.append("late"))
    for one in slow_ones[1:]:
        one.cancel()
    await slow_ones[0]
    await store.database.write(lambda _: done.append("next"))
    assert done == ["next"]


@pytest.fixture
async def silent_server() -> AsyncIterator[str]:
    """Somebody takes the connection and says nothing, as a host that fell asleep."""
    gone = asyncio.Event()

    async def taken(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    yield f"postgresql://dunning:secret@127.0.0.1:{server.sockets[0].getsockname()[1]}/dunning"
    gone.set()
    server.close()


async def test_a_server_that_says_nothing_is_given_up_in_time(silent_server: str) -> None:
    database = Database(silent_server)
    with waiting_at_most(0.6), told_within(SOON) as told:
        await database.read(lambda tx: tx.value(text("SELECT 1")))
    assert "secret" not in str(told.value)
    await database.close()


async def test_a_full_disk_is_told_as_one_and_the_store_goes_on_when_there_is_room(store: Store) -> None:
    if store.database.dialect != "sqlite":
        return  # told from the code of the error, below
    await store.database.write(lambda tx: tx.value(text("PRAGMA max_page_count = 1")))
    with pytest.raises(StoreUnavailable) as told:
        await _fill(store)
    assert told.value.why == "full"
    await store.database.write(lambda tx: tx.value(text("PRAGMA max_page_count = 1000000")))
    await store.try_out()


async def _fill(store: Store) -> None:
    for number in range(2_000):
        await store.keys.create(f"billing-{number}", MONDAY)


@pytest.mark.parametrize(
    "error, why",
    [
        (psycopg.errors.DiskFull(), "full"),
        (psycopg.errors.LockNotAvailable(), "locked"),
        (psycopg.errors.DeadlockDetected(), "locked"),
        (psycopg.errors.AdminShutdown(), "down"),
        (psycopg.errors.CannotConnectNow(), "down"),
        (psycopg.errors.TooManyConnections(), "down"),
        (psycopg.errors.ReadOnlySqlTransaction(), "read-only"),
        (psycopg.OperationalError("the server closed the connection unexpectedly"), "down"),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.UndefinedTable(), None),
        (ValueError(), None),
        (None, None),
    ],
    ids=repr,
)
def test_what_postgresql_says_of_itself(error: BaseException | None, why: Failure | None) -> None:
    assert failure_of(error) == why


async def test_a_file_that_is_no_database_any_more_is_down(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"no database at all" * 500)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable) as told:
        await database.write(lambda tx: tx.value(text("SELECT 1 FROM nothing")))
    assert told.value.why == "down"
    await database.close()


async def test_a_fault_of_ours_is_told_as_one(store: Store) -> None:
    with pytest.raises(Exception, match="nowhere"):
        await store.database.read(lambda tx: tx.value(text("SELECT 1 FROM nowhere")))
