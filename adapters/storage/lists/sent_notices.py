"""Which notice a carrier speaks of, by the id under which it took the message; and whose a telephone number is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from adapters.storage.engine.database import Database
from adapters.storage.tables import customers, notices
from adapters.telephone import text_number
from dunning.records import Channel

_BY_ID: Final = (
    select(notices.c.invoice_id, notices.c.notice)
    .where(notices.c.message_id == bindparam("message"), notices.c.channel == bindparam("channel"))
    .order_by(notices.c.at, notices.c.act_key)
    .limit(1)
)
_BETWEEN: Final = (" ", "-", ".", "/", "(", ")", "\N{NO-BREAK SPACE}")  # what people write between digits
_LAST: Final = 6  # digits that are written alike with the country's code and without


def _digits() -> Any:
    shown: Any = customers.c.phone
    for sign in _BETWEEN:
        shown = func.replace(shown, sign, "")
    return shown


_WITH_NUMBER: Final = (
    select(customers.c.id, customers.c.phone, customers.c.country)
    .where(_digits().like(bindparam("ending")))
    .order_by(customers.c.id)
)


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice of an invoice's case, as facts name it."""

    invoice_id: str
    notice: str


class SentNotices:
    """Reads what left; nothing here changes anything."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def taken_as(self, message_id: str, channel: Channel) -> SentNotice | None:
        """The notice that a channel took under this id. Of several in one message, the one that sent it (N5)."""
        row = await self._database.read(lambda tx: tx.row(_BY_ID, message=message_id, channel=channel))
        return None if row is None else SentNotice(row["invoice_id"], row["notice"])

    async def customers_with(self, number: str) -> tuple[str, ...]:
        """The ids of all whose text messages go to this number (E.164), however it is written with them."""
        ending = f"%{number[-_LAST:]}"
        rows = await self._database.read(lambda tx: tx.rows(_WITH_NUMBER, ending=ending))
        return tuple(row["id"] for row in rows if text_number(row["phone"], row["country"]) == number)
