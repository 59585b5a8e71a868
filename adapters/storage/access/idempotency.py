"""What became of each idempotency key: the response to what was done, kept a while and given again word for word.

A claim that has no answer yet carries a name of its own, under which the case is asked. It stays the same until the
request was done or refused: whoever asks again after a crash asks for the same thing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import replies
from dunning.errors import Conflict

PATIENCE: Final = timedelta(minutes=1)  # longer than a request takes
KEPT: Final = timedelta(days=30)
_OF: Final = replies.c.request == bindparam("of")
_KNOWN: Final = select(replies).where(_OF)
_KEEP: Final = (
    update(replies).where(_OF, replies.c.status.is_(None)).values(status=bindparam("code"), answer=bindparam("said"))
)
_TAKE_OVER: Final = (
    update(replies)
    .where(_OF, replies.c.body_hash == bindparam("hash"))
    .where(replies.c.status.is_(None), replies.c.at <= bindparam("latest"))
    .values(at=bindparam("now"), answer=func.coalesce(replies.c.answer, bindparam("under")))
)
_FREE: Final = update(replies).where(_OF, replies.c.status.is_(None)).values(at=bindparam("before"))
_DROP: Final = delete(replies).where(_OF, replies.c.at <= bindparam("until"))
_FORGET: Final = delete(replies).where(_OF, replies.c.status.is_(None))


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What was answered."""

    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The request is to be done now, under this name of its own."""

    under: str


class KeyReused(Conflict):
    """The same idempotency key came with another request."""


class StillInProgress(Conflict):
    """The first request of this key is under way."""


class IdempotencyKeys:
    """Keeps answers by method, path and key."""

    def __init__(self, database: Database, kept: timedelta = KEPT) -> None:
        """`database` is migrated; an answer is `kept` for so long."""
        self._database = database
        self._kept = kept

    async def claim(self, method: str, path: str, key: str, body_hash: str, at: datetime) -> StoredResponse | Begun:
        """The first answer; or the name under which the request is to be done now, its answer being awaited.

        Raises `KeyReused`, and `StillInProgress` while an earlier request is under way. One that a crash broke off may
        be made again after `PATIENCE`, under its name. What is too old is forgotten.
        """
        of, under = _request(method, path, key), secrets.token_hex(8)
        claimed = {"request": of, "body_hash": body_hash, "at": at, "answer": under}
        taken = {"of": of, "hash": body_hash, "now": at, "latest": at - PATIENCE, "under": under}

        def work(tx: Transaction) -> StoredResponse | Begun:
            tx.change(_DROP, {"of": of, "until": at - self._kept})
            if tx.add(replies, claimed):
                return Begun(under)
            row = tx.row(_KNOWN, of=of)
            assert row is not None  # noqa: S101 - it is in the way
            if row["body_hash"] != body_hash:
                raise KeyReused(f"idempotency key {key}: found another body; allowed the body it first came with")
            if row["status"] is not None:
                return StoredResponse(row["status"], row["answer"])
            if not tx.change(_TAKE_OVER, taken):
                what = "a request without an answer yet; allowed to try later"
                raise StillInProgress(f"idempotency key {key}: found {what}")
            return Begun(row["answer"] or under)

        return await self._database.write(work)

    async def keep(self, method: str, path: str, key: str, response: StoredResponse) -> None:
        """Keep the answer to a request that was claimed; the first one stays."""
        answered = {"of": _request(method, path, key), "code": response.status, "said": response.answer}
        await self._database.write(lambda tx: tx.change(_KEEP, answered))

    async def free(self, method: str, path: str, key: str, at: datetime) -> None:
        """Let a request be made again at once, under its name: it failed on our side, and may have been done."""
        freed = {"of": _request(method, path, key), "before": at - PATIENCE}
        await self._database.write(lambda tx: tx.change(_FREE, freed))

    async def forget(self, method: str, path: str, key: str) -> None:
        """Give up a claim whose request did nothing, refused or not understood; an answer stays."""
        await self._database.write(lambda tx: tx.change(_FORGET, {"of": _request(method, path, key)}))


def _request(method: str, path: str, key: str) -> str:
    return hashlib.sha256(f"{method}\n{path}\n{key}".encode()).hexdigest()
