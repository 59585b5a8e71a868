"""One database, by its address: SQLite in a file, or PostgreSQL; and the two ways in, to write and to read.

Each piece of work is one transaction, whole or not at all, in a thread of its own: a hop for each transaction costs a
tenth of what a hop for each statement does. SQLite takes one writer at a time, so there one thread writes, in order;
other processes wait for it up to `PATIENCE`. On PostgreSQL writers lock the rows that they change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from pydantic_core import from_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from adapters.storage.engine.any_text import accept_any_text, json_text
from adapters.storage.engine.transaction import Dialect, Transaction
from dunning.errors import DunningError

T = TypeVar("T")

PATIENCE: Final = 30_000  # milliseconds: longer than any transaction of ours, not longer than an activity may take
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
    f"busy_timeout={PATIENCE}",
)


class StorageError(DunningError):
    """A database that cannot be used as it is: its address, its schema, or that nobody answers there."""


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
        """Do work that may change things: kept when it returns, undone when it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._within, "BEGIN IMMEDIATE", work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Do work that only looks, at one moment of the database; on SQLite it waits for nobody."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._within, "BEGIN", work)

    async def close(self) -> None:
        """Finish what was begun and let go of every connection."""
        await asyncio.to_thread(self._writers.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        self._engine.dispose()

    def _within(self, begin: str, work: Callable[[Transaction], T]) -> T:
        with self._connected() as connection, connection.begin():
            if self.dialect == "sqlite":
                # A transaction that takes the write lock only when it first writes may find it gone, and no waiting
                # helps then. Said to the driver itself, for a listener would be asked before every statement.
                connection.connection.cursor().execute(begin)
            return work(
                Transaction(connection, self.dialect, keeps_credits=self._keeps_credits, key=self.fingerprint_key)
            )

    def _connected(self) -> Connection:
        try:
            return self._engine.connect()
        except OperationalError as error:
            raise StorageError(f"database: found {self._engine.url}, which cannot be reached: {error.orig}") from None


def _engine(url: URL, dialect: Dialect, *, foreign_keys: bool) -> Engine:
    options: dict[str, Any] = {
        "json_serializer": json_text,
        "json_deserializer": from_json,
        "pool_size": CONNECTIONS,
        "hide_parameters": True,  # an error, and a log of one, would repeat every value
        "execution_options": {"preserve_rowcount": True},  # how many rows an INSERT added is kept for us alone
    }
    if dialect == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, **options)
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
