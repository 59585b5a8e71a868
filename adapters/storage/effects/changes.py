"""What a case changes in the books by its own decisions, made in the transaction that writes its journal (F6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, assert_never

from sqlalchemy import bindparam, select, update

from adapters.storage import ledger
from adapters.storage.effects import tasks
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import calls, cases, forbidden_attempts, invoices
from dunning.changes import AttemptForbidden, Called, Change, Credited, PolicyPinned, TakenBack, TaskClosed, Waived

_WHOSE: Final = select(invoices.c.customer_id).where(invoices.c.id == bindparam("invoice"))


def make_changes(tx: Transaction, invoice_id: str, changes: Iterable[Change], pins: Mapping[str, str]) -> None:
    """Make them in their order; making them again changes nothing.

    `pins` are the contents' hashes of the policies that can take over, by name.
    """
    for change in changes:
        match change:
            case Credited(id=credit, amount=amount, at=at, why=why):
                ledger.book_posting(tx, invoice_id, "credit", credit, -amount, at, origin="case", note=why)
            case Waived(entry=kind, id=waiver, amount=amount, at=at, why=why):
                ledger.book_posting(tx, invoice_id, kind, waiver, -amount, at, origin="case", note=why)
            case TakenBack(entry=kind, id=entry, amount=amount, at=at, why=why, of=of):
                more = {"note": why, "payment_id": of}
                ledger.book_posting(tx, invoice_id, kind, entry, amount, at, origin="case", **more)
                ledger.recover(tx, invoice_id, entry, at)
            case TaskClosed(task=task, at=at):
                tasks.close_task(tx, invoice_id, task, at)
            case PolicyPinned(policy=name):
                if name in pins:
                    pinned = update(cases).where(cases.c.invoice_id == invoice_id)
                    tx.change(pinned.values(policy_hash=pins[name]))
            case AttemptForbidden(number=number, method=method, at=at, row=row, why=why, until=until):
                told = {"method": method, "at": at, "row": row, "why": why, "until": until}
                tx.add(forbidden_attempts, {"invoice_id": invoice_id, "number": number, **told})
            case Called(number=number, day=day):
                whose = tx.value(_WHOSE, invoice=invoice_id)
                tx.add(calls, {"invoice_id": invoice_id, "number": number, "customer_id": whose, "day": day})
            case _:
                assert_never(change)
