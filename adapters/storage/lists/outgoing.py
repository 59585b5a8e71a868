"""What was written to all debtors, each with its fate; what waits to leave, and why; and the mail that came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import RowMapping, Select, and_, bindparam, exists, or_, select

from adapters.parcel_id import parcel_id
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page
from adapters.storage.lists.sendings import ROWS, Sending, leads_of, sending_of
from adapters.storage.lists.views import row_as
from adapters.storage.mailbox import StoredMailbox
from adapters.storage.tables import WAITS, cases, customers, journal_lines, mails, notices
from adapters.storage.texts import reader
from dunning.records import Channel

Fate = Literal["delivered", "sent", "bounced", "refused", "unsure", "begun"]
SentOrder = Literal["newest", "oldest"]
_N, _LINE, _MAIL = notices.c, journal_lines.c, mails.c
_SENT: Final = ROWS.add_columns(_N.customer_id, customers.c.name.label("customer_name"))
_KEYS: Final = (_N.at, _N.act_key, _N.channel, _N.contact)
_SENT_ORDERS: Final[Mapping[SentOrder, Order]] = {
    "newest": Order(_KEYS, newest_first=True),
    "oldest": Order(_KEYS),
}
_FATES: Final[Mapping[Fate, Any]] = {
    "delivered": and_(_N.delivered_at.is_not(None), _N.bounced_at.is_(None)),
    "sent": and_(_N.state == "accepted", _N.delivered_at.is_(None), _N.bounced_at.is_(None)),
    "bounced": _N.bounced_at.is_not(None),
    "refused": and_(_N.state == "refused", _N.state != "accepted"),  # the last for the index
    "unsure": and_(_N.unsure, _N.delivered_at.is_(None), _N.bounced_at.is_(None)),
    "begun": and_(_N.state == "begun", _N.state != "accepted"),
}
_WAITS: Final = select(journal_lines).where(WAITS).subquery()
_LATER: Final = journal_lines.alias()
_WAITING: Final = (
    select(_WAITS, cases.c.customer_id, cases.c.next_at, customers.c.name.label("customer_name"))
    .join(cases, cases.c.invoice_id == _WAITS.c.invoice_id)
    .join(customers, customers.c.id == cases.c.customer_id)
    .where(
        cases.c.outcome.is_(None),
        # Neither said again since, nor has anything left.
        ~exists().where(
            _LATER.c.invoice_id == _WAITS.c.invoice_id, _LATER.c.number > _WAITS.c.number,
            or_(_LATER.c.kind == "notice", and_(_LATER.c.kind == _WAITS.c.kind, _LATER.c.value == _WAITS.c.value)),
        ),
    )
)  # fmt: skip
_BY_WAITING: Final = Order((_WAITS.c.at, _WAITS.c.invoice_id, _WAITS.c.number), newest_first=True)
_BACK: Final = select(_MAIL.id, _MAIL.token, _MAIL.at, _MAIL.meaning, _MAIL.tries)
_BY_RETURN: Final = Order((_MAIL.at, _MAIL.id), newest_first=True)
_ABOUT: Final = (
    select(
        _N.act_key, _N.channel, _N.contact, _N.shared, _N.token, _N.message_id, _N.message, _N.invoice_id,
        _N.customer_id, customers.c.name.label("customer_name"),
    )
    .join(customers, customers.c.id == _N.customer_id)
    .where(or_(_N.token.in_(bindparam("names", expanding=True)), _N.message_id.in_(bindparam("again", expanding=True))))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentView:
    """One message of a notice to a debtor."""

    sending: Sending
    invoice_id: str
    customer_id: str
    customer_name: str | None


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A notice that did not leave when it should have, and `why`; the case looks again at `next_at`, if it does."""

    invoice_id: str
    number: int
    customer_id: str
    customer_name: str | None
    kind: str
    value: str
    why: str
    at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A mail that came back, what it said in a word once it is read, and the message that it is about, if known.

    `kept_as` is that message's id in the mailbox.
    """

    id: str
    at: datetime
    meaning: str | None
    kept_as: str | None = None
    message: str | None = None
    invoice_id: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None


@dataclass(frozen=True, slots=True)
class WhichSent:
    """Which messages; what is left out lets everything through. `language` is how a customer's locale begins."""

    fate: Fate | None = None
    channel: Channel | None = None
    language: str | None = None
    customer: str | None = None
    invoice: str | None = None
    since: datetime | None = None
    before: datetime | None = None

    def of(self, query: Select[Any]) -> Select[Any]:
        """These of all."""
        equal = {_N.channel: self.channel, _N.customer_id: self.customer, _N.invoice_id: self.invoice}
        found = query.where(*(column == value for column, value in equal.items() if value is not None))
        if self.fate is not None:
            found = found.where(_FATES[self.fate])
        if self.language is not None:
            locale = customers.c.locale
            found = found.where(or_(locale == self.language, locale.startswith(f"{self.language}-", autoescape=True)))
        found = found if self.since is None else found.where(_N.at >= self.since)
        return found if self.before is None else found.where(_N.at < self.before)


class Outgoing:
    """Reads them."""

    def __init__(self, database: Database, mailbox: StoredMailbox) -> None:
        """`database` is migrated; `mailbox` keeps what was sent."""
        self._database = database
        self._mailbox = mailbox

    async def page(
        self, wanted: WhichSent, *, order: SentOrder = "newest", cursor: str | None = None, limit: int = PAGE
    ) -> Page[SentView]:
        """What was sent, or was tried. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[SentView]:
            found = read_page(tx, wanted.of(_SENT), _SENT_ORDERS[order], cursor, limit)
            leads = leads_of(tx, found.rows)
            return found.shown(lambda row: _sent(row, leads))

        page = await self._database.read(work)
        heads = await self._mailbox.heads({one.sending.kept_as for one in page.rows})
        return page.shown(lambda one: replace(one, sending=replace(one.sending, head=heads.get(one.sending.kept_as))))

    async def waiting(self, *, cursor: str | None = None, limit: int = PAGE) -> Page[WaitingView]:
        """What waits in open cases, the newest first. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[WaitingView]:
            found = read_page(tx, _WAITING, _BY_WAITING, cursor, limit)
            in_words = reader(tx, found.rows)
            return found.shown(lambda row: row_as(WaitingView, in_words(row)))

        return await self._database.read(work)

    async def returned(self, *, cursor: str | None = None, limit: int = PAGE) -> Page[ReturnView]:
        """The mail that came back, the newest first. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[ReturnView]:
            found = read_page(tx, _BACK, _BY_RETURN, cursor, limit)
            names = sorted({row["token"] for row in found.rows})
            about = tx.rows(_ABOUT, names=names, again=names) if names else ()
            leads = leads_of(tx, about)
            by_name = {name: row for row in about for name in (row["token"], row["message_id"]) if name}
            return found.shown(lambda row: _returned(row, by_name.get(row["token"]), leads))

        return await self._database.read(work)


def _sent(row: RowMapping, leads: Mapping[tuple[str, str], str]) -> SentView:
    return SentView(sending_of(row, leads), row["invoice_id"], row["customer_id"], row["customer_name"])


def _returned(mail: RowMapping, about: RowMapping | None, leads: Mapping[tuple[str, str], str]) -> ReturnView:
    if about is None:
        return ReturnView(mail["id"], mail["at"], mail["meaning"])
    shared = about["shared"] or about["act_key"]
    contact = about["contact"] if shared == about["act_key"] else leads.get((shared, about["channel"]), "")
    return ReturnView(
        mail["id"], mail["at"], mail["meaning"], parcel_id(shared, about["channel"], contact), about["message"],
        about["invoice_id"], about["customer_id"], about["customer_name"],
    )  # fmt: skip
