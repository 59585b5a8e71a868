"""Whose a customer is by hand, and until when they are put off: who said so, and when, is kept (R1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, RowMapping, Table, bindparam, select, update
from sqlalchemy import case as when

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.views import row_as
from adapters.storage.tables import assignments, customers, people, queue_rows, snoozes
from adapters.storage.worklist.ranking import NOW_AND_THEN, in_turn
from dunning.errors import NotAllowed, NotFound

_THEIRS: Final[BindParameter[Any]] = bindparam("customers", expanding=True)
_KNOWN: Final = select(customers.c.id).where(customers.c.id.in_(_THEIRS))
_PERSON: Final = select(people.c.name).where(people.c.name == bindparam("person"), people.c.disabled_at.is_(None))
_PEOPLE: Final = select(people.c.name).where(people.c.disabled_at.is_(None)).order_by(people.c.name)
_AGAIN: Final = {"turns_on": NOW_AND_THEN}


class BadCare(NotAllowed):
    """A customer cannot be somebody's who does not work here, nor be put off to a day that is over."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a customer is, or was, by hand."""

    customer_id: str
    person: str
    by: str
    at: datetime
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Snooze:
    """A customer put off to the end of a day; `ended_by` a person, or `woken_by` what happened, such as `time`."""

    customer_id: str
    until_on: date
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None
    ended_by: str | None
    woken_by: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """For which customers something was changed, and for which it stood already."""

    done: tuple[str, ...]
    stood: tuple[str, ...]


class Owners:
    """Assigns customers to people and puts them off. What is said again changes nothing."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def people(self) -> tuple[str, ...]:
        """Those to whom a customer may be assigned."""
        rows = await self._database.read(lambda tx: tx.rows(_PEOPLE))
        return tuple(row["name"] for row in rows)

    async def assign(self, ids: Collection[str], person: str | None, by: str, at: datetime) -> Changed:
        """Make them this person's, None: nobody's by hand. Raises `NotFound`, and `BadCare` for who is no person."""

        def work(tx: Transaction) -> Changed:
            wanted = _known(tx, ids)
            if person is not None and tx.row(_PERSON, person=person) is None:
                raise BadCare("person", person, ", ".join(_names(tx)) or "nobody: no person is known here")
            stands = {row["customer_id"]: row["person"] for row in _standing(tx, assignments, wanted)}
            news = [one for one in wanted if stands.get(one) != person]
            _end(tx, assignments, [one for one in news if one in stands], by, at)
            if person is not None:
                tx.add(assignments, *({"customer_id": one, "person": person, "by": by, "at": at} for one in news))
            row = {"owner": person, "by_hand": True} if person else {"owner": None, "by_hand": False, **_AGAIN}
            _change_rows(tx, news, row)
            return _told(wanted, news)

        return await self._database.write(work)

    async def snooze(
        self, ids: Collection[str], until: date, reason: str, by: str, at: datetime, *, today: date
    ) -> Changed:
        """Put them off to the end of that day. Raises `NotFound`, and `BadCare` for a day that is not to come."""

        def work(tx: Transaction) -> Changed:
            wanted = _known(tx, ids)
            if until < today:
                raise BadCare("until", str(until), f"{today} or a later day")
            stands = {(row["customer_id"], row["until_on"], row["reason"]) for row in _standing(tx, snoozes, wanted)}
            news = [one for one in wanted if (one, until, reason) not in stands]
            _end(tx, snoozes, news, by, at)
            said = {"until_on": until, "reason": reason, "by": by, "at": at}
            tx.add(snoozes, *({"customer_id": one, **said} for one in news))
            _change_rows(tx, news, {"snoozed_until": until, "turns_on": _the_day_after(until)})
            return _told(wanted, news)

        return await self._database.write(work)

    async def wake(self, ids: Collection[str], by: str, at: datetime) -> Changed:
        """Put them off no more. Raises `NotFound`."""

        def work(tx: Transaction) -> Changed:
            wanted = _known(tx, ids)
            news = sorted({row["customer_id"] for row in _standing(tx, snoozes, wanted)})
            _end(tx, snoozes, news, by, at)
            _change_rows(tx, news, {"snoozed_until": None})
            return _told(wanted, news)

        return await self._database.write(work)

    async def of_customer(self, customer_id: str) -> tuple[tuple[Assignment, ...], tuple[Snooze, ...]]:
        """Whose they were and until when they were put off, the newest first. Raises `NotFound`."""

        def work(tx: Transaction) -> tuple[tuple[Assignment, ...], tuple[Snooze, ...]]:
            _known(tx, [customer_id])
            owned, put_off = (_history(tx, table, customer_id) for table in (assignments, snoozes))
            return tuple(row_as(Assignment, row) for row in owned), tuple(row_as(Snooze, row) for row in put_off)

        return await self._database.read(work)


def _known(tx: Transaction, ids: Collection[str]) -> list[str]:
    """The customers of these ids; nobody ranks while they are changed."""
    in_turn(tx)
    wanted = sorted(set(ids))
    known = {row["id"] for row in tx.rows(_KNOWN, customers=wanted)}
    missing = next((one for one in wanted if one not in known), None)
    if missing is not None:
        raise NotFound(f"customer: found no {missing}")
    return wanted


def _names(tx: Transaction) -> Iterator[str]:
    return (row["name"] for row in tx.rows(_PEOPLE))


def _standing(tx: Transaction, table: Table, ids: list[str]) -> Sequence[RowMapping]:
    return tx.rows(select(table).where(table.c.customer_id.in_(_THEIRS), table.c.ended_at.is_(None)), customers=ids)


def _end(tx: Transaction, table: Table, ids: list[str], by: str, at: datetime) -> None:
    if ids:
        stands = update(table).where(table.c.customer_id.in_(ids), table.c.ended_at.is_(None))
        tx.change(stands.values(ended_at=at, ended_by=by))


def _change_rows(tx: Transaction, ids: list[str], changed: Mapping[str, Any]) -> None:
    if ids:
        tx.change(update(queue_rows).where(queue_rows.c.customer_id.in_(ids)).values(changed))


def _the_day_after(until: date) -> ColumnElement[date]:
    """When the row has to be looked at again: no later than on the day after this."""
    after = date.fromordinal(min(until.toordinal() + 1, date.max.toordinal()))
    return when((queue_rows.c.turns_on < after, queue_rows.c.turns_on), else_=after)


def _history(tx: Transaction, table: Table, customer_id: str) -> Sequence[RowMapping]:
    query = select(table).where(table.c.customer_id == customer_id).order_by(table.c.number.desc())
    return tx.rows(query)


def _told(wanted: list[str], news: list[str]) -> Changed:
    changed = frozenset(news)
    return Changed(tuple(news), tuple(one for one in wanted if one not in changed))
