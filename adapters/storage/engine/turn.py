"""How long a piece of work waits for its turn at the database, and that one which nobody waits for is not done.

A caller who has to answer says for how long it can wait in all (`waiting_at_most`); whoever says nothing waits as long
as the database lets them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

PATIENCE: Final = 30.0  # seconds: longer than any transaction of ours, not longer than an activity may take
_LEAST: Final = 0.5  # seconds that are left to work which follows on one that waited long


@dataclass(slots=True)
class _Purse:
    """The seconds that a caller can still spend on waiting."""

    left: float


_PURSE: Final[ContextVar[_Purse | None]] = ContextVar("store_patience", default=None)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Within the block all work at the store waits no longer than this, together; then it raises `StoreUnavailable`."""
    token = _PURSE.set(_Purse(seconds))
    try:
        yield
    finally:
        _PURSE.reset(token)


@dataclass(slots=True)
class Turn:
    """One piece of work before its transaction has begun. It begins or it is given up, never both."""

    most: float
    is_limited: bool
    _purse: _Purse | None = None
    _since: float = field(default_factory=monotonic)
    _spent: float = 0.0
    _decided: bool = False
    _lock: Lock = field(default_factory=Lock)

    @property
    def left(self) -> float:
        """The seconds that it may still wait."""
        return max(0.0, self._since + self.most - monotonic())

    def begin(self) -> bool:
        """Begin, unless it was given up."""
        return self._decide()

    def give_up(self) -> bool:
        """Give it up, unless it has begun."""
        return self._decide()

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return not self._decided

    def _decide(self) -> bool:
        with self._lock:
            first, self._decided = not self._decided, True
        if first:
            self.spend()
        return first

    def spend(self) -> None:
        """Take what was waited so far from what its caller can wait."""
        if self._purse is not None:
            waited = monotonic() - self._since
            self._purse.left -= waited - self._spent
            self._spent = waited


def next_turn() -> Turn:
    """A turn for who asks here and now."""
    purse = _PURSE.get()
    if purse is None:
        return Turn(PATIENCE, is_limited=False)
    return Turn(max(purse.left, _LEAST), is_limited=True, _purse=purse)
