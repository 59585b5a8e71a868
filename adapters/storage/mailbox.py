"""What was sent, kept in the database: the same messages for every process, and after every start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, delete, select, tuple_

from adapters.logo import Logo
from adapters.mailbox import PAGE, KeptMessage
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import updated_since
from adapters.storage.tables import letters, logos

_SHOWN: Final = select(letters, logos.c.kind, logos.c.data).join(logos, logos.c.name == letters.c.logo, isouter=True)
_MESSAGES: Final = _SHOWN.order_by(letters.c.at.desc(), letters.c.id.desc())
_ONE: Final = _SHOWN.where(letters.c.id == bindparam("of"))
_FORGET: Final = delete(letters).where(letters.c.id == bindparam("of"))
_HEADS: Final = select(
    letters.c.id, letters.c.subject, letters.c.text, letters.c.language, letters.c.wanted,
    letters.c.page.is_not(None).label("printed"),
).where(letters.c.id.in_(bindparam("ids", expanding=True)))  # fmt: skip
_COLUMNS: Final = tuple(one.name for one in fields(KeptMessage) if one.name not in {"to", "logo"})


@dataclass(frozen=True, slots=True)
class MessageHead:
    """What lists show of a message: `printed`, whether it was a page of paper."""

    id: str
    subject: str
    text: str
    language: str | None
    wanted: str | None
    printed: bool


class StoredMailbox:
    """Keeps the promise of `adapters.mailbox.MailboxStore`."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def keep(self, message: KeptMessage) -> None:
        """Keep it once."""
        row: dict[str, Any] = {name: getattr(message, name) for name in _COLUMNS}
        logo = message.logo
        row |= {"recipient": message.to, "logo": logo.name if logo else None}

        def work(tx: Transaction) -> None:
            if logo is not None:
                tx.add(logos, {"name": logo.name, "kind": logo.kind, "data": logo.data})
            tx.add(letters, row)

        await self._database.write(work)

    async def forget(self, message_id: str) -> None:
        """It never left."""
        await self._database.write(lambda tx: tx.change(_FORGET, {"of": message_id}))

    async def heads(self, ids: Collection[str]) -> Mapping[str, MessageHead]:
        """Those of these messages that are kept, by id."""
        rows = await self._database.read(lambda tx: tx.rows(_HEADS, ids=list(ids))) if ids else ()
        return {row["id"]: MessageHead(**row) for row in rows}

    async def list(
        self,
        *,
        invoice_id: str | None = None,
        before: KeptMessage | None = None,
        limit: int = PAGE,
        since: datetime | None = None,
    ) -> Sequence[KeptMessage]:
        """The newest first; those kept at the moment `since` or later."""
        query = _MESSAGES if invoice_id is None else _MESSAGES.where(letters.c.invoice_id == invoice_id)
        query = updated_since(query, since, letters)
        if before is not None:
            query = query.where(tuple_(letters.c.at, letters.c.id) < tuple_(before.at, before.id))
        return [_kept(row) for row in await self._database.read(lambda tx: tx.rows(query.limit(limit)))]

    async def get(self, message_id: str) -> KeptMessage | None:
        """One message, if it is there."""
        row = await self._database.read(lambda tx: tx.row(_ONE, of=message_id))
        return None if row is None else _kept(row)


def _kept(row: RowMapping) -> KeptMessage:
    found = {name: row[name] for name in _COLUMNS}
    logo = Logo(row["kind"], row["data"]) if row["data"] is not None else None
    return KeptMessage(to=row["recipient"], logo=logo, **found)
