"""What the sandboxes remember, so that a process that starts again still knows what it charged and handed over."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import aiosqlite

Shelf = Literal["charge", "lost", "service", "agency"]


@dataclass(frozen=True, slots=True)
class SandboxCall:
    """One thing that a sandbox did. `body` is its JSON, `due_at` the moment from which there is news of it.

    `subject` is whom or what it is about, by id: never a name or an address.
    """

    shelf: Shelf
    key: str
    subject: str
    body: str
    due_at: datetime | None = None


class SandboxBook(Protocol):
    """Entries by shelf and key, each written once."""

    async def keep(self, entry: SandboxCall) -> SandboxCall:
        """Write the entry unless its key is taken; answer with the one that stands."""

    async def find(self, shelf: Shelf, key: str) -> SandboxCall | None:
        """The entry of that key, if there is one."""

    async def about(self, shelf: Shelf, subject: str) -> list[SandboxCall]:
        """The entries about one subject, in the order in which they were written."""

    async def due(self, until: datetime) -> list[SandboxCall]:
        """The entries whose moment has come by `until` and whose news nobody heard, the oldest first."""

    async def heard(self, shelf: Shelf, key: str) -> None:
        """The news of this entry reached us."""


class RememberedBook:
    """Remembers as long as the process lives."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Shelf, str], SandboxCall] = {}
        self._heard: set[tuple[Shelf, str]] = set()

    async def keep(self, entry: SandboxCall) -> SandboxCall:
        """Write it once."""
        return self._entries.setdefault((entry.shelf, entry.key), entry)

    async def find(self, shelf: Shelf, key: str) -> SandboxCall | None:
        """The entry of that key."""
        return self._entries.get((shelf, key))

    async def about(self, shelf: Shelf, subject: str) -> list[SandboxCall]:
        """The entries about one subject."""
        return [entry for entry in self._entries.values() if (entry.shelf, entry.subject) == (shelf, subject)]

    async def due(self, until: datetime) -> list[SandboxCall]:
        """The entries whose moment has come."""
        unheard = (entry for place, entry in self._entries.items() if place not in self._heard)
        ripe = [(entry.due_at, entry.key, entry) for entry in unheard if entry.due_at and entry.due_at <= until]
        return [entry for _, _, entry in sorted(ripe, key=lambda row: row[:2])]

    async def heard(self, shelf: Shelf, key: str) -> None:
        """Not due any more."""
        self._heard.add((shelf, key))


_SETTINGS: Final = """
    create table if not exists entries (
        number integer primary key, shelf text not null, key text not null, subject text not null, body text not null,
        due_at text, heard integer not null default 0, unique (shelf, key)
    );
"""
_KEEP: Final = "insert or ignore into entries (shelf, key, subject, body, due_at) values (?, ?, ?, ?, ?)"
_FIND: Final = "select shelf, key, subject, body, due_at from entries where shelf = ? and key = ?"
_ABOUT: Final = "select shelf, key, subject, body, due_at from entries where shelf = ? and subject = ? order by number"
_DUE: Final = (
    "select shelf, key, subject, body, due_at from entries where due_at <= ? and heard = 0 order by due_at, key"
)
_HEARD: Final = "update entries set heard = 1 where shelf = ? and key = ?"
_PATIENCE: Final = 20.0  # seconds to wait while another process writes


class FileBook:
    """Remembers in a SQLite file, which several processes may share.

    It keeps SQLite's usual journal: processes that switch a new file to another one at the same moment do not wait for
    each other.
    """

    def __init__(self, path: Path) -> None:
        """The file is made at the first use; its folder must be there."""
        self._path = path

    async def keep(self, entry: SandboxCall) -> SandboxCall:
        """Write it once; of two processes at the same moment the first one wins."""
        async with self._open() as database:
            row = (entry.shelf, entry.key, entry.subject, entry.body, _written(entry.due_at))
            await database.execute(_KEEP, row)
            await database.commit()
            rows = await database.execute_fetchall(_FIND, (entry.shelf, entry.key))
        return _entries(rows)[0]

    async def find(self, shelf: Shelf, key: str) -> SandboxCall | None:
        """The entry of that key."""
        async with self._open() as database:
            found = _entries(await database.execute_fetchall(_FIND, (shelf, key)))
        return found[0] if found else None

    async def about(self, shelf: Shelf, subject: str) -> list[SandboxCall]:
        """The entries about one subject."""
        async with self._open() as database:
            return _entries(await database.execute_fetchall(_ABOUT, (shelf, subject)))

    async def due(self, until: datetime) -> list[SandboxCall]:
        """The entries whose moment has come."""
        async with self._open() as database:
            return _entries(await database.execute_fetchall(_DUE, (_written(until),)))

    async def heard(self, shelf: Shelf, key: str) -> None:
        """Not due any more."""
        async with self._open() as database:
            await database.execute(_HEARD, (shelf, key))
            await database.commit()

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[aiosqlite.Connection]:
        async with aiosqlite.connect(self._path, timeout=_PATIENCE) as database:
            await database.executescript(_SETTINGS)
            yield database


def _written(moment: datetime | None) -> str | None:
    """A moment as text that sorts as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def _entries(rows: Iterable[Any]) -> list[SandboxCall]:
    return [
        SandboxCall(shelf, key, subject, body, datetime.fromisoformat(due_at) if due_at else None)
        for shelf, key, subject, body, due_at in rows
    ]
