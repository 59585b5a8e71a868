"""Charges of stored methods: written down before the provider is called, one in flight per invoice (C5)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from adapters.storage.tables import attempts
from adapters.storage.transaction import Transaction
from dunning.effects import Answer, Approved, Charge, Declined, SettleCharge, Underway
from dunning.errors import Conflict
from dunning.ports import Act

_IN_FLIGHT: Final = select(attempts.c.key).where(
    attempts.c.invoice_id == bindparam("invoice"),
    attempts.c.state == "begun",
    attempts.c.key != bindparam("key"),
)

_SETTLE: Final = (
    update(attempts)
    .where(attempts.c.key == bindparam("which"), attempts.c.state.in_(["begun", "underway"]))
    .values(state=bindparam("end"))
)


def begun(tx: Transaction, act: Act, charge: Charge, customer_id: str) -> None:
    """Write the attempt down. Raises `Conflict` while another one of the invoice has no outcome (C5)."""
    other = tx.value(_IN_FLIGHT, invoice=act.invoice_id, key=charge.key)
    if other is not None:
        raise Conflict(f"{charge.key}: found {other} in flight; allowed one attempt of an invoice at a time (C5)")
    row = {"invoice_id": act.invoice_id, "number": charge.attempt, "key": charge.key, "customer_id": customer_id}
    told = {"method": charge.method, "amount": charge.amount, "by": charge.by, "at": act.at, "state": "begun"}
    tx.add(attempts, {**row, **told})


def answered(tx: Transaction, charge: Charge | SettleCharge, answer: Answer) -> None:
    """Note the provider's answer."""
    match answer:
        case Approved() | Underway():
            changes: dict[str, Any] = {"state": answer.kind}
        case Declined(code=code, advice=advice):
            changes = {"state": "declined", "code": code, "advice": advice}
        case _:
            return
    tx.change(update(attempts).where(attempts.c.key == charge.key).values(changes))


def settled(tx: Transaction, key: str, state: str) -> None:
    """A bank debit that was under way came to its end, as a fact of that payment id tells (P4)."""
    tx.change(_SETTLE, {"which": key, "end": state})


def taken_back(tx: Transaction, key: str) -> None:
    """The provider never saw it."""
    tx.change(delete(attempts).where(attempts.c.key == key, attempts.c.state == "begun"))
