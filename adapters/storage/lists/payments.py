"""The money of all customers: what came in, is under way, is without an invoice, is too much, or was taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, cast, func, literal, null, select, union_all

from adapters.storage.engine.columns import MINOR
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.ledger import balance
from adapters.storage.lists.pages import PAGE, Order, Page, read_page
from adapters.storage.lists.views import row_as
from adapters.storage.tables import case_dates, cases, customers, invoices, postings, unmatched_payments
from adapters.storage.unmatched import MATCHED

PaymentState = Literal["received", "pending", "unmatched", "overpaid", "reversed"]
_P, _D, _U = postings.c, case_dates.c, unmatched_payments.c
_PENDING: Final = _D.about.label("id")
_WHOSE: Final = (customers.c.id.label("customer_id"), customers.c.name.label("customer_name"))
_NOTHING: Final = {
    "invoice_id": null(), "customer_id": null(), "customer_name": null(), "on": null(), "at": null(), "as_of": null(),
    "payment_id": null(), "stage": null(), "waiting": literal(0), "note": literal(""), "payer": literal(""),
    "reference": literal(""),
}  # fmt: skip


def _with_nothing(query: Select[Any]) -> Select[Any]:
    """The query with every column that it has not, empty."""
    known = {column.name for column in query.selected_columns}
    return query.add_columns(*(value.label(name) for name, value in _NOTHING.items() if name not in known))


def _booked(kind: str, amount: Any) -> Select[Any]:
    return _with_nothing(
        select(
            _P.id, _P.invoice_id, invoices.c.currency, amount.label("amount"), _P.at, _P.as_of, _P.payment_id,
            _P.waiting, _P.note, cases.c.stage, *_WHOSE,
        )
        .join(invoices, invoices.c.id == _P.invoice_id)
        .join(customers, customers.c.id == invoices.c.customer_id)
        .join(cases, cases.c.invoice_id == _P.invoice_id, isouter=True)
        .where(_P.kind == kind)
    )  # fmt: skip


_TOO_MUCH: Final = union_all(
    select(cases.c.invoice_id, (-cases.c.balance).label("amount")).where(cases.c.balance < 0),
    # Documents of nothing, on which a credit of the customer stands; no case opens for them.
    select(invoices.c.id, -balance())
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    .where(invoices.c.amount == 0, cases.c.invoice_id.is_(None), balance() < 0),
).subquery()
_QUERIES: Final[Mapping[PaymentState, Select[Any]]] = {
    "received": _booked("payment", -_P.amount),
    "reversed": _booked("reversal", _P.told),
    "pending": _with_nothing(
        select(_PENDING, _D.invoice_id, _D.currency, _D.amount, _D.on, cases.c.stage, *_WHOSE)
        .join(cases, cases.c.invoice_id == _D.invoice_id)
        .join(customers, customers.c.id == cases.c.customer_id)
        .where(_D.kind == "payment")
    ),
    "unmatched": _with_nothing(
        select(_U.id, _U.currency, _U.amount, _U.at, _U.as_of, _U.payer, _U.reference).where(~MATCHED)
    ),
    "overpaid": _with_nothing(
        select(
            invoices.c.id, invoices.c.id.label("invoice_id"), invoices.c.currency, _TOO_MUCH.c.amount,
            invoices.c.updated_at.label("at"), cases.c.stage, *_WHOSE,
        )
        .join(invoices, invoices.c.id == _TOO_MUCH.c.invoice_id)
        .join(customers, customers.c.id == invoices.c.customer_id)
        .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    ),
}  # fmt: skip
_ORDERS: Final[Mapping[PaymentState, Order]] = {
    "received": Order((_P.at, _P.invoice_id, _P.id), newest_first=True),
    "reversed": Order((_P.at, _P.invoice_id, _P.id), newest_first=True),
    "pending": Order((_D.on, _D.invoice_id, _PENDING)),
    "unmatched": Order((_U.at, _U.id)),
    "overpaid": Order((invoices.c.id,)),
}
_CURRENCY: Final = {
    "received": invoices.c.currency, "reversed": invoices.c.currency, "overpaid": invoices.c.currency,
    "pending": _D.currency, "unmatched": _U.currency,
}  # fmt: skip
_OWNER: Final = {
    "received": invoices.c.customer_id, "reversed": invoices.c.customer_id, "overpaid": invoices.c.customer_id,
    "pending": cases.c.customer_id,
}  # fmt: skip


def _of_kind(kind: str) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: query.join_from(postings, invoices, invoices.c.id == _P.invoice_id).where(_P.kind == kind)


# Of each state its currency and amount, and how a query comes by the rows, with no more joined than that takes.
_SUMMED: Final[Mapping[PaymentState, tuple[Any, Any, Callable[[Select[Any]], Select[Any]]]]] = {
    "received": (invoices.c.currency, -_P.amount, _of_kind("payment")),
    "reversed": (invoices.c.currency, _P.told, _of_kind("reversal")),
    "pending": (
        _D.currency, _D.amount,
        lambda query: query.join_from(case_dates, cases, cases.c.invoice_id == _D.invoice_id).where(
            _D.kind == "payment"
        ),
    ),
    "unmatched": (_U.currency, _U.amount, lambda query: query.where(~MATCHED)),
    "overpaid": (
        invoices.c.currency, _TOO_MUCH.c.amount,
        lambda query: query.join_from(_TOO_MUCH, invoices, invoices.c.id == _TOO_MUCH.c.invoice_id),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Money in one of its states, `amount` in minor units. `at` is when it was booked or told, `on` by when it should
    come, `as_of` its value day, `stage` that of the invoice's case, if it has one; `payment_id` is the payment that was
    taken back, of which so much is `waiting` for a payment that nobody knows (P5).
    """

    state: PaymentState
    id: str
    invoice_id: str | None
    customer_id: str | None
    customer_name: str | None
    currency: str
    amount: int
    at: datetime | None
    on: date | None
    as_of: datetime | None
    payment_id: str | None
    waiting: int
    stage: str | None
    note: str
    payer: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentSum:
    """How many, and how much together, in minor units of their currency."""

    currency: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class WhichPayments:
    """Which money; what is left out lets everything through. `since` and `before` bound what was booked."""

    state: PaymentState = "received"
    currency: str | None = None
    customer: str | None = None
    since: datetime | None = None
    before: datetime | None = None

    def of(self, found: Select[Any]) -> Select[Any]:
        """These of all of that state."""
        if self.currency is not None:
            found = found.where(_CURRENCY[self.state] == self.currency)
        if self.customer is not None and self.state != "unmatched":
            found = found.where(_OWNER[self.state] == self.customer)
        if self.state not in {"received", "reversed"}:
            return found
        found = found if self.since is None else found.where(_P.at >= self.since)
        return found if self.before is None else found.where(_P.at < self.before)


class Payments:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def page(self, wanted: WhichPayments, *, cursor: str | None = None, limit: int = PAGE) -> Page[PaymentView]:
        """The newest first; what is expected or waits, the oldest. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[PaymentView]:
            found = read_page(tx, wanted.of(_QUERIES[wanted.state]), _ORDERS[wanted.state], cursor, limit)
            return found.shown(lambda row: row_as(PaymentView, {**row, "state": wanted.state}))

        return await self._database.read(work)

    async def sums(self, wanted: WhichPayments) -> tuple[PaymentSum, ...]:
        """All of it together, in each currency."""
        currency, amount, bare = _SUMMED[wanted.state]
        # PostgreSQL sums bigints as a numeric, which would come back as a Decimal.
        summed = cast(func.sum(amount), MINOR).label("amount")
        query = wanted.of(bare(select(currency.label("currency"), func.count().label("count"), summed)))
        query = query.group_by(currency).order_by(currency)
        return tuple(row_as(PaymentSum, row) for row in await self._database.read(lambda tx: tx.rows(query)))
