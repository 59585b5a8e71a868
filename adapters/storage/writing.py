"""What a case leaves behind with every act: lines of its journal, and the projection that lists show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, update
from sqlalchemy import case as when

from adapters.storage.tables import cases, journal_lines, postings
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
    """Write lines of the journal, each number once, and what only the journal tells: credits and another policy."""
    rows = [{"invoice_id": invoice_id} | {name: getattr(line, name) for name in _LINE} for line in lines]
    tx.add(journal_lines, *rows)
    for row in rows:
        if row["kind"] == "credit" and row["rule"] == "D3":
            _accepted_dispute(tx, row)
        if row["kind"] == "policy" and row["value"] in pins:
            pinned = update(cases).where(cases.c.invoice_id == invoice_id)
            tx.change(pinned.values(policy_hash=pins[row["value"]]))


def _accepted_dispute(tx: Transaction, line: Mapping[str, Any]) -> None:
    """The amount of a dispute is the case's to know (D1), so the credit is booked from its journal (D3)."""
    tx.add(
        postings,
        {
            "invoice_id": line["invoice_id"], "kind": "credit", "id": line["value"], "amount": -line["amount"],
            "waiting": 0, "at": line["at"], "note": line["why"],
        },
    )  # fmt: skip
