"""A case that begins anew because its run was lost with Temporal: the store knows what happened, the case does not."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from adapters.storage.effects.journal import write_dates
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import acts, cases, tasks
from dunning.effects import EscalateTask, OpenTask

_ACTS: Final = select(acts.c.key, acts.c.effect).where(acts.c.invoice_id == bindparam("invoice"))


def begin_anew(tx: Transaction, invoice_id: str, at: datetime) -> None:
    """Let the new run ask people again, whose answers went to the lost one, and write anew how the case stands.

    What was sent, charged and booked stays recorded: no repeat does it twice.
    """
    every = tx.rows(_ACTS, invoice=invoice_id)
    asked = [row["key"] for row in every if isinstance(row["effect"], OpenTask | EscalateTask)]
    tx.change(delete(acts).where(acts.c.key.in_(asked)))
    tx.change(update(acts).where(acts.c.invoice_id == invoice_id).values(written=False))
    tx.change(update(cases).where(cases.c.invoice_id == invoice_id).values(lines=0))
    write_dates(tx, invoice_id, ())
    tx.change(update(tasks).where(tasks.c.invoice_id == invoice_id, tasks.c.closed_at.is_(None)).values(closed_at=at))
