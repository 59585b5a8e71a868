"""A database that does not do its work: what it says about that, as the few things that matter to who asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import psycopg
from sqlalchemy.exc import DBAPIError

from dunning.errors import DunningError

# What keeps the store from working: nobody answers, no place is left, others hold it, or it may only be read.
Failure = Literal["down", "full", "locked", "read-only"]

_SQLITE: Final[dict[int, Failure]] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_IOERR: "down",
    sqlite3.SQLITE_CANTOPEN: "down",
    sqlite3.SQLITE_CORRUPT: "down",
    sqlite3.SQLITE_NOTADB: "down",
    sqlite3.SQLITE_PROTOCOL: "down",
}
_POSTGRESQL: Final[dict[str, Failure]] = {  # by the longest beginning of the SQLSTATE
    "08": "down",  # the connection
    "25006": "read-only",
    "40001": "locked",
    "40P01": "locked",  # a deadlock
    "53": "down",  # no memory, too many connections
    "53100": "full",
    "55P03": "locked",
    "57P": "down",  # it is being stopped, or started
    "58": "down",  # the disk
}
_LOWEST_BYTE: Final = 0xFF  # of SQLite's codes; the others say more exactly what happened


class StorageError(DunningError):
    """A database that cannot be used as it is: its address, its schema, or that nobody answers there."""


class StoreUnavailable(StorageError):
    """The store cannot do its work now. What was to be done was not done, unless it failed at its very end."""

    def __init__(self, why: Failure, said: str) -> None:
        """`said` names the database and what it says; it carries no password."""
        self.why = why
        super().__init__(f"database: {said}")


@contextmanager
def told_as_ours() -> Iterator[None]:
    """Raise `StoreUnavailable` for what a driver raises where a database does not work; faults of ours stay."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        driver = error.orig if isinstance(error, DBAPIError) else error
        why = failure_of(driver)
        if why is None:
            raise
        raise StoreUnavailable(why, f"found it {why}: {' '.join(str(driver).split())[:200]}") from error


def failure_of(error: BaseException | None) -> Failure | None:
    """What an error of a driver says of the database; None where it speaks of the statement."""
    match error:
        case sqlite3.Error():
            return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _LOWEST_BYTE)
        case psycopg.OperationalError(sqlstate=None):
            return "down"
        case psycopg.Error(sqlstate=str(state)):
            known = [start for start in _POSTGRESQL if state.startswith(start)]
            return _POSTGRESQL[max(known, key=len)] if known else None
        case _:
            return None
