"""What a case leaves behind with every act: lines of its journal, and the projection that lists show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, Integer, and_, bindparam, delete, func, or_, update
from sqlalchemy import case as when

from adapters.storage.engine.columns import UtcDateTime
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import case_dates, cases, journal_lines
from dunning.journal import Line
from dunning.ports import CaseDate, Projection, Written

_LINE: Final = tuple(field.name for field in fields(Line))
_PROJECTION: Final = tuple(field.name for field in fields(Projection))

_ended: Final[BindParameter[bool]] = bindparam("ended")
_moment: Final[BindParameter[datetime]] = bindparam("moment", type_=UtcDateTime())
_broken: Final[BindParameter[int]] = bindparam("new_broken_promises", type_=Integer())
_disputed: Final[BindParameter[bool]] = bindparam("disputed")
_lines: Final[BindParameter[int]] = bindparam("new_lines", type_=Integer())
# A worker that was held up may write what another has overtaken meanwhile: the newer stays.
_NEWER: Final = or_(cases.c.lines < _lines, and_(cases.c.lines == _lines, cases.c.clock <= _moment))
_PROJECT: Final = (
    update(cases)
    .where(cases.c.invoice_id == bindparam("of"), _NEWER)
    .values(
        {name: bindparam(f"new_{name}") for name in _PROJECTION}
        | {
            "clock": _moment,
            # What comes after the end (a recovery, a note) neither moves the end nor forgets how the case stood then.
            "closed_at": when((_ended, func.coalesce(cases.c.closed_at, _moment)), else_=None),
            "state": when((_ended, func.coalesce(bindparam("whole"), cases.c.state)), else_=bindparam("whole")),
            "seen": bindparam("known"),
            # What the queue tells of a case follows from how it stood before, in the one statement that there is.
            "broken_at": when(
                (_broken > cases.c.broken_promises, _moment), (_broken == 0, None), else_=cases.c.broken_at
            ),
            "disputed_since": when((_disputed, func.coalesce(cases.c.disputed_since, _moment)), else_=None),
            "ranked": False,
        }
    )
)


_NO_DATES: Final = delete(case_dates).where(case_dates.c.invoice_id == bindparam("of"))


def write_case(tx: Transaction, invoice_id: str, written: Written, seen: int, at: datetime) -> None:
    """Write the journal and the projection, of a case that knows the messages up to number `seen`; the days that it
    looks forward to where they have changed. What was overtaken by something newer leaves its lines alone.
    """
    write_journal(tx, invoice_id, written.lines)
    shown = {f"new_{name}": getattr(written.projection, name) for name in _PROJECTION}
    shown["new_holds"] = list(written.projection.holds)
    ended, disputed = written.projection.outcome is not None, written.projection.balance > written.projection.demandable
    how = {"ended": ended, "disputed": disputed}
    said = {**shown, **how, "of": invoice_id, "moment": at, "whole": written.state, "known": seen}
    if tx.change(_PROJECT, said) and written.dates is not None:
        write_dates(tx, invoice_id, written.dates)


def write_dates(tx: Transaction, invoice_id: str, dates: Iterable[CaseDate]) -> None:
    """What the case looks forward to now, in the place of all that it did before."""
    tx.change(_NO_DATES, {"of": invoice_id})
    tx.add(case_dates, *({"invoice_id": invoice_id, **asdict(one)} for one in dates))


def write_journal(tx: Transaction, invoice_id: str, lines: Iterable[Line]) -> None:
    """Write lines of the journal, each number once."""
    new = ({"invoice_id": invoice_id} | {name: getattr(line, name) for name in _LINE} for line in lines)
    tx.add(journal_lines, *new)
