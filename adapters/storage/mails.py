"""E-mail that came back: kept as it came before anybody is told that we have it, read afterwards, each once.

The same mail twice is one, by whatever way it came. What was kept and not read, because its process died, is read by
the next one; a mail that cannot be read is tried again, more and more seldom, and keeps nobody back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select, update

from adapters.incoming.addresses import Signatures
from adapters.incoming.mail import ArrivedMail, Number
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import mails, notices, polled_mails

PATIENCE: Final = timedelta(minutes=1)  # longer than reading a mail takes: then another process may
_LONGEST: Final = 6  # doublings of it between two tries
_ID_LENGTH: Final = 32
_AT_ONCE: Final = 1_000  # numbers in one question
_MAILS: Final = mails.c
_KNOWN_MESSAGE: Final = select(notices.c.address).where(notices.c.token == bindparam("token")).limit(1)
_WAITING: Final = (
    select(mails)
    .where(_MAILS.done_at.is_(None), or_(_MAILS.begun_at.is_(None), _MAILS.begun_at <= bindparam("since")))
    .order_by(_MAILS.tries, _MAILS.at, _MAILS.id)
    .limit(bindparam("most"))
)
_BEGIN: Final = (
    update(mails)
    .where(
        _MAILS.id == bindparam("mail"),
        _MAILS.done_at.is_(None),
        or_(_MAILS.begun_at.is_(None), _MAILS.begun_at == bindparam("before")),
    )
    .values(begun_at=bindparam("now"), tries=_MAILS.tries + 1)
)
_DONE: Final = (
    update(mails)
    .where(_MAILS.id == bindparam("mail"))
    .values(done_at=func.coalesce(_MAILS.done_at, bindparam("now")), meaning=bindparam("said"))
)
_UNREAD: Final = select(func.count().label("count"), func.min(_MAILS.at).label("oldest")).where(
    _MAILS.done_at.is_(None), _MAILS.tries > 1
)
_CALLED: Final = select(notices.c.message_id).where(notices.c.token == bindparam("token"))
_ABOUT: Final = (
    select(_MAILS.id, _MAILS.at, _MAILS.meaning)
    .where(_MAILS.token.in_(bindparam("names", expanding=True)))
    .order_by(_MAILS.at, _MAILS.id)
)
_AS_IT_CAME: Final = select(_MAILS.id, _MAILS.at, _MAILS.meaning, _MAILS.content).where(
    _MAILS.token.in_(bindparam("names", expanding=True)), _MAILS.id == bindparam("mail")
)
_COUNT: Final = select(func.count()).where(_MAILS.token == bindparam("token"), _MAILS.at > bindparam("since"))
_LOOKED_AT: Final = select(polled_mails.c.uid, polled_mails.c.why, polled_mails.c.marked).where(
    polled_mails.c.mailbox == bindparam("box"),
    polled_mails.c.validity == bindparam("of"),
    polled_mails.c.uid.in_(bindparam("uids", expanding=True)),
)
_MARKED: Final = (
    update(polled_mails)
    .where(
        polled_mails.c.mailbox == bindparam("box"),
        polled_mails.c.validity == bindparam("of"),
        polled_mails.c.uid == bindparam("which"),
    )
    .values(marked=True)
)
_LEFT: Final = (
    select(polled_mails)
    .where(polled_mails.c.mailbox == bindparam("box"), polled_mails.c.why.is_not(None))
    .order_by(polled_mails.c.at.desc(), polled_mails.c.uid.desc())
)


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail to read. `at` is the installation's moment at which it was kept."""

    id: str
    token: str
    purpose: str
    from_nobody: bool
    content: bytes = field(repr=False)
    at: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A mail that came back of a message, and what it said in a word; None while it is not read."""

    id: str
    at: datetime
    meaning: str | None


class Mails:
    """Keeps them, and gives them out to be read."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def is_about_ours(self, token: str) -> bool:
        """Whether a message has this name."""
        return await self._database.read(lambda tx: tx.row(_KNOWN_MESSAGE, token=token)) is not None

    async def went_to(self, token: str) -> str | None:
        """The address that the message of this name went to; None where there is no such message."""
        row = await self._database.read(lambda tx: tx.row(_KNOWN_MESSAGE, token=token))
        return None if row is None else row["address"] or ""

    async def how_many(self, token: str, since: datetime) -> int:
        """How much mail about this message was kept since then."""
        return int(await self._database.read(lambda tx: tx.value(_COUNT, token=token, since=since)))

    async def about(self, parcel: str) -> tuple[ReturnedMail, ...]:
        """What came back of a message of ours, by its `parcel_id`, and is still kept; the oldest first."""
        rows = await self._database.read(lambda tx: tx.rows(_ABOUT, names=_names(tx, parcel)))
        return tuple(ReturnedMail(row["id"], row["at"], row["meaning"]) for row in rows)

    async def as_it_came(self, parcel: str, mail_id: str) -> tuple[ReturnedMail, bytes] | None:
        """A mail that came back of that message, byte by byte; None where there is none of this id."""
        row = await self._database.read(lambda tx: tx.row(_AS_IT_CAME, names=_names(tx, parcel), mail=mail_id))
        return None if row is None else (ReturnedMail(row["id"], row["at"], row["meaning"]), bytes(row["content"]))

    async def keep(self, arrived: Collection[ArrivedMail], at: datetime) -> None:
        """Keep mail for good; what is known stays as it is."""
        rows = [_row(one, at) for one in arrived]
        await self._database.write(lambda tx: tx.add(mails, *rows))

    async def take(self, arrived: Collection[ArrivedMail], number: Number, at: datetime) -> None:
        """Keep mail of a mailbox, with the note that it was taken."""
        rows = [_row(one, at) for one in arrived]

        def work(tx: Transaction) -> None:
            tx.add(mails, *rows)
            tx.add(polled_mails, _polled(number, None, at))

        await self._database.write(work)

    async def leave(self, number: Number, why: str, at: datetime) -> None:
        """Note why a message stays in its mailbox."""
        await self._database.write(lambda tx: tx.add(polled_mails, _polled(number, why, at)))

    async def looked_at(self, mailbox: str, validity: int, uids: Sequence[int]) -> dict[int, bool]:
        """Which of these messages of a mailbox were looked at before; whether all is done, marking included."""
        some = [list(uids[at : at + _AT_ONCE]) for at in range(0, len(uids), _AT_ONCE)]
        rows = await self._database.read(
            lambda tx: [row for few in some for row in tx.rows(_LOOKED_AT, box=mailbox, of=validity, uids=few)]
        )
        return {row["uid"]: row["marked"] or row["why"] is not None for row in rows}

    async def marked(self, number: Number) -> None:
        """A message that was taken is marked as such in its mailbox."""
        mailbox, validity, uid = number
        await self._database.write(lambda tx: tx.change(_MARKED, {"box": mailbox, "of": validity, "which": uid}))

    async def left_in(self, mailbox: str) -> dict[int, str]:
        """The messages that were left in a mailbox, by their numbers, the newest first, and why."""
        rows = await self._database.read(lambda tx: tx.rows(_LEFT, box=mailbox))
        return {row["uid"]: row["why"] for row in rows}

    async def unread(self) -> tuple[int, datetime | None]:
        """How many mails could not be read so far, though it was tried, and since when the oldest waits."""
        row = await self._database.read(lambda tx: tx.row(_UNREAD))
        return (int(row["count"]), row["oldest"]) if row is not None else (0, None)

    async def begin(self, now: datetime, most: int = 20) -> tuple[KeptMail, ...]:
        """Mails that nobody reads yet, the oldest first, ours to read from now on. `now` is this machine's moment."""

        def work(tx: Transaction) -> tuple[KeptMail, ...]:
            waiting = _WAITING.with_for_update(skip_locked=True) if tx.locks_rows else _WAITING
            found = [row for row in tx.rows(waiting, since=now - PATIENCE, most=most) if _is_due(row, now)]
            mine = [
                row for row in found if tx.change(_BEGIN, {"mail": row["id"], "before": row["begun_at"], "now": now})
            ]
            return tuple(_mail(row) for row in mine)

        return await self._database.write(work)

    async def done(self, mail_id: str, meaning: str, now: datetime) -> None:
        """It was read, and what it says was told."""
        await self._database.write(lambda tx: tx.change(_DONE, {"mail": mail_id, "said": meaning, "now": now}))


def _names(tx: Transaction, parcel: str) -> list[str]:
    """What mail calls a message: the token in its addresses, or its Message-ID."""
    token = Signatures(tx.fingerprint_key).token(parcel)
    return [token, *(row["message_id"] for row in tx.rows(_CALLED, token=token) if row["message_id"])]


def _is_due(row: Any, now: datetime) -> bool:
    """Whether a mail that could not be read is tried again: after twice as long each time."""
    begun_at, doublings = row["begun_at"], max(row["tries"] - 1, 0)
    return begun_at is None or begun_at + PATIENCE * 2 ** min(doublings, _LONGEST) <= now


def _row(arrived: ArrivedMail, at: datetime) -> dict[str, Any]:
    return {
        "id": _identity(arrived), "token": arrived.token, "purpose": arrived.purpose or "",
        "from_nobody": arrived.from_nobody, "content": arrived.content, "at": at, "tries": 0,
    }  # fmt: skip


def _identity(arrived: ArrivedMail) -> str:
    """The same for the same mail, by whatever way it came and whatever servers on its way wrote above it."""
    wish = arrived.purpose == "unsubscribe"
    said = f"{arrived.token}\n{wish}\n{arrived.message_id or ''}\n".encode() + arrived.body
    return hashlib.sha256(said).hexdigest()[:_ID_LENGTH]


def _mail(row: Any) -> KeptMail:
    return KeptMail(
        row["id"], row["token"], row["purpose"], row["from_nobody"], bytes(row["content"]), row["at"], row["tries"] + 1
    )


def _polled(number: Number, why: str | None, at: datetime) -> dict[str, Any]:
    mailbox, validity, uid = number
    return {"mailbox": mailbox, "validity": validity, "uid": uid, "why": why, "marked": False, "at": at}
