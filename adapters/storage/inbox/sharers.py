"""What became of one message for several invoices became of it for all of them (N5)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, or_, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox, news
from adapters.storage.inbox.message import ReceivedMessage, read_message
from adapters.storage.tables import notices
from dunning.facts import Bounced, Delivered

_MINE: Final = (
    select(notices.c.shared)
    .where(
        notices.c.invoice_id == bindparam("invoice"),
        notices.c.channel == bindparam("channel"),
        or_(notices.c.notice == bindparam("notice"), notices.c.message == bindparam("notice")),
    )
    .order_by(notices.c.at.desc(), notices.c.act_key.desc())
    .limit(1)
)
_OTHERS: Final = (
    select(notices.c.invoice_id, notices.c.notice)
    .where(
        notices.c.shared == bindparam("shared"),
        notices.c.channel == bindparam("channel"),
        notices.c.invoice_id != bindparam("invoice"),
        notices.c.bounced_at.is_(None),
    )
    .order_by(notices.c.invoice_id)
)


def tell_sharers(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> None:
    """Tell the other invoices of a message what this one is about to be told of it, unless this one knows it."""
    fact = message.message
    if not isinstance(fact, Bounced | Delivered) or inbox.is_known(tx, invoice_id, message):
        return
    shared = tx.value(_MINE, invoice=invoice_id, channel=fact.channel, notice=fact.notice)
    if shared is None:
        return
    for row in tx.rows(_OTHERS, shared=shared, channel=fact.channel, invoice=invoice_id):
        body = {**message.body, "notice": row["notice"], "at": message.at.isoformat()}
        news.keep_for(tx, row["invoice_id"], read_message(message.name, body, message.at))
