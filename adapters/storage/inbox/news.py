"""What the store keeps for cases that nobody has signalled yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox
from adapters.storage.inbox.message import ReceivedMessage
from adapters.storage.tables import cases, invoices, told, unheard

_CASE: Final = select(cases.c.invoice_id).where(cases.c.invoice_id == bindparam("invoice"))
_NEWS: Final = (
    select(told.c.invoice_id, told.c.number, told.c.name, told.c.body)
    .join(unheard, (unheard.c.invoice_id == told.c.invoice_id) & (unheard.c.number == told.c.number))
    .order_by(told.c.at, told.c.invoice_id, told.c.number)
)


@dataclass(frozen=True, slots=True)
class News:
    """A message that the store keeps for a case that has not been signalled yet."""

    invoice_id: str
    number: int
    name: str
    body: dict[str, Any]


def keep_for(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> None:
    """Keep a message for a case that hears of it later, unless it knows it."""
    [before] = tx.lock(inbox.ADDRESSEE, of=invoices, invoice=invoice_id)
    number = inbox.keep_messages(tx, invoice_id, [message])
    if number > before["told"]:
        tx.add(unheard, {"invoice_id": invoice_id, "number": number})


def signal_later(tx: Transaction, invoice_id: str, number: int) -> None:
    """Note what a case is to hear. Where none was opened yet nobody need: one that opens learns of it."""
    if tx.value(_CASE, invoice=invoice_id) is not None:
        tx.add(unheard, {"invoice_id": invoice_id, "number": number})


def not_heard(tx: Transaction) -> list[News]:
    """What cases are still to be signalled, the oldest first."""
    return [News(row["invoice_id"], row["number"], row["name"], row["body"]) for row in tx.rows(_NEWS)]


def heard(tx: Transaction, one: News) -> None:
    """This case was signalled."""
    tx.change(delete(unheard).where(unheard.c.invoice_id == one.invoice_id, unheard.c.number == one.number))
