"""API keys: who may come in. A key is shown once when it is made; the store keeps its hash alone."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from adapters.storage.access.api_keys import OpenKey
from api.callers import Caller

_LONGEST: Final = 200


class KeyRing(Protocol):
    """The keys that were made."""

    async def check(self, key: str, at: datetime) -> OpenKey | None:
        """The key that this is, None if it opens nothing."""


async def caller_with(keys: KeyRing, key: str, at: datetime) -> Caller | None:
    """Who has a key, as it was shown to us; None if it opens nothing."""
    found = await keys.check(key, at) if 0 < len(key) <= _LONGEST and key.isascii() else None
    return Caller(found.name, found.roles) if found else None


def bearer(header: str | None) -> str | None:
    """The key in an Authorization header, None if there is none."""
    scheme, _, key = (header or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None
