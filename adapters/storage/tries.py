"""What the rule book is told of a method: all attempts by it, over the customer's cases and made elsewhere (C4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from sqlalchemy import RowMapping, Text, bindparam, cast, func, or_, select

from adapters.storage.records import invoice_of
from adapters.storage.tables import attempts, invoices, methods, outside_attempts
from adapters.storage.transaction import Transaction
from dunning.answers import Forbidden
from dunning.charging.permission import CUSTOMER, barrier, made_elsewhere
from dunning.effects import Charge
from dunning.ports import Act
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried

_METHODS: Final = select(methods).where(methods.c.customer_id == bindparam("customer")).order_by(methods.c.position)
_OURS: Final = (
    select(attempts, invoices.c.currency)
    .join(invoices, invoices.c.id == attempts.c.invoice_id)
    .where(
        attempts.c.customer_id == bindparam("customer"),
        or_(attempts.c.method == bindparam("method"), attempts.c.invoice_id == bindparam("invoice")),
        attempts.c.state != "unsent",
    )
)
_OUTSIDE: Final = (
    select(outside_attempts, invoices.c.currency)
    .join(invoices, invoices.c.id == outside_attempts.c.invoice_id)
    .where(
        outside_attempts.c.customer_id == bindparam("customer"),
        or_(
            outside_attempts.c.method == bindparam("method"),
            outside_attempts.c.method.is_(None),
            outside_attempts.c.invoice_id == bindparam("invoice"),
        ),
    )
)
_NONE: Final = len("[]")
_BEFORE: Final = select(invoices).where(
    invoices.c.customer_id == bindparam("customer"), func.length(cast(invoices.c.attempts, Text)) > _NONE
)
_STATES: Final[dict[str, Literal["approved", "declined", "open"]]] = {
    "approved": "approved", "declined": "declined", "failed": "declined", "begun": "open", "underway": "open",
}  # fmt: skip


def barred(tx: Transaction, act: Act, charge: Charge, row: RowMapping, provider: str | None) -> Forbidden | None:
    """What the rule book has against a charge, asked in the transaction that would write its intent."""
    customer_id = row[invoices.c.customer_id]
    earlier = known(tx, customer_id, act.invoice_id, charge.method)
    currency, country = row[invoices.c.currency], row["country"]
    return barrier(charge, act.invoice_id, currency, country, act.at, act.day, earlier, provider)


def known(tx: Transaction, customer_id: str, invoice_id: str, method: str) -> list[Tried]:
    """The attempts by a method since it was added or last renewed, and those for an invoice by any other."""
    rows = tx.rows(_METHODS, customer=customer_id)
    ids = tuple(row["id"] for row in rows)
    renewed_at = next((row["renewed_at"] for row in rows if row["id"] == method), None)
    every = _tried(tx, customer_id, invoice_id, method, ids)
    return [one for one in every if renewed_at is None or one.method != method or one.at >= renewed_at]


def _tried(tx: Transaction, customer_id: str, invoice_id: str, method: str, ids: tuple[str, ...]) -> Iterator[Tried]:
    """All of them; one made elsewhere that names no method was by the only one there is, or it counts for none."""
    by = {"customer": customer_id, "invoice": invoice_id, "method": method}
    for row in tx.rows(_OURS, **by):
        yield _one(row, row["method"], _STATES[row["state"]], by_customer=row["by"] == CUSTOMER)
    for row in tx.rows(_OUTSIDE, **by):
        if row["method"] or len(ids) == 1:
            yield _one(row, row["method"] or ids[0], "declined")
    for row in tx.rows(_BEFORE, customer=customer_id):
        yield from made_elsewhere(invoice_of(row), ids)


def _one(row: Any, method: str, state: Literal["approved", "declined", "open"], *, by_customer: bool = False) -> Tried:
    codes = Codes(row["code"], row.get("advice"), row["network_code"], row["network_advice"])
    told = codes if row["code"] else None
    return Tried(row["at"], row["invoice_id"], method, row["amount"], row["currency"], state, told, by_customer)
