"""What was written to a debtor, of one invoice or all of theirs: each message with its fate, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, bindparam, select

from adapters.parcel_id import parcel_id
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE
from adapters.storage.lists.views import row_as
from adapters.storage.mailbox import MessageHead, StoredMailbox
from adapters.storage.tables import acts, customers, invoices, journal_lines, notices
from adapters.storage.texts import reader
from dunning.effects import SendNotice
from dunning.journal import Line
from dunning.records import Channel

UNSENT: Final = ("skip", "unreachable", "unsaid", "deferred", "waits")  # the kinds of lines that say what did not leave
ROWS: Final = (
    select(notices, invoices.c.currency, acts.c.effect, acts.c.answer, customers.c.bounced.label("came_back"))
    .join(invoices, invoices.c.id == notices.c.invoice_id)
    .join(acts, acts.c.key == notices.c.act_key)
    .join(customers, customers.c.id == notices.c.customer_id)
)
_NEWEST: Final = ROWS.order_by(
    notices.c.at.desc(), notices.c.act_key.desc(), notices.c.channel.desc(), notices.c.contact.desc()
).limit(bindparam("most"))
_OF_INVOICE: Final = _NEWEST.where(notices.c.invoice_id == bindparam("invoice"))
_OF_CUSTOMER: Final = _NEWEST.where(notices.c.customer_id == bindparam("customer"))
_LEADS: Final = select(notices.c.act_key, notices.c.channel, notices.c.contact).where(
    notices.c.act_key.in_(bindparam("keys", expanding=True))
)
_LINES: Final = (
    select(journal_lines)
    .where(
        journal_lines.c.invoice_id == bindparam("invoice"),
        journal_lines.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(journal_lines.c.number.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Sending:
    """One message of a notice: by one channel, to a `contact` by their id or the customer's own address (empty).

    `state` is begun, accepted or refused; `came_back` says that its address is not used any more. `asked` are the
    channels that the notice was to leave by, each of them; `done`, that nothing of it is still on its way. What it said
    is kept as `kept_as`, and its `head` is there as long as that is. `demands` in minor units.
    """

    act_key: str
    invoice_id: str
    notice: str
    message: str
    channel: Channel
    contact: str
    currency: str
    demands: int
    at: datetime
    state: str
    message_id: str | None
    unsure: bool
    delivered_at: datetime | None
    bounced_at: datetime | None
    came_back: bool
    asked: tuple[Channel, ...]
    purpose: str
    done: bool
    kept_as: str
    head: MessageHead | None = None


class Sendings:
    """Reads them."""

    def __init__(self, database: Database, mailbox: StoredMailbox) -> None:
        """`database` is migrated; `mailbox` keeps what was sent."""
        self._database = database
        self._mailbox = mailbox

    async def of_invoice(self, invoice_id: str, most: int = PAGE) -> tuple[Sending, ...]:
        """The newest first, `most` of them."""
        return await self._sent(_OF_INVOICE, invoice=invoice_id, most=most)

    async def of_customer(self, customer_id: str, most: int = PAGE) -> tuple[Sending, ...]:
        """Those of all their cases, as above."""
        return await self._sent(_OF_CUSTOMER, customer=customer_id, most=most)

    async def _sent(self, query: Select[Any], **of: object) -> tuple[Sending, ...]:
        def work(tx: Transaction) -> tuple[Sending, ...]:
            rows = tx.rows(query, **of)
            leads = leads_of(tx, rows)
            return tuple(sending_of(row, leads) for row in rows)

        found = await self._database.read(work)
        heads = await self._mailbox.heads({one.kept_as for one in found})
        return tuple(replace(one, head=heads.get(one.kept_as)) for one in found)

    async def unsent(self, invoice_id: str, most: int = PAGE) -> tuple[Line, ...]:
        """The lines of the journal that say what did not leave, and why; the newest first."""

        def work(tx: Transaction) -> tuple[Line, ...]:
            rows = tx.rows(_LINES, invoice=invoice_id, kinds=UNSENT, most=most)
            return tuple(row_as(Line, row) for row in map(reader(tx, rows), rows))

        return await self._database.read(work)


def leads_of(tx: Transaction, rows: Sequence[RowMapping]) -> dict[tuple[str, str], str]:
    """To whom the messages went that these notices shared with those of other cases, by their key and channel (N5)."""
    others = {row["shared"] for row in rows if row["shared"] not in {None, row["act_key"]}}
    leads = tx.rows(_LEADS, keys=sorted(others)) if others else ()
    return {(row["act_key"], row["channel"]): row["contact"] for row in leads}


def sending_of(row: RowMapping, leads: Mapping[tuple[str, str], str]) -> Sending:
    """A row of `ROWS` as it is shown. What shared another case's message went where that one went (N5)."""
    shared = row["shared"] or row["act_key"]
    contact = row["contact"] if shared == row["act_key"] else leads.get((shared, row["channel"]), row["contact"])
    asked: SendNotice = row["effect"]
    return row_as(
        Sending,
        {
            **row,
            "contact": contact,
            "came_back": row["address"] in row["came_back"].get(row["channel"], ()),
            "asked": () if asked.first else asked.by,
            "purpose": asked.purpose,
            "done": row["answer"] is not None,
            "kept_as": parcel_id(shared, row["channel"], contact),
            "head": None,
        },
    )
