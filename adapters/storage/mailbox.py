"""The built-in mailbox, kept in the database: the same messages for every process, and after every start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, select, tuple_

from adapters.mailbox import PAGE, KeptMessage
from adapters.storage.engine.database import Database
from adapters.storage.lists.pages import updated_since
from adapters.storage.tables import letters

_MESSAGES: Final = select(letters).order_by(letters.c.at.desc(), letters.c.id.desc())


class StoredMailbox:
    """Keeps the promise of `adapters.mailbox.MailboxStore`."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def keep(self, message: KeptMessage) -> None:
        """Keep it once."""
        row = asdict(message)
        row["recipient"] = row.pop("to")
        await self._database.write(lambda tx: tx.add(letters, row))

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
        row = await self._database.read(lambda tx: tx.row(select(letters).where(letters.c.id == message_id)))
        return None if row is None else _kept(row)


def _kept(row: RowMapping) -> KeptMessage:
    found = {name: value for name, value in row.items() if name != "updated_at"}
    return KeptMessage(to=found.pop("recipient"), **found)
