"""The first answer to each idempotency key: kept, and given again word for word."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, bindparam, delete, select, update

from adapters.storage.database import Database
from adapters.storage.tables import replies
from adapters.storage.transaction import Transaction
from dunning.errors import Conflict

PATIENCE: Final = timedelta(minutes=1)  # longer than a request takes
_OF: Final = replies.c.request == bindparam("of")
_KNOWN: Final = select(replies).where(_OF)
_KEEP: Final = (
    update(replies).where(_OF, replies.c.status.is_(None)).values(status=bindparam("code"), answer=bindparam("said"))
)
_TAKE_OVER: Final = (
    update(replies)
    .where(_OF, replies.c.body_hash == bindparam("hash"))
    .where(replies.c.status.is_(None), replies.c.at <= bindparam("latest"))
    .values(at=bindparam("now"))
)
_FORGET: Final = delete(replies).where(_OF, replies.c.status.is_(None))


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    status: int
    answer: str


class OtherBody(Conflict):
    """The same idempotency key came with another request."""


class Unanswered(Conflict):
    """The first request of this key is under way."""


class ReplyBook:
    """Keeps answers by method, path and key."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def claim(self, method: str, path: str, key: str, body_hash: str, at: datetime) -> Reply | None:
        """The first answer, or None: the request is new and its answer is now awaited.

        Raises `OtherBody`, and `Unanswered` where an earlier request is under way. One that a crash broke off may be
        made again after `PATIENCE`.
        """
        of = _request(method, path, key)
        claimed = {"request": of, "body_hash": body_hash, "at": at}

        def work(tx: Transaction) -> RowMapping | None:
            if tx.add(replies, claimed):
                return None
            row = tx.row(_KNOWN, of=of)
            tx.change(_TAKE_OVER, {"of": of, "hash": body_hash, "now": at, "latest": at - PATIENCE})
            return row

        row = await self._database.write(work)
        if row is None:
            return None
        if row["body_hash"] != body_hash:
            raise OtherBody(f"idempotency key {key}: found another body; allowed the body it first came with")
        if row["status"] is None and at < row["at"] + PATIENCE:
            raise Unanswered(f"idempotency key {key}: found a request without an answer yet; allowed to try later")
        return None if row["status"] is None else Reply(row["status"], row["answer"])

    async def keep(self, method: str, path: str, key: str, reply: Reply) -> None:
        """Keep the answer to a request that was claimed; the first one stays."""
        answered = {"of": _request(method, path, key), "code": reply.status, "said": reply.answer}
        await self._database.write(lambda tx: tx.change(_KEEP, answered))

    async def forget(self, method: str, path: str, key: str) -> None:
        """Give up a claim whose request failed before it did anything; an answer stays."""
        await self._database.write(lambda tx: tx.change(_FORGET, {"of": _request(method, path, key)}))


def _request(method: str, path: str, key: str) -> str:
    return hashlib.sha256(f"{method}\n{path}\n{key}".encode()).hexdigest()
