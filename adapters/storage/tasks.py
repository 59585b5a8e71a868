"""Questions before people: opened and escalated by the case, closed by the answer (H3, H4, H6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, update

from adapters.storage.tables import tasks
from adapters.storage.transaction import Transaction
from dunning.effects import EscalateTask, OpenTask
from dunning.messages import Approve, Dispose, Message, ResolveDispute, Skip


def opened(tx: Transaction, invoice_id: str, task: OpenTask, at: datetime) -> None:
    """A question before a person; asked once."""
    row = {"invoice_id": invoice_id, "id": task.task, "about": task.about, "queue": task.queue, "note": task.note}
    tx.add(tasks, {**row, "opened_at": at, "last_on": task.last_on, "escalations": 0})


def escalated(tx: Transaction, invoice_id: str, task: EscalateTask) -> None:
    """The same question, before somebody else."""
    of = update(tasks).where(tasks.c.invoice_id == invoice_id, tasks.c.id == task.task)
    tx.change(of.values(escalations=task.times, queue=task.queue, last_on=task.last_on))


def answered(tx: Transaction, invoice_id: str, request: Message, at: datetime) -> None:
    """Close what this request answers."""
    match request:
        case Dispose(task=name):
            _close(tx, invoice_id, or_(tasks.c.id == name, tasks.c.about == name), at)
        case Approve(step=step) | Skip(step=step):
            _close(tx, invoice_id, (tasks.c.about == "approval") & (tasks.c.note == step), at)
        case ResolveDispute(id=dispute):
            _close(tx, invoice_id, (tasks.c.about == "dispute") & (tasks.c.note == dispute), at)
        case _:
            pass


def dropped(tx: Transaction, invoice_id: str, at: datetime) -> None:
    """Close whatever stands open: the case is at its end."""
    _close(tx, invoice_id, tasks.c.id.is_not(None), at)


def _close(tx: Transaction, invoice_id: str, which: ColumnElement[bool], at: datetime) -> None:
    still_open = (tasks.c.invoice_id == invoice_id) & tasks.c.closed_at.is_(None)
    tx.change(update(tasks).where(still_open, which).values(closed_at=at))
