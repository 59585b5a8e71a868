"""Questions before people: opened and escalated by effects, closed as the journal says (H3, H4, H6).

A request that answers a question may be refused; the journal's line stands only where it was not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update

from adapters.storage.tables import tasks
from adapters.storage.transaction import Transaction
from dunning.effects import EscalateTask, OpenTask
from dunning.journal import Line


def opened(tx: Transaction, invoice_id: str, task: OpenTask, at: datetime) -> None:
    """A question before a person; asked once."""
    row = {"invoice_id": invoice_id, "id": task.task, "about": task.about, "queue": task.queue, "note": task.note}
    tx.add(tasks, {**row, "opened_at": at, "last_on": task.last_on, "escalations": 0})


def escalated(tx: Transaction, invoice_id: str, task: EscalateTask) -> None:
    """The same question, before somebody else."""
    of = update(tasks).where(tasks.c.invoice_id == invoice_id, tasks.c.id == task.task)
    tx.change(of.values(escalations=task.times, queue=task.queue, last_on=task.last_on))


def answered(tx: Transaction, invoice_id: str, line: Line) -> None:
    """Close the questions that need no answer after this line: it was given, or its step is passed over."""
    match line.kind:
        case "dispose":
            _close(tx, invoice_id, tasks.c.id == line.value, line.at)
        case "approve" | "skip":
            _close(tx, invoice_id, (tasks.c.about == "approval") & (tasks.c.note == line.value), line.at)
        case "resolve_dispute":
            _close(tx, invoice_id, (tasks.c.about == "dispute") & (tasks.c.note == line.value), line.at)
        case "policy":
            _close(tx, invoice_id, tasks.c.about == "approval", line.at)
        case _:
            pass


def dropped(tx: Transaction, invoice_id: str, at: datetime) -> None:
    """Close whatever stands open: the case is at its end."""
    _close(tx, invoice_id, tasks.c.id.is_not(None), at)


def _close(tx: Transaction, invoice_id: str, which: ColumnElement[bool], at: datetime) -> None:
    still_open = (tasks.c.invoice_id == invoice_id) & tasks.c.closed_at.is_(None)
    tx.change(update(tasks).where(still_open, which).values(closed_at=at))
