"""The ledger of each invoice: every amount once, and the balance is their sum (F2, P1 to P6).

The same arithmetic as the case's own, so that what the system of record says and what the case believes agree.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, cast, func, or_, select, update

from adapters.storage.columns import MINOR
from adapters.storage.tables import cases, invoices, postings
from adapters.storage.transaction import Transaction

RECOVERY: Final = "recovery"  # the note of a payment that came after the debt was given up


def balance() -> ColumnElement[int]:
    """The balance of an invoice, in minor units, for a query over `invoices`."""
    booked = select(func.coalesce(func.sum(postings.c.amount), 0)).where(postings.c.invoice_id == invoices.c.id)
    # PostgreSQL sums bigints as a numeric, which would come back as a Decimal.
    return invoices.c.amount + cast(booked.correlate(invoices).scalar_subquery(), MINOR)


_OF_PAYMENT: Final = select(postings).where(
    postings.c.invoice_id == bindparam("invoice"),
    or_(
        (postings.c.kind == "payment") & (postings.c.id == bindparam("payment")),
        (postings.c.kind == "reversal") & (postings.c.payment_id == bindparam("payment")),
    ),
)
_WAITING: Final = _OF_PAYMENT.where(postings.c.waiting > 0).order_by(postings.c.at, postings.c.id)
_GIVEN_UP: Final = (
    select(balance().label("balance"), cast(-func.coalesce(func.sum(postings.c.amount), 0), MINOR).label("given_up"))
    .join(cases, (cases.c.invoice_id == invoices.c.id) & (cases.c.outcome == "written-off"))
    .join(postings, (postings.c.invoice_id == invoices.c.id) & (postings.c.kind == "write_off"))
    .where(invoices.c.id == bindparam("invoice"))
    .group_by(invoices.c.id)
)
_NET: Final = (
    update(postings)
    .where(postings.c.invoice_id == bindparam("of"), postings.c.kind == "reversal", postings.c.id == bindparam("which"))
    .values(amount=bindparam("taken"), waiting=0)
)


def book(tx: Transaction, invoice_id: str, kind: str, entry: str, amount: int, at: datetime, **more: Any) -> bool:
    """One entry, `amount` positive where it raises the balance; False if it was there already (P1)."""
    row = {"invoice_id": invoice_id, "kind": kind, "id": entry, "amount": amount, "at": at}
    return bool(tx.add(postings, {**row, "waiting": 0, "note": "", **more}))


def paid(
    tx: Transaction, invoice_id: str, payment: str, amount: int, at: datetime, *, as_of: datetime | None = None
) -> None:
    """A payment of `amount`, and the reversals of it that came before it (P1, P5)."""
    given_up = tx.value(_GIVEN_UP, invoice=invoice_id) is not None
    if not book(tx, invoice_id, "payment", payment, -amount, at, as_of=as_of, note=RECOVERY if given_up else ""):
        return
    left = amount
    for row in tx.rows(_WAITING, invoice=invoice_id, payment=payment):
        taken = 0 if _older(row["as_of"], as_of) else min(row["waiting"], left)
        left -= taken
        tx.change(_NET, {"of": invoice_id, "which": row["id"], "taken": taken})
    recover(tx, invoice_id, payment, at)


def taken_back(
    tx: Transaction, invoice_id: str, reversal: str, payment: str, amount: int, at: datetime, as_of: datetime | None
) -> None:
    """A payment taken back: never beyond it, nothing older than what is known of it; waiting for one not known (P5)."""
    known = tx.rows(_OF_PAYMENT, invoice=invoice_id, payment=payment)
    if any(_older(as_of, row["as_of"]) for row in known):
        return
    is_known = any(row["kind"] == "payment" for row in known)
    left = -sum(row["amount"] for row in known)
    now, waiting = (min(amount, left), 0) if is_known else (0, amount)
    book(tx, invoice_id, "reversal", reversal, now, at, as_of=as_of, waiting=waiting, payment_id=payment)
    if now and any(row["note"] == RECOVERY for row in known):
        _lose_again(tx, invoice_id, reversal, at)


def recover(tx: Transaction, invoice_id: str, by: str, at: datetime) -> None:
    """What comes in `by` something of a debt that was given up takes back as much of the write-off (P7).

    It is nobody's credit. Nothing happens where nothing was given up.
    """
    row = tx.row(_GIVEN_UP, invoice=invoice_id)
    if row is not None and row["balance"] < 0 < row["given_up"]:
        back = min(-row["balance"], row["given_up"])
        book(tx, invoice_id, "write_off", f"recovered/{by}", back, at)


def _lose_again(tx: Transaction, invoice_id: str, reversal: str, at: datetime) -> None:
    """What was recovered and is taken back is given up again (P7)."""
    row = tx.row(_GIVEN_UP, invoice=invoice_id)
    if row is not None and row["balance"] > 0:
        book(tx, invoice_id, "write_off", f"lost-again/{reversal}", -row["balance"], at)


def _older(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other
