"""Escalations that somebody is to be told of, and whom each has reached (H6).

Each is given out to one process at a time; what could not be told is given out again, more and more seldom. One whose
task was answered meanwhile needs nobody any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, bindparam, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.views import row_as
from adapters.storage.tables import escalations, invoices, queue_rows, tasks

PATIENCE: Final = timedelta(minutes=1)  # longer than one is told in: then another process may
_LONGEST: Final = 6  # doublings of it between two tries: an hour
_IT: Final = escalations.c
_TASK: Final = (tasks.c.invoice_id == _IT.invoice_id) & (tasks.c.id == _IT.task)
_THIS: Final = (
    (_IT.invoice_id == bindparam("invoice")) & (_IT.task == bindparam("of")) & (_IT.number == bindparam("times"))
)
_WAITING: Final = (
    select(
        escalations,
        tasks.c.about,
        tasks.c.note,
        tasks.c.opened_at,
        tasks.c.last_on,
        tasks.c.closed_at,
        queue_rows.c.owner.label("assigned"),
    )
    .join(tasks, _TASK)
    .join(invoices, invoices.c.id == _IT.invoice_id)
    .join(queue_rows, queue_rows.c.customer_id == invoices.c.customer_id, isouter=True)
    .where(_IT.done_at.is_(None), _IT.next_at <= bindparam("now"))
    .order_by(_IT.next_at, _IT.invoice_id, _IT.task, _IT.number)
    .limit(bindparam("most"))
)
_BEGIN: Final = (
    update(escalations)
    .where(_THIS, _IT.done_at.is_(None), _IT.next_at == bindparam("before"))
    .values(next_at=bindparam("later"), tries=_IT.tries + 1)
)
_REACHED: Final = update(escalations).where(_THIS).values(told=bindparam("people"), posted=bindparam("places"))
_DONE: Final = update(escalations).where(_THIS).values(done_at=bindparam("now"))
_TOLD: Final = (
    select(_IT.invoice_id, _IT.task, _IT.number, _IT.at, _IT.told)
    .where(_IT.invoice_id.in_(bindparam("invoices", expanding=True)))
    .order_by(_IT.at, _IT.task, _IT.number)
)


@dataclass(frozen=True, slots=True)
class WaitingEscalation:
    """One to tell of. `about` is the kind of its task, `next_on` the last day before it goes up once more,
    `assigned` whose the customer is.
    """

    invoice_id: str
    task: str
    number: int
    queue: str
    at: datetime
    about: str
    opened_at: datetime
    next_on: date
    is_answered: bool
    told: tuple[str, ...] = ()
    posted: tuple[str, ...] = ()
    assigned: str | None = None

    @property
    def key(self) -> str:
        """Its name for ever."""
        return f"{self.invoice_id}/{self.task}/{self.number}"


@dataclass(frozen=True, slots=True)
class EscalationView:
    """That a task went up the `number`-th time, and who was written to."""

    invoice_id: str
    task: str
    number: int
    at: datetime
    told: tuple[str, ...]


class Escalations:
    """Gives them out to be told, and lists them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def begin(self, now: datetime, most: int = 20) -> tuple[WaitingEscalation, ...]:
        """Some that nobody tells of yet, ours from now on. `now` is this machine's moment."""

        def work(tx: Transaction) -> tuple[WaitingEscalation, ...]:
            waiting = _WAITING.with_for_update(skip_locked=True, of=escalations) if tx.locks_rows else _WAITING
            mine = []
            for row in tx.rows(waiting, now=now, most=most):
                later = now + PATIENCE * 2 ** min(row["tries"], _LONGEST)
                of = {"invoice": row["invoice_id"], "of": row["task"], "times": row["number"]}
                if tx.change(_BEGIN, of | {"before": row["next_at"], "later": later}):
                    mine.append(_waiting(row))
            return tuple(mine)

        return await self._database.write(work)

    async def reached(self, one: WaitingEscalation, told: Iterable[str], posted: Iterable[str]) -> None:
        """So many have it."""
        said = {"people": list(told), "places": list(posted)}
        await self._database.write(lambda tx: tx.change(_REACHED, _of(one) | said))

    async def done(self, one: WaitingEscalation, now: datetime) -> None:
        """Nobody is left to be told."""
        await self._database.write(lambda tx: tx.change(_DONE, _of(one) | {"now": now}))

    async def of_cases(self, invoice_ids: Iterable[str]) -> tuple[EscalationView, ...]:
        """All of these cases, in the order of time."""
        wanted = list(invoice_ids)
        rows = await self._database.read(lambda tx: tx.rows(_TOLD, invoices=wanted) if wanted else [])
        return tuple(row_as(EscalationView, row) for row in rows)


def _of(one: WaitingEscalation) -> dict[str, object]:
    return {"invoice": one.invoice_id, "of": one.task, "times": one.number}


def _waiting(row: RowMapping) -> WaitingEscalation:
    return WaitingEscalation(
        row["invoice_id"], row["task"], row["number"], row["queue"], row["at"], row["about"], row["opened_at"],
        next_on=row["last_on"], is_answered=row["closed_at"] is not None, told=tuple(row["told"]),
        posted=tuple(row["posted"]), assigned=row["assigned"],
    )  # fmt: skip
