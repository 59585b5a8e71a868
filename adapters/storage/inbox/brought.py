"""What a case was told directly and brings to be kept: all at once, or where the store cannot keep one, one by one.

A case that was told something odd must not wait for ever to write it down: what cannot be kept is set aside, and the
case hears of that and puts it before a person (F6).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox, parts
from adapters.storage.inbox.message import ReceivedMessage, read_message
from dunning.set_aside import set_aside

REFUSALS: Final = (StatementError, ArithmeticError, ValueError)
"""What a database, or its driver, raises for a value that it cannot keep."""


def keep_brought(tx: Transaction, invoice_id: str, brought: Sequence[ReceivedMessage]) -> int:
    """Keep them with what follows from them; the number of the newest message."""
    for message in brought:
        parts.keep_brought(tx, invoice_id, message)
    number = inbox.keep_messages(tx, invoice_id, brought)
    for message in brought:
        parts.keep_earlier_reversals(tx, message)
    return number


def keep_what_can_be_kept(tx: Transaction, invoice_id: str, brought: Sequence[ReceivedMessage], at: datetime) -> int:
    """The same, one by one; each that is refused is set aside at this moment, in words that can be kept."""
    for message in brought:
        try:
            with tx.part():
                keep_brought(tx, invoice_id, [message])
        except REFUSALS as error:
            if may_pass(error):
                raise
            body = set_aside(message.body, f"the store could not keep it: {_in_short(error)}")
            inbox.keep_messages(tx, invoice_id, [read_message(message.name, body, at)])
    return inbox.keep_messages(tx, invoice_id, ())


def may_pass(error: Exception) -> bool:
    """Whether another try may succeed, the value not being what is wrong: a lock, a full disk, a lost server."""
    return isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError)


def _in_short(error: Exception) -> str:
    """The first line; what SQLAlchemy adds to it repeats every value."""
    told = (error.orig or error) if isinstance(error, StatementError) else error
    return next(iter(str(told).splitlines()), type(told).__name__)
