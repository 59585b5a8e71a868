"""What a case leaves behind with every act: lines of its journal, and the projection that lists show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam, func, update
from sqlalchemy import case as when

from adapters.storage import tasks
from adapters.storage.ledger import book
from adapters.storage.tables import cases, journal_lines
from adapters.storage.transaction import Transaction
from dunning.journal import Line
from dunning.ports import Projection, Written

_LINE: Final = tuple(field.name for field in fields(Line))
_PROJECTION: Final = tuple(field.name for field in fields(Projection))

_ended: Final[BindParameter[bool]] = bindparam("ended")
_PROJECT: Final = (
    update(cases)
    .where(cases.c.invoice_id == bindparam("of"))
    .values(
        {name: bindparam(f"new_{name}") for name in _PROJECTION}
        | {
            "clock": bindparam("moment"),
            # What comes after the end (a recovery, a note) neither moves the end nor forgets how the case stood then.
            "closed_at": when((_ended, func.coalesce(cases.c.closed_at, bindparam("moment"))), else_=None),
            "state": when((_ended, func.coalesce(bindparam("whole"), cases.c.state)), else_=None),
        }
    )
)


def write(
    tx: Transaction,
    invoice_id: str,
    written: Written,
    at: datetime,
    *,
    before: Iterable[Line] = (),
    pins: Mapping[str, str],
) -> None:
    """Write the journal, lines from `before` the act included, and the projection.

    `pins` are the contents' hashes of the policies that can take over, by name.
    """
    write_lines(tx, invoice_id, (*before, *written.lines), pins)
    shown = {f"new_{name}": getattr(written.projection, name) for name in _PROJECTION}
    shown["new_holds"] = list(written.projection.holds)
    ended = written.projection.outcome is not None
    tx.change(_PROJECT, {**shown, "of": invoice_id, "moment": at, "ended": ended, "whole": written.state})


def write_lines(tx: Transaction, invoice_id: str, lines: Iterable[Line], pins: Mapping[str, str]) -> None:
    """Write lines of the journal, each number once, and what it alone tells: answers, credits, another policy."""
    new = tuple(lines)
    tx.add(journal_lines, *({"invoice_id": invoice_id} | {name: getattr(line, name) for name in _LINE} for line in new))
    for line in new:
        tasks.answered(tx, invoice_id, line)
        if line.kind == "credit" and line.rule == "D3":
            # How much of the invoice a dispute is about is the case's to know (D1).
            book(tx, invoice_id, "credit", line.value, -(line.amount or 0), line.at, note=line.why)
        if line.kind == "policy" and line.value in pins:
            pinned = update(cases).where(cases.c.invoice_id == invoice_id)
            tx.change(pinned.values(policy_hash=pins[line.value]))
