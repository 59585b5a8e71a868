"""Questions before people: opened and escalated by effects, closed when the case needs no answer any more (H3, H6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, text, update

from adapters.clock import now
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import escalations, tasks
from dunning.effects import EscalateTask, OpenTask

_OPEN: Final = select(tasks.c.id).where(tasks.c.about == bindparam("kind"), tasks.c.closed_at.is_(None)).limit(1)
_ELSEWHERE: Final = _OPEN.where(tasks.c.invoice_id != bindparam("invoice"))
_ONCE: Final = frozenset({"channel-down"})  # these are about what all cases share: one person is asked once
_QUEUE: Final = text("SELECT pg_advisory_xact_lock(20092, hashtext(:kind))")  # any number that stays the same


def open_task(tx: Transaction, invoice_id: str, task: OpenTask, at: datetime) -> None:
    """A question before a person: asked once, or once more by a case that was lost and climbs anew.

    One about what all cases share is not asked while another case's stands, also of two that ask at once.
    """
    if task.purpose in _ONCE:
        if tx.locks_rows:
            tx.connection.execute(_QUEUE, {"kind": task.about})
        if tx.row(_ELSEWHERE, kind=task.about, invoice=invoice_id) is not None:
            return
    asked = {"about": task.about, "queue": task.queue, "note": task.note, "opened_at": at, "last_on": task.last_on}
    row = {**asked, "escalations": 0, "closed_at": None, "amount": task.amount, "asked_by": task.asked_by}
    if not tx.add(tasks, {"invoice_id": invoice_id, "id": task.task, **row}):
        tx.change(update(tasks).where(tasks.c.invoice_id == invoice_id, tasks.c.id == task.task).values(row))


def is_asked(tx: Transaction, kind: str) -> bool:
    """Whether a question of this kind is before a person."""
    return tx.row(_OPEN, kind=kind) is not None


def escalate_task(tx: Transaction, invoice_id: str, task: EscalateTask, at: datetime) -> None:
    """The same question goes up; whom that reaches is told once this is written."""
    of = update(tasks).where(tasks.c.invoice_id == invoice_id, tasks.c.id == task.task)
    tx.change(of.values(escalations=task.times, queue=task.queue, last_on=task.last_on))
    row = {"invoice_id": invoice_id, "task": task.task, "number": task.times, "queue": task.queue, "at": at}
    tx.add(escalations, {**row, "told": [], "posted": [], "tries": 0, "next_at": now()})


def close_task(tx: Transaction, invoice_id: str, task: str, at: datetime) -> None:
    """This question needs no answer any more."""
    still_open = (tasks.c.invoice_id == invoice_id) & tasks.c.closed_at.is_(None)
    tx.change(update(tasks).where(still_open, tasks.c.id == task).values(closed_at=at))
