"""Idempotency keys as Stripe keeps them: for a day, with the answer to the first request that began its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.stripe.fake.faults import key_in_use, other_body

LIFETIME: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it left: status and body."""

    status: int
    body: bytes
    request_id: str


@dataclass
class _Kept:
    request: str
    at: datetime
    answer: KeptAnswer | None = None


class Keys:
    """Remembers what each key stands for."""

    def __init__(self) -> None:
        """No key was used yet."""
        self._kept: dict[str, _Kept] = {}

    def begin(self, key: str, request: str, at: datetime) -> KeptAnswer | None:
        """The answer to the same request before, or None: this one is the first.

        Raises `Fault` for another request under this key, and while the first one is still under way.
        """
        kept = self._kept.get(key)
        if kept is None or at >= kept.at + LIFETIME:
            self._kept[key] = _Kept(request, at)
            return None
        if kept.answer is None:
            raise key_in_use(key)
        if kept.request != request:
            raise other_body(key)
        return kept.answer

    def end(self, key: str, answer: KeptAnswer | None) -> None:
        """Keep the answer; None forgets the key, since nothing had begun."""
        if answer is None:
            del self._kept[key]
        else:
            self._kept[key].answer = answer
