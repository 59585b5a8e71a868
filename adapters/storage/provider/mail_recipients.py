"""Who a message of ours went to, by its token or by its carrier's name for it: the person, the address, and which
invoices it was about.

What somebody says of an address holds for that address alone: where the customer has another one by now, that one
stays in use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import contacts
from adapters.storage.records import customer_of, reach_of
from adapters.storage.tables import customers, notices
from dunning.channels import address
from dunning.recipients import OWN, addressee
from dunning.records import Channel

EMAIL: Final[Channel] = "email"
_MESSAGE: Final = (
    select(notices, customers)
    .join(customers, customers.c.id == notices.c.customer_id)
    .where(
        or_(notices.c.token == bindparam("token"), notices.c.message_id == bindparam("token")),
        notices.c.channel == EMAIL,
    )
)
_INVOICES: Final = (
    select(notices.c.invoice_id)
    .where(notices.c.shared == bindparam("shared"), notices.c.channel == EMAIL)
    .distinct()
    .order_by(notices.c.invoice_id)
)
_OTHERS: Final = select(notices.c.contact).where(
    notices.c.act_key == bindparam("key"), notices.c.channel == EMAIL, notices.c.contact != bindparam("to")
)


@dataclass(frozen=True, slots=True)
class MailRecipient:
    """The customer, or the `contact` of theirs with this id, who got a message about these `invoices` (N5).

    `silent` are the channels that this contact opted out of before; `alone`: nobody else got the notice by e-mail, but
    for copies. `is_open`: the address may still be written to. `is_current`: it is the one that they have now.
    """

    customer_id: str
    contact: str
    address: str = field(repr=False)
    locale: str
    invoices: tuple[str, ...]
    silent: tuple[Channel, ...]
    alone: bool
    is_open: bool
    is_current: bool
    delivered_at: datetime | None
    bounced_at: datetime | None

    @property
    def is_customer(self) -> bool:
        """Whether it went to the customer's own address."""
        return self.contact == OWN


class MailRecipients:
    """Reads who was written to by e-mail."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def of(self, token: str) -> MailRecipient | None:
        """Who got the message of this token, or of this carrier's id; None where there is no such message."""
        return await self._database.read(lambda tx: _recipient(tx, token))

    async def close_address(self, customer_id: str, gone: str) -> None:
        """Do not use this address of the customer again, which is none that a case has to hear of."""
        await self._database.write(lambda tx: contacts.stop_using_address(tx, customer_id, EMAIL, gone))


def _recipient(tx: Transaction, token: str) -> MailRecipient | None:
    row = tx.row(_MESSAGE, token=token)
    if row is None:
        return None
    reach, contact, went_to = reach_of(row), row[notices.c.contact], row[notices.c.address] or ""
    person = addressee(reach.customer, contact)
    silent = tuple(reach.silent.get(contact, ()))
    closed = EMAIL in (*reach.opted_out, *silent) or went_to in reach.bounced.get(EMAIL, ())
    return MailRecipient(
        row[customers.c.id], contact, went_to, person.locale, _invoices(tx, row), silent,
        alone=_is_alone(tx, row),
        is_open=not closed,
        is_current=address(person, EMAIL) == went_to,
        delivered_at=row[notices.c.delivered_at],
        bounced_at=row[notices.c.bounced_at],
    )  # fmt: skip


def _invoices(tx: Transaction, row: Any) -> tuple[str, ...]:
    shared = row[notices.c.shared]
    found = tx.rows(_INVOICES, shared=shared) if shared is not None else ()
    return tuple(one["invoice_id"] for one in found) or (row[notices.c.invoice_id],)


def _is_alone(tx: Transaction, row: Any) -> bool:
    copied = {one.id for one in customer_of(row).contacts if one.copied}
    others = {one["contact"] for one in tx.rows(_OTHERS, key=row[notices.c.act_key], to=row[notices.c.contact])}
    return row[notices.c.contact] not in copied and not others - copied
