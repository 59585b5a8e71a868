"""Invoices that ask for a case and have none: how often an opening was begun, and the tasks that put it before people.

Such a task belongs to the invoice, which has no case yet. It closes by itself: when the case opens, when nothing is
left to demand, and when the invoice is void or falls due later after all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import bindparam, func, or_, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.ledger import balance
from adapters.storage.tables import cases, invoices, tasks
from dunning.purposes import SYSTEM

WhyUnopened = Literal["no-policy", "not-opened"]

KINDS: Final[tuple[WhyUnopened, ...]] = ("no-policy", "not-opened")
_A_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 1_000  # invoices in one transaction
_AWAKE: Final = (~invoices.c.at_rest, invoices.c.voided_at.is_(None), invoices.c.due_on < bindparam("before"))
_HAS_CASE: Final = select(cases.c.invoice_id).where(cases.c.invoice_id == invoices.c.id).exists()
DUE: Final = select(invoices.c.id).where(*_AWAKE, ~_HAS_CASE, balance() > 0)
# When it was seen, for what was written meanwhile may ask for a case again.
_RESTING: Final = (
    select(invoices.c.id, invoices.c.updated_at).where(*_AWAKE, or_(_HAS_CASE, balance() <= 0)).limit(_AT_ONCE)
)
_REST: Final = (
    update(invoices)
    .where(invoices.c.id == bindparam("of"), invoices.c.updated_at == bindparam("seen"))
    .values(at_rest=True, updated_at=invoices.c.updated_at)
)
_OPEN: Final = tasks.c.id.in_(KINDS) & tasks.c.closed_at.is_(None)
_ITS: Final = (tasks.c.invoice_id == bindparam("invoice")) & _OPEN
_INVOICE: Final = select(invoices.c.id).where(invoices.c.id == bindparam("invoice"))
_CASE: Final = select(cases.c.invoice_id).where(cases.c.invoice_id == bindparam("invoice"))
_CLOSE: Final = update(tasks).where(_ITS).values(closed_at=bindparam("now"))
_NOTHING_TO_DEMAND: Final = (
    select(invoices.c.id)
    .where(invoices.c.id == tasks.c.invoice_id, or_(invoices.c.voided_at.is_not(None), balance() <= 0))
    .exists()
)
_CLOSE_IDLE: Final = _CLOSE.where(_NOTHING_TO_DEMAND)
_CLOSE_NOT_DUE: Final = update(tasks).where(_OPEN, tasks.c.invoice_id.not_in(DUE)).values(closed_at=bindparam("now"))
_NOTE_AGAIN: Final = (
    update(tasks).where(_ITS, tasks.c.id == bindparam("task"), tasks.c.note != bindparam("why"))
).values(note=bindparam("why"))
_CLOSE_OTHERS: Final = _CLOSE.where(tasks.c.id != bindparam("task"))
_TRIED: Final = select(invoices.c.id, invoices.c.tries, invoices.c.tried_at).where(
    invoices.c.id.in_(bindparam("ids", expanding=True))
)
_TRY: Final = (  # no news of the invoice: nobody is shown it
    update(invoices)
    .where(invoices.c.id == bindparam("of"))
    .where(or_(invoices.c.tried_at.is_(None), invoices.c.tried_at < bindparam("now")))
    .values(tries=invoices.c.tries + 1, tried_at=bindparam("now"), updated_at=invoices.c.updated_at)
)


@dataclass(frozen=True, slots=True)
class Tries:
    """How often the schedule began the opening of a case, and when it last did."""

    times: int = 0
    last: datetime | None = None


class Unopened:
    """What is known of invoices whose case should be open and is not."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def tries(self, ids: Sequence[str]) -> Mapping[str, Tries]:
        """What was tried before for each of these invoices."""
        rows = await self._database.read(lambda tx: tx.rows(_TRIED, ids=list(ids)))
        return {row["id"]: Tries(row["tries"], row["tried_at"]) for row in rows}

    async def tried(self, ids: Sequence[str], at: datetime) -> None:
        """The opening of these was begun at this moment, which counts once."""
        if ids:
            await self._database.write(lambda tx: tx.change(_TRY, *({"of": one, "now": at} for one in ids)))

    async def ask(self, invoice_id: str, kind: WhyUnopened, why: str, at: datetime) -> None:
        """Put it before people that this invoice has no case, unless it has one, to be answered by the next day.

        Asked again, it has the newest reason.
        """
        await self._database.write(lambda tx: _ask(tx, invoice_id, kind, why, at))

    async def close_not_due(self, before: date, at: datetime) -> None:
        """Close what needs no answer any more: the invoice does not ask for a case, or is not due before that day.

        Those that were due before it and need no case rest from then on: the next look does not find them.
        """
        while await self._database.write(lambda tx: _rest(tx, before)) == _AT_ONCE:
            pass
        await self._database.write(lambda tx: tx.change(_CLOSE_NOT_DUE, {"before": before, "now": at}))

    async def count(self) -> Mapping[str, int]:
        """How many invoices wait without a case, by the kind of their task; every kind is there."""
        query = select(tasks.c.id, func.count().label("open")).where(_OPEN).group_by(tasks.c.id)
        found = {row["id"]: row["open"] for row in await self._database.read(lambda tx: tx.rows(query))}
        return {kind: found.get(kind, 0) for kind in KINDS}

    async def waiting(self) -> frozenset[str]:
        """The invoices that have such a task."""
        query = select(tasks.c.invoice_id).where(_OPEN)
        return frozenset(row["invoice_id"] for row in await self._database.read(lambda tx: tx.rows(query)))


def close_for_good(tx: Transaction, invoice_id: str, at: datetime) -> None:
    """The case is open, or the invoice void: nobody needs to look."""
    tx.change(_CLOSE, {"invoice": invoice_id, "now": at})


def close_if_idle(tx: Transaction, invoice_id: str, at: datetime) -> None:
    """Money has moved: nobody needs to look where nothing is left to demand."""
    tx.change(_CLOSE_IDLE, {"invoice": invoice_id, "now": at})


def _rest(tx: Transaction, before: date) -> int:
    """Some of the invoices that need no case rest; how many were seen to."""
    seen = tx.rows(_RESTING, before=before)
    if seen:
        tx.change(_REST, *({"of": row["id"], "seen": row["updated_at"]} for row in seen))
    return len(seen)


def _ask(tx: Transaction, invoice_id: str, kind: WhyUnopened, why: str, at: datetime) -> None:
    tx.lock(_INVOICE, of=invoices, invoice=invoice_id)  # an opening does so too: it is before this, or after it
    if tx.value(_CASE, invoice=invoice_id) is not None:
        return
    tx.change(_CLOSE_OTHERS, {"invoice": invoice_id, "now": at, "task": kind})
    if tx.value(select(tasks.c.id).where(_ITS, tasks.c.id == kind), invoice=invoice_id) is not None:
        tx.change(_NOTE_AGAIN, {"invoice": invoice_id, "task": kind, "why": why})
        return
    new = {
        "about": kind,
        "queue": SYSTEM,
        "note": why,
        "opened_at": at,
        "last_on": (at + _A_DAY).date(),
        "escalations": 0,
    }
    tx.put(tasks, (*new, "closed_at"), {"invoice_id": invoice_id, "id": kind, **new, "closed_at": None})
