"""How a customer pays: each payment beside the day on which it was due, and what became of their promises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, bindparam, func, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import cases, customers, invoices, journal_lines, postings
from dunning.overdue import days_overdue

LOOKED_BACK: Final = timedelta(days=365)
_TAKES_BACK: Final = ("reversal", "lifted")
_POSTINGS: Final = (
    select(
        postings.c.invoice_id, postings.c.kind, postings.c.id, postings.c.amount, postings.c.payment_id, postings.c.at,
        postings.c.as_of, invoices.c.currency, invoices.c.due_on,
    )
    .join(invoices, invoices.c.id == postings.c.invoice_id)
    .where(invoices.c.customer_id == bindparam("customer"), postings.c.kind.in_(("payment", *_TAKES_BACK)))
)  # fmt: skip
_ZONE: Final = select(customers.c.timezone).where(customers.c.id == bindparam("customer"))
_KEPT: Final = (
    select(func.count())
    .select_from(journal_lines.join(cases, cases.c.invoice_id == journal_lines.c.invoice_id))
    .where(
        cases.c.customer_id == bindparam("customer"),
        journal_lines.c.kind.in_(("promise", "plan")),
        journal_lines.c.value == "kept",
    )
)
_BROKEN: Final = select(func.coalesce(func.sum(cases.c.broken_promises), 0)).where(
    cases.c.customer_id == bindparam("customer")
)


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """A payment, less what of it was taken back, in minor units; `paid_on` is its value day where the customer is."""

    invoice_id: str
    id: str
    currency: str
    amount: int
    paid_on: date
    due_on: date

    @property
    def days_late(self) -> int:
        """Calendar days after the due date; money that came before it was not late (S5)."""
        return days_overdue(self.due_on, self.paid_on)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`payments` of a year back, the newest first. A promise or plan that was overtaken is neither kept nor broken."""

    payments: tuple[PaymentMade, ...]
    kept: int
    broken: int

    @property
    def days_late(self) -> dict[str, int]:
        """How late they pay in each currency: the days of each payment, weighted by its amount, in whole days."""
        currencies = sorted({one.currency for one in self.payments})
        return {name: weighted_days_late(one for one in self.payments if one.currency == name) for name in currencies}


def weighted_days_late(payments: Iterable[PaymentMade]) -> int:
    """The average of their days, each as heavy as its amount, rounded half up; 0 of none."""
    every = tuple(payments)
    total = sum(one.amount for one in every)
    days = Fraction(sum(one.amount * one.days_late for one in every), total) if total else Fraction()
    return int(days + Fraction(1, 2))


class Behaviours:
    """Reads it."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def of(self, customer_id: str, at: datetime, zone: str) -> Behaviour:
        """How the customer paid up to that moment; `zone` is for one of whom no zone is known."""

        def work(tx: Transaction) -> Behaviour:
            own = tx.value(_ZONE, customer=customer_id) or zone
            payments = _payments(tx.rows(_POSTINGS, customer=customer_id), ZoneInfo(own))
            lately = [one for one in payments if one.paid_on > at.astimezone(ZoneInfo(own)).date() - LOOKED_BACK]
            kept, broken = tx.value(_KEPT, customer=customer_id), tx.value(_BROKEN, customer=customer_id)
            return Behaviour(tuple(lately), int(kept), int(broken))

        return await self._database.read(work)


def _payments(rows: Iterable[RowMapping], zone: ZoneInfo) -> list[PaymentMade]:
    every = tuple(rows)
    back: dict[tuple[str, str], int] = {}
    for row in every:
        if row["kind"] in _TAKES_BACK:
            of = (row["invoice_id"], row["payment_id"])
            back[of] = back.get(of, 0) + row["amount"]
    made = (
        _payment(row, back.get((row["invoice_id"], row["id"]), 0), zone) for row in every if row["kind"] == "payment"
    )
    return sorted((one for one in made if one.amount > 0), key=lambda one: (one.paid_on, one.invoice_id), reverse=True)


def _payment(row: RowMapping, back: int, zone: ZoneInfo) -> PaymentMade:
    paid_on = (row["as_of"] or row["at"]).astimezone(zone).date()
    return PaymentMade(row["invoice_id"], row["id"], row["currency"], -row["amount"] - back, paid_on, row["due_on"])
