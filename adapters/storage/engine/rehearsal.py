"""A database on which everything is tried and nothing is kept: what would be refused is refused, all else is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction

T = TypeVar("T")


class _Undone(Exception):
    """What the work came to."""

    def __init__(self, result: Any) -> None:
        self.result = result


class Rehearsal(Database):
    """The same database, with the same connections. One piece of work does not see what another one tried."""

    def __init__(self, of: Database) -> None:  # the connections are those of the other one, so none are made here
        """`of` stays open, and is closed by whoever opened it."""
        vars(self).update(vars(of))

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work, and undo it when it returns."""

        def and_undo(tx: Transaction) -> None:
            raise _Undone(work(tx))

        try:
            await super().write(and_undo)
        except _Undone as undone:
            result: T = undone.result
            return result
        raise AssertionError("the work is undone by an exception of its own")
