"""What a carrier speaks of: which notice, by the id under which it took a message or by the token of the message's own
addresses, and to which of its recipients.

A fact is of the notice. Where it went to several people on that channel, what became of one message is not yet what
became of the notice: who only gets a copy never counts, and it came back when it came back from all others (N1, N2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, func, or_, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import contacts
from adapters.storage.records import customer_of
from adapters.storage.tables import customers, notices
from dunning.records import Channel

_OF: Final = select(notices).where(
    or_(notices.c.message_id == bindparam("message"), notices.c.token == bindparam("message")),
    notices.c.channel == bindparam("channel"),
)
_MINE: Final = (
    (notices.c.act_key == bindparam("key"))
    & (notices.c.channel == bindparam("by"))
    & (notices.c.contact == bindparam("to"))
)
_ARRIVED: Final = (
    update(notices).where(_MINE).values(delivered_at=func.coalesce(notices.c.delivered_at, bindparam("moment")))
)
_CAME_BACK: Final = (
    update(notices).where(_MINE).values(bounced_at=func.coalesce(notices.c.bounced_at, bindparam("moment")))
)
_OTHERS: Final = select(notices.c.contact).where(
    notices.c.act_key == bindparam("key"),
    notices.c.channel == bindparam("by"),
    notices.c.contact != bindparam("to"),
    notices.c.state == "accepted",
    notices.c.bounced_at.is_(None),
)
_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("customer"))


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice of an invoice's case, as facts name it."""

    invoice_id: str
    notice: str


class SentNotices:
    """The notices that left by carriers."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def is_known(self, message_id: str, channel: Channel) -> bool:
        """Whether a message of ours was taken under this id, or has this token."""
        return await self._database.read(lambda tx: tx.row(_OF, message=message_id, channel=channel)) is not None

    async def arrived(self, message_id: str, channel: Channel, at: datetime) -> SentNotice | None:
        """Note that a message arrived: the notice that is delivered with it (N4), None where it is not."""

        def work(tx: Transaction) -> SentNotice | None:
            message = tx.row(_OF, message=message_id, channel=channel)
            if message is None:
                return None
            tx.change(_ARRIVED, {**_named(message), "moment": at})
            return None if message["contact"] in _copied(tx, message) else _notice(message)

        return await self._database.write(work)

    async def came_back(self, message_id: str, channel: Channel, at: datetime, *, hard: bool) -> SentNotice | None:
        """Note that a message did not arrive: the notice that came back with it (N2), None where somebody has it.

        After a `hard` bounce its address is not used again until it changes (M5).
        """

        def work(tx: Transaction) -> SentNotice | None:
            message = tx.row(_OF, message=message_id, channel=channel)
            if message is None:
                return None
            tx.change(_CAME_BACK, {**_named(message), "moment": at})
            if hard:
                contacts.stop_using_address(tx, message["customer_id"], channel, message["address"])
            copied = _copied(tx, message)
            others = {row["contact"] for row in tx.rows(_OTHERS, **_named(message))}
            return None if message["contact"] in copied or others - copied else _notice(message)

        return await self._database.write(work)


def _named(message: RowMapping) -> dict[str, Any]:
    return {"key": message["act_key"], "by": message["channel"], "to": message["contact"]}


def _notice(message: RowMapping) -> SentNotice:
    return SentNotice(message["invoice_id"], message["notice"])


def _copied(tx: Transaction, message: RowMapping) -> frozenset[str]:
    """The contacts of the customer who get copies."""
    [row] = tx.rows(_CUSTOMER, customer=message["customer_id"])
    return frozenset(one.id for one in customer_of(row).contacts if one.copied)
