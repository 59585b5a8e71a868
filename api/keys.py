"""API keys: who may come in. A key is shown once when it is made; the store keeps its hash alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the name of the key that was shown, and the session where a browser does the asking."""

    name: str
    session: str | None = None

    @property
    def principal(self) -> str:
        """How the journal names them: the key, or the session that was opened with it (F6)."""
        return f"session {self.name}" if self.session else f"key {self.name}"


class KeyRing(Protocol):
    """The keys that were made."""

    async def check(self, key: str) -> str | None:
        """The name of this key, None if it opens nothing."""


async def name_of(keys: KeyRing, key: str) -> str | None:
    """The name of a key as it was shown to us, None if it opens nothing."""
    return await keys.check(key) if 0 < len(key) <= _LONGEST and key.isascii() else None


def bearer(header: str | None) -> str | None:
    """The key in an Authorization header, None if there is none."""
    scheme, _, key = (header or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None
