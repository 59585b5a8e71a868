"""What is kept for a while and then goes: it is no record of a debt, or it is about people whose cases have ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BindParameter, Delete, and_, bindparam, delete, exists, or_, select, tuple_, update

from adapters.retention import Retention
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox.message import understood
from adapters.storage.inbox.personal import without_the_personal
from adapters.storage.tables import (
    cases,
    files,
    letters,
    mails,
    note_files,
    notes,
    polled_mails,
    provider_events,
    replies,
    snoozes,
    texts,
    told,
    unheard,
    unmatched_payments,
)
from adapters.storage.unmatched import MATCHED

BATCH: Final = 500  # rows of one transaction, so that nobody waits long for it
_UNTIL: Final[BindParameter[datetime]] = bindparam("until")
_ANSWERED: Final = select(replies.c.request).where(replies.c.at <= _UNTIL).limit(BATCH)
_DONE: Final = (
    select(provider_events.c.provider, provider_events.c.id).where(provider_events.c.done_at <= _UNTIL).limit(BATCH)
)
_SENT: Final = select(letters.c.id).where(letters.c.at <= _UNTIL).order_by(letters.c.at).limit(BATCH)
_CAME_BACK: Final = select(mails.c.id).where(mails.c.at <= _UNTIL, mails.c.done_at.is_not(None)).limit(BATCH)
_POLLED: Final = (
    select(polled_mails.c.mailbox, polled_mails.c.validity, polled_mails.c.uid)
    .where(polled_mails.c.at <= _UNTIL)
    .limit(BATCH)
)
_HEARD: Final = ~exists().where(unheard.c.invoice_id == told.c.invoice_id, unheard.c.number == told.c.number)
_TOLD: Final = (
    select(told.c.invoice_id, told.c.number, told.c.name, told.c.body)
    .join(cases, cases.c.invoice_id == told.c.invoice_id)
    .where(told.c.personal, told.c.at <= _UNTIL, cases.c.outcome.is_not(None), cases.c.closed_at <= _UNTIL, _HEARD)
    .limit(BATCH)
)
_WRITTEN: Final = (
    select(texts.c.invoice_id, texts.c.reference)
    .join(cases, cases.c.invoice_id == texts.c.invoice_id)
    .where(texts.c.at <= _UNTIL, cases.c.outcome.is_not(None), cases.c.closed_at <= _UNTIL)
    .limit(BATCH)
)
_STILL_SPOKEN_OF: Final = exists().where(  # of a note about a customer: a case that is open, or has not ended for long
    cases.c.customer_id == notes.c.customer_id, or_(cases.c.outcome.is_(None), cases.c.closed_at > _UNTIL)
)
_CASE_OVER: Final = exists().where(
    cases.c.invoice_id == notes.c.invoice_id, cases.c.outcome.is_not(None), cases.c.closed_at <= _UNTIL
)
_NOTED: Final = (
    select(notes.c.id)
    .where(notes.c.at <= _UNTIL, or_(_CASE_OVER, and_(notes.c.invoice_id.is_(None), ~_STILL_SPOKEN_OF)))
    .limit(BATCH)
)
_LEFT_ALONE: Final = delete(files).where(~exists().where(note_files.c.file_id == files.c.id))
_PLACED: Final = select(unmatched_payments.c.id).where(unmatched_payments.c.at <= _UNTIL, MATCHED).limit(BATCH)
_PUT_OFF: Final = (
    select(snoozes.c.number)
    .where(
        snoozes.c.at <= _UNTIL,
        ~exists().where(
            cases.c.customer_id == snoozes.c.customer_id, or_(cases.c.outcome.is_(None), cases.c.closed_at > _UNTIL)
        ),
    )
    .limit(BATCH)
)
_TAKE_OUT: Final = (
    update(told)
    .where(told.c.invoice_id == bindparam("of"), told.c.number == bindparam("which"))
    .values(body=bindparam("left"), personal=False)
)


async def prune(database: Database, retention: Retention, at: datetime) -> dict[str, int]:
    """Let go of what is older, a batch at a time; how many rows of each. Safe to repeat, and for several at once."""
    work: dict[str, tuple[timedelta, Callable[[Transaction, datetime], int]]] = {
        "replies": (retention.replies, _answered),
        "provider_events": (retention.provider_events, _done),
        "told": (retention.told, _told),
        "texts": (retention.told, _written),
        "notes": (retention.told, _noted),
        "unmatched_payments": (retention.told, _placed),
        "snoozes": (retention.told, _put_off),
        "mail": (retention.mail, _came_back),
        "polled_mails": (retention.mail, _polled),
        "mailbox": (retention.mailbox, _sent),
    }
    return {name: await _all(_batches(database, one, at - kept)) for name, (kept, one) in work.items()}


def _batches(
    database: Database, one: Callable[[Transaction, datetime], int], until: datetime
) -> Callable[[], Awaitable[int]]:
    return lambda: database.write(lambda tx: one(tx, until))


async def _all(batch: Callable[[], Awaitable[int]]) -> int:
    count = 0
    while found := await batch():
        count += found
    return count


def _answered(tx: Transaction, until: datetime) -> int:
    found = [row["request"] for row in tx.rows(_ANSWERED, until=until)]
    return _gone(tx, delete(replies).where(replies.c.request.in_(found)), len(found))


def _done(tx: Transaction, until: datetime) -> int:
    found = [(row["provider"], row["id"]) for row in tx.rows(_DONE, until=until)]
    of = tuple_(provider_events.c.provider, provider_events.c.id)
    return _gone(tx, delete(provider_events).where(of.in_(found)), len(found))


def _sent(tx: Transaction, until: datetime) -> int:
    found = [row["id"] for row in tx.rows(_SENT, until=until)]
    return _gone(tx, delete(letters).where(letters.c.id.in_(found)), len(found))


def _came_back(tx: Transaction, until: datetime) -> int:
    """What was never read stays: somebody has to look at it."""
    found = [row["id"] for row in tx.rows(_CAME_BACK, until=until)]
    return _gone(tx, delete(mails).where(mails.c.id.in_(found)), len(found))


def _polled(tx: Transaction, until: datetime) -> int:
    found = [(row["mailbox"], row["validity"], row["uid"]) for row in tx.rows(_POLLED, until=until)]
    of = tuple_(polled_mails.c.mailbox, polled_mails.c.validity, polled_mails.c.uid)
    return _gone(tx, delete(polled_mails).where(of.in_(found)), len(found))


def _written(tx: Transaction, until: datetime) -> int:
    found = [(row["invoice_id"], row["reference"]) for row in tx.rows(_WRITTEN, until=until)]
    of = tuple_(texts.c.invoice_id, texts.c.reference)
    return _gone(tx, delete(texts).where(of.in_(found)), len(found))


def _noted(tx: Transaction, until: datetime) -> int:
    """With a note go its files, but for those that another note has, too."""
    found = [row["id"] for row in tx.rows(_NOTED, until=until)]
    if found:
        tx.change(delete(note_files).where(note_files.c.note_id.in_(found)))
        tx.change(_LEFT_ALONE)
    return _gone(tx, delete(notes).where(notes.c.id.in_(found)), len(found))


def _placed(tx: Transaction, until: datetime) -> int:
    """What still waits for its invoice stays."""
    found = [row["id"] for row in tx.rows(_PLACED, until=until)]
    return _gone(tx, delete(unmatched_payments).where(unmatched_payments.c.id.in_(found)), len(found))


def _put_off(tx: Transaction, until: datetime) -> int:
    found = [row["number"] for row in tx.rows(_PUT_OFF, until=until)]
    return _gone(tx, delete(snoozes).where(snoozes.c.number.in_(found)), len(found))


def _gone(tx: Transaction, change: Delete, found: int) -> int:
    if found:
        tx.change(change)
    return found


def _told(tx: Transaction, until: datetime) -> int:
    """Ids, amounts and days stay, for they say what is owed and that a repeat is one (P1)."""
    rows = tx.rows(_TOLD, until=until)
    for row in rows:
        left = without_the_personal(row["body"], understood(row["name"], row["body"]))
        tx.change(_TAKE_OUT, {"of": row["invoice_id"], "which": row["number"], "left": left})
    return len(rows)
