"""Keys of the API: shown once when they are made, kept as their SHA-256, and good until they are revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update

from adapters.storage.engine.database import Database
from adapters.storage.lists.views import row_as
from adapters.storage.tables import api_keys
from dunning.errors import Conflict, NotFound

PREFIX: Final = "dun_"  # so that a key that leaks is recognised for what it is
_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key as it can be listed."""

    name: str
    created_at: datetime
    revoked_at: datetime | None


class ApiKeyring:
    """Makes, checks and revokes keys; a name is used once."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def create(self, name: str, at: datetime) -> str:
        """A new key, in the clear for the only time. Raises `Conflict` where the name is taken."""
        key = PREFIX + secrets.token_urlsafe(_BYTES)
        row = {"sha256": _sha256(key), "name": name, "created_at": at}
        if not await self._database.write(lambda tx: tx.add(api_keys, row)):
            raise Conflict(f"API key: found the name {name} taken; allowed a name that was never used")
        return key

    async def check(self, key: str) -> str | None:
        """The name of this key, None if it is none of ours or was revoked."""
        good = select(api_keys.c.name).where(api_keys.c.sha256 == _sha256(key), api_keys.c.revoked_at.is_(None))
        name: str | None = await self._database.read(lambda tx: tx.value(good))
        return name

    async def revoke(self, name: str, at: datetime) -> None:
        """Let the key of this name open nothing any more. Raises `NotFound`."""
        from_now_on = func.coalesce(api_keys.c.revoked_at, at)
        revoked = update(api_keys).where(api_keys.c.name == name).values(revoked_at=from_now_on)
        if not await self._database.write(lambda tx: tx.change(revoked)):
            raise NotFound(f"API key: found none of the name {name}")

    async def list(self) -> tuple[ApiKeyView, ...]:
        """Every key, by name."""
        rows = await self._database.read(lambda tx: tx.rows(select(api_keys).order_by(api_keys.c.name)))
        return tuple(row_as(ApiKeyView, row) for row in rows)


def _sha256(key: str) -> str:
    """A key is 256 random bits, so it needs neither salt nor a slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()
