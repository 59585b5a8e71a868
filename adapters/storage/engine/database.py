"""One database, by its address: SQLite in a file, or PostgreSQL; and the two ways in, to write and to read.

Each piece of work is one transaction, whole or not at all, in a thread of its own: a hop for each transaction costs a
tenth of what a hop for each statement does. SQLite takes one writer at a time, so there one thread writes, in order;
other processes wait for it up to `PATIENCE`, or as long as who asks can wait. On PostgreSQL writers lock the rows that
they change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar

from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from adapters.storage.engine.any_text import accept_any_text, json_text
from adapters.storage.engine.failures import StorageError, StoreUnavailable, failure_of, told_as_ours
from adapters.storage.engine.transaction import Dialect, Transaction
from adapters.storage.engine.turn import PATIENCE, Turn, next_turn

T = TypeVar("T")

CONNECTIONS: Final = 8  # more of them only get into each other's way
ALLOWED: Final = "sqlite:///path/to/file or postgresql://user@host/name"
_DRIVERS: Final[dict[str, str]] = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_PRAGMAS: Final = (
    "journal_mode=WAL",  # readers never wait for a writer
    "synchronous=NORMAL",  # a commit survives the process; a power cut may take the last ones, never the file
)
_LEARNING: Final = ("busy_timeout=1000", "analysis_limit=400", "optimize")  # of each index at most so many rows
# A server that does not answer is given up in seconds: when connecting, and when it fell silent in between.
_TO_POSTGRESQL: Final = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10}


def database_url(url: str) -> URL:
    """The address with the driver that speaks to it. Raises `StorageError`; its text carries no password."""
    try:
        parts = make_url(url)
    except ArgumentError:
        raise StorageError(f"database: found no address; allowed {ALLOWED}") from None
    driver = _DRIVERS.get(parts.drivername.partition("+")[0])
    if driver is None or (driver.startswith("sqlite") and parts.database in (None, "", ":memory:")):
        raise StorageError(f"database: found {parts.render_as_string(hide_password=True)}; allowed {ALLOWED}")
    return parts.set(drivername=driver)


class Database:
    """The connections to one database, and the threads that work with them."""

    def __init__(self, url: str, *, foreign_keys: bool = True, keeps_credits: bool = False) -> None:
        """`foreign_keys` off is for migrations, which rebuild SQLite's tables; `keeps_credits` says that no customer's
        credit is used by itself (P8). Raises `StorageError`.
        """
        self._keeps_credits = keeps_credits
        self.fingerprint_key = b""
        parts = database_url(url)
        self.dialect: Dialect = "sqlite" if parts.get_backend_name() == "sqlite" else "postgresql"
        self._engine = _engine(parts, self.dialect, foreign_keys=foreign_keys)
        self._readers = ThreadPoolExecutor(CONNECTIONS, "storage")
        self._writers = ThreadPoolExecutor(1, "storage-writer") if self.dialect == "sqlite" else self._readers

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Do work that may change things: kept when it returns, undone when it raises.

        Raises `StoreUnavailable`.
        """
        return await self._in_turn(self._writers, "BEGIN IMMEDIATE", work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Do work that only looks, at one moment of the database; on SQLite it waits for nobody.

        Raises `StoreUnavailable`.
        """
        return await self._in_turn(self._readers, "BEGIN", work)

    async def learn(self) -> None:
        """Let SQLite count anew what its tables hold, where that changed much: it chooses indexes by it.

        PostgreSQL does so by itself.
        """
        if self.dialect == "sqlite":
            with suppress(StoreUnavailable):  # next time, then
                await asyncio.get_running_loop().run_in_executor(self._writers, self._learn)

    def _learn(self) -> None:
        with told_as_ours(), self._connected() as connection:
            cursor = connection.connection.cursor()
            for pragma in _LEARNING:
                cursor.execute(f"PRAGMA {pragma}")

    async def close(self) -> None:
        """Finish what was begun and let go of every connection."""
        await self.learn()
        await asyncio.to_thread(self._writers.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()

    async def _in_turn(self, pool: ThreadPoolExecutor, begin: str, work: Callable[[Transaction], T]) -> T:
        turn = next_turn()
        doing = asyncio.get_running_loop().run_in_executor(pool, self._within, begin, work, turn)
        try:
            await asyncio.wait({doing}, timeout=turn.left if turn.is_limited else None)
            if doing.done() or not turn.give_up():
                return await doing
        except StoreUnavailable:
            turn.spend()
            raise
        finally:
            doing.cancel()  # who does not wait any more lets it go; what has begun goes on
        raise StoreUnavailable("locked", f"found others at work, for {turn.most:.1f} seconds")

    def _within(self, begin: str, work: Callable[[Transaction], T], turn: Turn) -> T:
        if not turn.is_open:
            raise StoreUnavailable("locked", "found nobody who waits for this any more")
        with told_as_ours(), self._connected() as connection, connection.begin():
            self._wait(connection, begin, turn)
            if not turn.begin():
                raise StoreUnavailable("locked", "found nobody who waits for this any more")
            return work(
                Transaction(connection, self.dialect, keeps_credits=self._keeps_credits, key=self.fingerprint_key)
            )

    def _wait(self, connection: Connection, begin: str, turn: Turn) -> None:
        """Wait for others, but not too long."""
        if self.dialect == "sqlite":
            # A transaction that takes the write lock only when it first writes may find it gone, and no waiting
            # helps then. Said to the driver itself, for a listener would be asked before every statement.
            cursor = connection.connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={int(1000 * (turn.left if turn.is_limited else PATIENCE))}")
            cursor.execute(begin)
        elif turn.is_limited:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(1000 * turn.left))}")

    def _connected(self) -> Connection:
        try:
            return self._engine.connect()
        except OperationalError as error:
            why = failure_of(error.orig) or "down"
            said = f"found {self._engine.url}, which cannot be reached: {error.orig}"
            raise StoreUnavailable(why, said) from None


def _engine(url: URL, dialect: Dialect, *, foreign_keys: bool) -> Engine:
    options: dict[str, Any] = {
        "json_serializer": json_text,
        "json_deserializer": from_json,
        "pool_size": CONNECTIONS,
        "hide_parameters": True,  # an error, and a log of one, would repeat every value
        "execution_options": {"preserve_rowcount": True},  # how many rows an INSERT added is kept for us alone
    }
    if dialect == "postgresql":
        asked = {name: said for name, said in _TO_POSTGRESQL.items() if name not in url.query}
        engine = create_engine(url, pool_pre_ping=True, connect_args=asked, **options)
        event.listen(engine, "connect", accept_any_text)
        return engine
    engine = create_engine(url, **options)
    pragmas = (*_PRAGMAS, f"foreign_keys={'ON' if foreign_keys else 'OFF'}")

    def connected(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's signature
        connection.isolation_level = None  # sqlite3 would begin on its own, later and for reading only
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", connected)
    return engine
