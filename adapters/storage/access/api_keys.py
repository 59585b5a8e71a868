"""Keys of the API: what each may do and how long; the secret is shown once when it is made and kept as its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.failures import StoreUnavailable
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.views import row_as
from adapters.storage.tables import api_key_secrets, api_keys
from dunning.errors import Conflict, NotFound
from dunning.roles import Role

PREFIX: Final = "dun_"  # so that a key that leaks is recognised for what it is
FOR_MACHINES: Final[tuple[Role, ...]] = ("billing",)
SEEN_EVERY: Final = timedelta(minutes=5)  # how exact the last use is: not each request is a write
_BYTES: Final = 32
_KEY: Final = api_keys.c
_SECRET: Final = api_key_secrets.c
_OPENS: Final = (
    select(_KEY.name, _KEY.roles, _SECRET.used_at)
    .join(api_key_secrets, _SECRET.name == _KEY.name)
    .where(_SECRET.sha256 == bindparam("of"), _KEY.revoked_at.is_(None))
    .where(or_(_KEY.ends_at.is_(None), _KEY.ends_at > bindparam("now")))
    .where(or_(_SECRET.ends_at.is_(None), _SECRET.ends_at > bindparam("now")))
)
_USED: Final = update(api_key_secrets).where(_SECRET.sha256 == bindparam("of")).values(used_at=bindparam("now"))
_STANDS: Final = (
    select(_KEY.name)
    .where(_KEY.name == bindparam("named"), _KEY.revoked_at.is_(None))
    .where(or_(_KEY.ends_at.is_(None), _KEY.ends_at > bindparam("now")))
)
_GIVES_WAY: Final = (
    update(api_key_secrets)
    .where(_SECRET.name == bindparam("named"), or_(_SECRET.ends_at.is_(None), _SECRET.ends_at > bindparam("until")))
    .values(ends_at=bindparam("until"))
)
_REVOKE: Final = (
    update(api_keys)
    .where(_KEY.name == bindparam("named"))
    .values(revoked_at=func.coalesce(_KEY.revoked_at, bindparam("now")))
)
_LISTED: Final = (
    select(
        *(_KEY[name] for name in ("name", "roles", "created_at", "ends_at", "revoked_at")),
        func.max(_SECRET.created_at).label("renewed_at"),
        func.max(_SECRET.used_at).label("used_at"),
    )
    .join(api_key_secrets, _SECRET.name == _KEY.name)
    .group_by(_KEY.name)
    .order_by(_KEY.name)
)


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that opens: its name, and what its roles are."""

    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key as it can be listed. `used_at` is exact to `SEEN_EVERY`, `renewed_at` when its newest secret was made."""

    name: str
    roles: tuple[Role, ...]
    created_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None
    renewed_at: datetime
    used_at: datetime | None

    def opens(self, at: datetime) -> bool:
        """Whether it lets anybody in at that moment."""
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > at)


class ApiKeyring:
    """Makes, checks, renews and revokes keys; a name is used once."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def create(
        self, name: str, at: datetime, roles: tuple[Role, ...] = FOR_MACHINES, *, ends_at: datetime | None = None
    ) -> str:
        """A new key, in the clear for the only time; it opens until `ends_at`. Raises `Conflict`: the name is taken."""
        key = _new()
        row = {"name": name, "roles": list(roles), "created_at": at, "ends_at": ends_at}

        def work(tx: Transaction) -> bool:
            return bool(tx.add(api_keys, row)) and bool(tx.add(api_key_secrets, _secret(key, name, at)))

        if not await self._database.write(work):
            raise Conflict(f"API key: found the name {name} taken; allowed a name that was never used")
        return key

    async def check(self, key: str, at: datetime) -> OpenKey | None:
        """The key that this is, None if it is none of ours, is over, or was revoked. That it was used is noted."""
        of = _sha256(key)
        row = await self._database.read(lambda tx: tx.row(_OPENS, of=of, now=at))
        if row is None:
            return None
        if row["used_at"] is None or row["used_at"] <= at - SEEN_EVERY:
            with suppress(StoreUnavailable):  # who may come in does so also while nothing can be written
                await self._database.write(lambda tx: tx.change(_USED, {"of": of, "now": at}))
        return OpenKey(row["name"], tuple(row["roles"]))

    async def rotate(self, name: str, at: datetime, overlap: timedelta) -> str:
        """A new secret for the key of this name, in the clear for the only time; those before open for `overlap` more.

        Raises `NotFound` where no key of that name opens.
        """
        key = _new()

        def work(tx: Transaction) -> bool:
            if tx.row(_STANDS, named=name, now=at) is None:
                return False
            tx.change(_GIVES_WAY, {"named": name, "until": at + overlap})
            return bool(tx.add(api_key_secrets, _secret(key, name, at)))

        if not await self._database.write(work):
            raise NotFound(f"API key: found none of the name {name} that opens")
        return key

    async def revoke(self, name: str, at: datetime) -> None:
        """Let the key of this name open nothing any more. Raises `NotFound`."""
        if not await self._database.write(lambda tx: tx.change(_REVOKE, {"named": name, "now": at})):
            raise NotFound(f"API key: found none of the name {name}")

    async def list(self) -> tuple[ApiKeyView, ...]:
        """Every key, by name."""
        rows = await self._database.read(lambda tx: tx.rows(_LISTED))
        return tuple(row_as(ApiKeyView, row) for row in rows)


def _new() -> str:
    return PREFIX + secrets.token_urlsafe(_BYTES)


def _secret(key: str, name: str, at: datetime) -> dict[str, Any]:
    return {"sha256": _sha256(key), "name": name, "created_at": at}


def _sha256(key: str) -> str:
    """A key is 256 random bits, so it needs neither salt nor a slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()
