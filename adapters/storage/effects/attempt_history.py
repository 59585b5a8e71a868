"""The attempts by a method, over all of the customer's cases and made elsewhere, for the rule book (C4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import RowMapping, Text, bindparam, cast, func, or_, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.records import codes_of, invoice_of
from adapters.storage.tables import attempts, invoices, methods, outside_attempts
from dunning.answers import Forbidden
from dunning.attempts import history
from dunning.attempts.permission import barrier
from dunning.effects import Charge
from dunning.ports import Act
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


def rule_book_bar(tx: Transaction, act: Act, charge: Charge, row: RowMapping, provider: str | None) -> Forbidden | None:
    """What the rule book has against a charge, asked in the transaction that would write its intent."""
    customer_id = row[invoices.c.customer_id]
    earlier = attempts_by_method(tx, customer_id, act.invoice_id, charge.method)
    currency, country = row[invoices.c.currency], row["country"]
    return barrier(charge, act.invoice_id, currency, country, act.at, act.day, earlier, provider)


def attempts_by_method(tx: Transaction, customer_id: str, invoice_id: str, method: str) -> list[Tried]:
    """The attempts by a method since it was added or last renewed, and those for an invoice by any other."""
    rows = tx.rows(_METHODS, customer=customer_id)
    ids = [row["id"] for row in rows]
    renewed_at = next((row["renewed_at"] for row in rows if row["id"] == method), None)
    return history.counted(_tried(tx, customer_id, invoice_id, method, ids), method, renewed_at)


def _tried(tx: Transaction, customer_id: str, invoice_id: str, method: str, ids: list[str]) -> Iterator[Tried]:
    by = {"customer": customer_id, "invoice": invoice_id, "method": method}
    for row in tx.rows(_OURS, **by):
        yield _ours(row)
    for row in tx.rows(_OUTSIDE, **by):
        outside = history.by_method(row["method"], ids)
        if outside is not None:
            amount, codes = row["amount"], codes_of(row)
            yield Tried(row["at"], row["invoice_id"], outside, amount, row["currency"], "declined", codes)
    for row in tx.rows(_BEFORE, customer=customer_id):
        yield from history.made_elsewhere(invoice_of(row), ids)


def _ours(row: RowMapping) -> Tried:
    codes = codes_of(row)
    return history.ours(
        row["at"], row["invoice_id"], row["method"], row["amount"], row["currency"], row["state"], codes, row["by"]
    )
