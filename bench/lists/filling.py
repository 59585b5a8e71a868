"""Rows straight into the tables, as fast as each database takes them; what a row does not say, the table does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from sqlalchemy import Column, ColumnDefault, Connection, Table, create_engine, text

from adapters.storage.engine.any_text import json_text
from adapters.storage.engine.database import database_url

Row = Mapping[str, Any]
_AT_ANY_RISK: Final = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000")  # a file that fails is made anew


class Filling:
    """Writes to one database."""

    def __init__(self, url: str) -> None:
        """`url` is of a migrated database."""
        self._engine = create_engine(database_url(url), json_serializer=json_text)
        self._is_sqlite = self._engine.dialect.name == "sqlite"

    def fill(self, *tables: tuple[Table, Iterable[Row]]) -> None:
        """The rows of each table, in this order, all rows of one saying the same; then the database learns of them."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for pragma in _AT_ANY_RISK if self._is_sqlite else ():
                connection.execute(text(f"PRAGMA {pragma}"))
            connection.execute(text("BEGIN"))
            for table, rows in tables:
                self._put(connection, table, iter(rows))
            connection.execute(text("COMMIT"))
            connection.execute(text("ANALYZE" if self._is_sqlite else "VACUUM (ANALYZE)"))
            if self._is_sqlite:
                connection.execute(text("PRAGMA journal_mode=WAL"))
        self._engine.dispose()

    def _put(self, connection: Connection, table: Table, rows: Iterator[Row]) -> None:
        first = next(rows, None)
        if first is None:
            return
        said = [column for column in table.columns if column.name in first]
        usual = {one.name: _usual(one, connection) for one in table.columns if one.name not in first and one.default}
        names, same = [*(column.name for column in said), *usual], tuple(usual.values())
        writing = [(column.name, _writing(column, connection)) for column in said]
        values = ((*[write(row[name]) for name, write in writing], *same) for row in chain((first,), rows))
        put = self._into_sqlite if self._is_sqlite else self._into_postgresql
        put(connection.connection.driver_connection, table.name, names, values)

    @staticmethod
    def _into_sqlite(driver: Any, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
        quoted = ", ".join(f'"{name}"' for name in names)
        places = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places})", rows)  # noqa: S608 - our own names

    @staticmethod
    def _into_postgresql(driver: Any, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
        quoted = ", ".join(f'"{name}"' for name in names)
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _writing(column: Column[Any], connection: Connection) -> Callable[[Any], Any]:
    """How a value of this column is written for the driver."""
    kind = column.type.dialect_impl(connection.dialect)
    return kind.bind_processor(connection.dialect) or (lambda value: value)


def _usual(column: Column[Any], connection: Connection) -> Any:
    """What stands in the column where nothing is said."""
    assert isinstance(column.default, ColumnDefault)  # noqa: S101 - ours have no other
    usual = column.default.arg
    return _writing(column, connection)(usual(None) if callable(usual) else usual)
