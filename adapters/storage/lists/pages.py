"""Lists a page at a time: the next one begins after the last row of this one, whatever was added meanwhile.

A list turns over on keys that never change, so that no row moves from one page to another; one that cannot says so.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Date, Integer, RowMapping, Select, Table, literal, or_, tuple_

from adapters.storage.engine.columns import UtcDateTime
from adapters.storage.engine.transaction import Transaction
from dunning.errors import DunningError

PAGE: Final = 50

T = TypeVar("T")
Shown = TypeVar("Shown")


class BadCursor(DunningError):
    """A cursor that no page of this list ended in."""

    def __init__(self, cursor: str) -> None:
        """`cursor` as it was given."""
        super().__init__(f"cursor: found {cursor!r}; allowed what the page before gave as its next")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list in order; `next` is the cursor of the page that follows, None at the end."""

    rows: tuple[T, ...]
    next: str | None

    def shown(self, shown: Callable[[T], Shown]) -> Page[Shown]:
        """The same page with each row as `shown` makes it."""
        return Page(tuple(shown(row) for row in self.rows), self.next)


@dataclass(frozen=True, slots=True)
class Order:
    """Columns that together name one row, and the direction in which they are read."""

    keys: tuple[ColumnElement[Any], ...]
    newest_first: bool = False

    def after(self, query: Select[Any], cursor: str | None) -> Select[Any]:
        """The query in this order, from behind the cursor. Raises `BadCursor`."""
        ordered = query.order_by(*(key.desc() if self.newest_first else key for key in self.keys))
        if cursor is None:
            return ordered
        here, there = tuple_(*self.keys), tuple_(*self._values(cursor))
        return ordered.where(here < there if self.newest_first else here > there)

    def cursor(self, row: RowMapping) -> str:
        """Where this row stands."""
        return urlsafe_b64encode(to_json([row[key] for key in self.keys])).decode().rstrip("=")

    def _values(self, cursor: str) -> list[ColumnElement[Any]]:
        try:
            raw = from_json(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            return [literal(_read(key, one), key.type) for key, one in zip(self.keys, raw, strict=True)]
        except (ValueError, TypeError):
            raise BadCursor(cursor) from None


def updated_since(query: Select[Any], since: datetime | None, *tables: Table) -> Select[Any]:
    """The rows of which something was written at that moment or later, in any of these tables."""
    return query if since is None else query.where(or_(*(table.c.updated_at >= since for table in tables)))


def read_page(tx: Transaction, query: Select[Any], order: Order, cursor: str | None, limit: int) -> Page[RowMapping]:
    """At most `limit` rows of the query. Raises `BadCursor`."""
    rows: Sequence[RowMapping] = tx.rows(order.after(query, cursor).limit(limit + 1))
    more = len(rows) > limit
    kept = rows[:limit]
    return Page(tuple(kept), order.cursor(kept[-1]) if more else None)


def _read(key: ColumnElement[Any], value: Any) -> Any:
    if isinstance(key.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(key.type, Date):
        return date.fromisoformat(value)
    kind = int if isinstance(key.type, Integer) else str
    if type(value) is not kind:
        raise TypeError
    return value
