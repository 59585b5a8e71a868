"""One transaction: a few verbs over SQLAlchemy, and what the two databases say differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Connection, Delete, Executable, Insert, Row, RowMapping, Select, Table, Update
from sqlalchemy.dialects import postgresql, sqlite

Dialect = Literal["sqlite", "postgresql"]
Values = Mapping[str, Any]
_CHANGED: Final = "updated_at"  # which a change that is no statement of its own does not set by itself


class Transaction:
    """What is done here is done together or not at all."""

    __slots__ = ("connection", "dialect", "fingerprint_key", "keeps_credits")

    def __init__(
        self, connection: Connection, dialect: Dialect, *, keeps_credits: bool = False, key: bytes = b""
    ) -> None:
        """`connection` is in a transaction already; `keeps_credits` is the creditor's setting (P8), `key` the store's
        own for fingerprints of addresses (O3).
        """
        self.fingerprint_key = key
        self.connection = connection
        self.keeps_credits = keeps_credits
        self.dialect = dialect

    @property
    def locks_rows(self) -> bool:
        """Whether others write at the same time; on SQLite one does, so there is nothing to lock."""
        return self.dialect == "postgresql"

    def part(self) -> AbstractContextManager[object]:
        """A part of the transaction that is undone by itself where it raises."""
        return self.connection.begin_nested()

    def row(self, query: Executable, **values: Any) -> RowMapping | None:
        """The first row, by column or by name."""
        found: Row[Any] | None = self.connection.execute(query, values).first()
        return None if found is None else found._mapping  # noqa: SLF001 - SQLAlchemy's public name for it

    def rows(self, query: Executable, **values: Any) -> Sequence[RowMapping]:
        """Every row."""
        return self.connection.execute(query, values).mappings().all()

    def value(self, query: Executable, **values: Any) -> Any:
        """The first column of the first row, None if there is no row."""
        return self.connection.execute(query, values).scalar()

    def change(self, change: Update | Delete | Insert, *values: Values) -> int:
        """Change rows; how many were."""
        of = values[0] if len(values) == 1 else list(values) or None
        return self.connection.execute(change, of).rowcount

    def add(self, table: Table, *rows: Values) -> int:
        """Add rows, but for those that are there already; how many were added, where it was one."""
        return self.change(_add(self.dialect, table), *rows) if rows else 0

    def put(self, table: Table, columns: tuple[str, ...], *rows: Values) -> int:
        """Add rows; of those that are there already change these columns."""
        return self.change(_put(self.dialect, table, columns), *rows) if rows else 0

    def lock(self, query: Select[Any], *, of: Table, **values: Any) -> Sequence[RowMapping]:
        """Rows, those of the table `of` locked until this transaction ends."""
        return self.rows(query.with_for_update(key_share=True, of=of) if self.locks_rows else query, **values)


# Making a statement costs more than running it, so each is made once.
@cache
def _add(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _put(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    added = _insert(dialect, table)
    changed = {name: added.excluded[name] for name in (*columns, *(() if _CHANGED not in table.c else (_CHANGED,)))}
    return added.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


def _insert(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
