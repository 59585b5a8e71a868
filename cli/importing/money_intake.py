"""Payments and credits of a file into the store. Cases hear of them at once where the product runs, else when it does.

The store keeps each for its case first, so that no reminder leaves that a payment of the file forbids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from sqlalchemy import RowMapping, bindparam, select

from adapters.settings import Settings
from adapters.storage.credit_notes import credit_customer, credit_invoice
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import known_ids, parts
from adapters.storage.inbox.message import read_message
from adapters.storage.tables import customers, invoices
from cli import terminal
from cli.importing.money_rows import CreditFile, CreditRow, PaymentFile, PaymentRow
from cli.importing.table import Table
from cli.importing.value_days import value_moment
from cli.installation.store import open_store
from cli.virtual_time.clocks import clock_of
from dunning.errors import Conflict, Mistake
from dunning.messages import PaymentReceived
from dunning.money import decimal_string, major

Thing = TypeVar("Thing")
_LONGEST: Final = 100  # characters of an id
_INVOICE: Final = (
    select(invoices.c.id, invoices.c.currency, invoices.c.customer_id, customers.c.timezone)
    .join(customers, customers.c.id == invoices.c.customer_id)
    .where(invoices.c.id == bindparam("invoice"))
)
_CUSTOMER: Final = select(customers.c.id).where(customers.c.id == bindparam("customer"))
_REGISTERED: Final = "one that is registered"


@dataclass(frozen=True, slots=True)
class Paying:
    """One payment and its part of each invoice, in minor units. `column` is where the file says how much it is."""

    line: int
    id: str
    currency: str
    parts: Mapping[str, int]
    paid_on: date | None
    column: str = "amount"


def book_payment(
    tx: Transaction, table: Table, paying: Paying, zone: str, at: datetime
) -> tuple[bool, tuple[Mistake, ...]]:
    """Keep a payment for the cases of its invoices, once (P1, P9); whether it is new, and what is wrong with it."""
    as_of = None if paying.paid_on is None else value_moment(paying.paid_on, zone, at)
    if paying.paid_on is not None and as_of is None:
        allowed = "a day that has come; money on its way is told by POST /v1/pending-payments"
        return False, (table.mistake(paying.line, "paid_on", paying.paid_on.isoformat(), allowed),)
    payment = short_id(paying.id)
    known = known_ids.booked(tx, payment)
    if known and known != {one: major(part, paying.currency) for one, part in paying.parts.items()}:
        was = ", ".join(f"{amount} for {one}" for one, amount in known.items())
        now = decimal_string(sum(paying.parts.values()), paying.currency)
        found, allowed = f"{now} of the payment {payment}", f"what is known of it, {was}, or another id"
        return False, (table.mistake(paying.line, paying.column, found, allowed),)
    if known:
        return False, ()
    return _bring(tx, payment, paying, as_of, at), ()


def _bring(tx: Transaction, payment: str, paying: Paying, as_of: datetime | None, at: datetime) -> bool:
    first, *others = paying.parts
    told = [{"invoice": one, "amount": decimal_string(part, paying.currency)} for one, part in paying.parts.items()]
    body = {
        "id": payment,
        "amount": decimal_string(sum(paying.parts.values()), paying.currency),
        "currency": paying.currency,
        "at": at.isoformat(),
        **({} if as_of is None else {"as_of": as_of.isoformat()}),
        **({"allocations": told} if others else {}),
    }
    return parts.bring(tx, first, read_message(PaymentReceived.name, body, at))


def short_id(name: str) -> str:
    """An id of ours that was put together, as long as an id may be."""
    return name if len(name) <= _LONGEST else hashlib.sha256(name.encode()).hexdigest()


async def take_payments(settings: Settings, file: PaymentFile, *, rehearsing: bool = False) -> int:
    """Keep the payments of a file, or only try to; how many are new. Raises `CsvMistake`."""

    def take(tx: Transaction, at: datetime, rows: Sequence[PaymentRow]) -> tuple[bool, Sequence[Mistake]]:
        wrong = [one for row in rows for one in _no_invoice(tx, file.table, row, row.invoice_id)]
        if wrong:
            return False, wrong
        first = rows[0]
        owner = tx.row(_INVOICE, invoice=first.invoice_id)
        zone = (owner and owner["timezone"]) or settings.creditor.timezone
        paid = {row.invoice_id: row.amount for row in rows}
        return book_payment(tx, file.table, Paying(first.line, first.id, first.currency, paid, first.paid_on), zone, at)

    return await _take(settings, file.table, file.payments, take, "payments", rehearsing=rehearsing)


async def take_credits(settings: Settings, file: CreditFile, *, rehearsing: bool = False) -> int:
    """Keep the credits of a file, or only try to; how many are new. Raises `CsvMistake`."""

    def take(tx: Transaction, at: datetime, row: CreditRow) -> tuple[bool, Sequence[Mistake]]:
        try:
            if row.invoice_id is not None:
                wrong = list(_no_invoice(tx, file.table, row, row.invoice_id))
                what = (row.invoice_id, row.id, row.amount, row.currency, at)
                return (False, wrong) if wrong else (credit_invoice(tx, *what), ())
            customer_id = row.customer_id or ""
            if tx.row(_CUSTOMER, customer=customer_id) is None:
                return False, [file.table.mistake(row.line, "customer_id", customer_id, _REGISTERED)]
            issued_on = row.issued_on or at.date()
            return credit_customer(tx, customer_id, row.id, row.amount, row.currency, issued_on, at), ()
        except Conflict:
            found, allowed = f"{row.id}, registered with other content", "the same content, or another id"
            return False, [file.table.mistake(row.line, "id", found, allowed)]

    return await _take(settings, file.table, file.credits, take, "credits", rehearsing=rehearsing)


async def _take(
    settings: Settings,
    table: Table,
    things: Sequence[Thing],
    take: Callable[[Transaction, datetime, Thing], tuple[bool, Sequence[Mistake]]],
    what: str,
    *,
    rehearsing: bool,
) -> int:
    at = await clock_of(settings).now()

    def work(tx: Transaction) -> int:
        new = 0
        for thing in terminal.watched(things, what):
            is_new, wrong = take(tx, at, thing)
            new += is_new
            table.wrong += wrong
        table.refuse_if_wrong()
        return new

    async with open_store(settings, rehearsing=rehearsing) as store:
        return await store.database.write(work)


def _no_invoice(tx: Transaction, table: Table, row: PaymentRow | CreditRow, invoice_id: str) -> Iterator[Mistake]:
    """Why money cannot be booked on an invoice."""
    found: RowMapping | None = tx.row(_INVOICE, invoice=invoice_id)
    if found is None:
        yield table.mistake(row.line, "invoice_id", invoice_id, _REGISTERED)
    elif found["currency"] != row.currency:
        yield table.mistake(row.line, "currency", row.currency, f"{found['currency']}, the invoice's currency")
