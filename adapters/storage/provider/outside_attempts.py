"""Attempts that a billing system made itself: those before the case opened are the invoice's, later ones kept apart.

Neither moves the ladder's track once it runs, but card networks count every one of them (C3, C4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, select, update

from adapters.billing_system import OutsideAttempt
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import cases, invoices, outside_attempts
from dunning.errors import NotFound
from dunning.money import minor
from dunning.records import EarlierAttempt

_INVOICE: Final = select(invoices).where(invoices.c.id == bindparam("invoice"))
_CASE: Final = select(cases.c.invoice_id).where(cases.c.invoice_id == bindparam("invoice"))
_TOLD: Final = ("method", "amount", "at", "code", "network_code", "network_advice")


class OutsideAttempts:
    """Keeps them, each by its number, however often it is told."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def keep(self, invoice_id: str, every: Sequence[OutsideAttempt]) -> None:
        """All attempts so far. One that was only counted before takes on what is known of it now.

        Raises `NotFound`, and `MoneyError` for an amount that is none in the invoice's currency.
        """
        await self._database.write(lambda tx: _keep(tx, invoice_id, every))


def _keep(tx: Transaction, invoice_id: str, every: Sequence[OutsideAttempt]) -> None:
    rows = tx.lock(_INVOICE, of=invoices, invoice=invoice_id)
    if not rows:
        raise NotFound(f"invoice: found no {invoice_id}")
    [invoice] = rows
    if tx.value(_CASE, invoice=invoice_id) is None:
        _before(tx, invoice, every)
        return
    for attempt in every[len(invoice["attempts"]) :]:
        _after(tx, invoice, attempt)


def _before(tx: Transaction, invoice: RowMapping, every: Sequence[OutsideAttempt]) -> None:
    """No case yet: the attempts that it will open with (C3)."""
    if len(every) <= len(invoice["attempts"]):
        return
    made = tuple(EarlierAttempt(at=one.at, method=one.method, declined=one.code) for one in every)
    tx.change(update(invoices).where(invoices.c.id == invoice["id"]).values(attempts=made))


def _after(tx: Transaction, invoice: RowMapping, attempt: OutsideAttempt) -> None:
    known: dict[str, Any] = {name: getattr(attempt, name) for name in _TOLD}
    known["amount"] = minor(attempt.amount, invoice["currency"])
    key = {"invoice_id": invoice["id"], "id": str(attempt.number), "customer_id": invoice["customer_id"]}
    if attempt.certain:
        tx.put(outside_attempts, _TOLD, {**key, **known})
    else:
        tx.add(outside_attempts, {**key, **known})
