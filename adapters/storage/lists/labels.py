"""Labels that customers and invoices bear, which Temporal keeps for good: whether one of them reaches a person."""

from __future__ import annotations

from typing import Final

from sqlalchemy import String, cast, or_, select

from adapters.storage.engine.database import Database
from adapters.storage.tables import customers, invoices

_MOST: Final = 5  # that are named; the rest is found when these are mended
_AT: Final = "%@%"
_CUSTOMERS: Final = (
    select(customers.c.id)
    .where(or_(cast(customers.c.tags, String).like(_AT), customers.c.segment.like(_AT)))
    .order_by(customers.c.id)
    .limit(_MOST)
)
_INVOICES: Final = (
    select(invoices.c.id).where(cast(invoices.c.tags, String).like(_AT)).order_by(invoices.c.id).limit(_MOST)
)


async def labels_with_an_address(database: Database) -> tuple[str, ...]:
    """Ids of customers, then of invoices, with an e-mail address for a tag or a segment; some of them."""
    rows = await database.read(lambda tx: [*tx.rows(_CUSTOMERS), *tx.rows(_INVOICES)])
    return tuple(str(row["id"]) for row in rows)
