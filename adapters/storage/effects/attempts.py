"""Charges of stored methods: written down before the provider is called, one in flight per invoice (C5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import attempts
from dunning.answers import Answer, Approved, Declined, Underway
from dunning.effects import Charge, SettleCharge
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


def begin_attempt(tx: Transaction, act: Act, customer_id: str) -> None:
    """Write an attempt down. Raises `Conflict` while another one of the invoice has no outcome (C5)."""
    charge = act.effect
    if not isinstance(charge, Charge | SettleCharge):
        return
    other = tx.value(_IN_FLIGHT, invoice=act.invoice_id, key=charge.key)
    if other is not None:
        raise Conflict(f"{charge.key}: found {other} in flight; allowed one attempt of an invoice at a time (C5)")
    row = {"invoice_id": act.invoice_id, "number": charge.attempt, "key": charge.key, "customer_id": customer_id}
    of = {"method": charge.method, "amount": charge.amount, "at": act.at, "state": "begun"}
    # Who asked for the attempt is only told when it is first made.
    by = {"by": charge.who} if isinstance(charge, Charge) else {}
    tx.put(attempts, (*of, *by), {"by": "", **row, **of, **by})


def record_answer(tx: Transaction, charge: Charge | SettleCharge, answer: Answer, at: datetime) -> bool:
    """Note the provider's answer; False where a fact has told before that the attempt failed, so this is old (P4)."""
    match answer:
        case Approved() | Underway():
            changes: dict[str, Any] = {"state": answer.kind, "answered_at": at}
        case Declined() as said:
            return _declined(tx, charge, said, at)
        case _:
            return False
    still_open = (attempts.c.key == charge.key) & (attempts.c.state != "failed")
    return bool(tx.change(update(attempts).where(still_open).values(changes)))


def _declined(tx: Transaction, charge: Charge | SettleCharge, said: Declined, at: datetime) -> bool:
    """Note all codes of a decline, also of a debit whose failure a fact has told before."""
    names = ("code", "advice", "network_code", "network_advice")
    changes = {"state": "declined", "answered_at": at, **{name: getattr(said, name) for name in names}}
    changes["row"] = said.read.row
    return bool(tx.change(update(attempts).where(attempts.c.key == charge.key).values(changes)))


def settle_debit(tx: Transaction, key: str, state: str) -> None:
    """A bank debit that was under way came to its end, as a fact of that payment id tells (P4)."""
    tx.change(_SETTLE, {"which": key, "end": state})


def return_debit(tx: Transaction, key: str, code: str) -> None:
    """A bank debit that had settled came back with this code (C4)."""
    tx.change(update(attempts).where(attempts.c.key == key).values(state="failed", code=code))


def take_back_attempt(tx: Transaction, key: str) -> None:
    """The provider never saw it; it may still be made, under the same number."""
    tx.change(update(attempts).where(attempts.c.key == key, attempts.c.state == "begun").values(state="unsent"))
