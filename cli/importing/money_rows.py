"""Payments and credits from a CSV file, held to the shapes of the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from api.shapes.invoices import CreditIn, PartIn
from api.shapes.values import Day
from cli.importing import amounts
from cli.importing.dialect import OURS, Dialect
from cli.importing.row_reader import Reader
from cli.importing.table import Columns, Row, Table, read_table
from dunning.records import Id

PAYMENTS: Final = Columns(
    names=("id", "invoice_id", "currency", "amount", "paid_on"),
    needs=("id", "invoice_id", "currency", "amount"),
    anchors=frozenset({"invoice_id"}),
)
CREDITS: Final = Columns(
    names=("id", "invoice_id", "customer_id", "currency", "amount", "issued_on"),
    needs=("id", "currency", "amount"),
    anchors=frozenset({"invoice_id", "customer_id"}),
)
_BELOW: Final = "more than nought; what was taken back of a payment is told by POST /v1/payments/{id}/reversals"
_SUM: Final = {"amount.amount": "amount", "amount.currency": "currency"}


class _Part(PartIn):
    """A row of a file of payments."""

    id: Id
    paid_on: Day | None = None


class _Credit(CreditIn):
    """A row of a file of credits, which is of one invoice, or of a customer for whatever they owe (P8)."""

    invoice_id: Id | None = None
    customer_id: Id | None = None
    issued_on: Day | None = None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What one payment was for one invoice, in minor units. The rows of one payment have its id in common (P9)."""

    line: int
    id: str
    invoice_id: str
    currency: str
    amount: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit of an invoice (P6), or of a customer (P8); one of the two is there."""

    line: int
    id: str
    invoice_id: str | None
    customer_id: str | None
    currency: str
    amount: int
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A file of payments, whole, and how it was read: the rows of each payment together."""

    table: Table
    payments: tuple[tuple[PaymentRow, ...], ...]


@dataclass(frozen=True, slots=True)
class CreditFile:
    """A file of credits, whole, and how it was read."""

    table: Table
    credits: tuple[CreditRow, ...]


def read_payment_file(path: Path, dialect: Dialect = OURS) -> PaymentFile:
    """The payments of a file. Raises `CsvMistake` with every mistake in it."""
    table = read_table(path, PAYMENTS, dialect)
    reader = Reader(table, dialect)
    payments: dict[str, list[PaymentRow]] = {}
    for row in table.rows:
        part = _payment(reader, row)
        if part is not None:
            together = payments.setdefault(part.id, [])
            for what in _contradictions(together, part):
                reader.wrong(row, *what)
            together.append(part)
    table.refuse_if_wrong()
    return PaymentFile(table, tuple(tuple(together) for together in payments.values()))


def read_credit_file(path: Path, dialect: Dialect = OURS) -> CreditFile:
    """The credits of a file. Raises `CsvMistake` with every mistake in it."""
    table = read_table(path, CREDITS, dialect)
    reader = Reader(table, dialect)
    found = [_credit(reader, row) for row in table.rows if reader.once(row)]
    table.refuse_if_wrong()
    return CreditFile(table, tuple(row for row in found if row is not None))


def _payment(reader: Reader, row: Row) -> PaymentRow | None:
    amount = reader.amount(row, "amount")
    if amount is not None and amounts.is_negative(amount):
        reader.wrong(row, "amount", row.cells["amount"], _BELOW)
        return None
    content = _content(reader, row, amount, "id", "invoice_id", day="paid_on")
    told = None if content is None else reader.valid(_Part, content, row, _SUM)
    if told is None:
        return None
    return PaymentRow(row.line, told.id, told.invoice_id, told.amount.currency, told.amount.minor, told.paid_on)


def _credit(reader: Reader, row: Row) -> CreditRow | None:
    if ("invoice_id" in row.cells) == ("customer_id" in row.cells):
        found = "both" if "invoice_id" in row.cells else "neither"
        reader.wrong(row, "invoice_id", found, "invoice_id, or customer_id for whatever the customer owes, one of them")
        return None
    content = _content(reader, row, reader.amount(row, "amount"), "id", "invoice_id", "customer_id", day="issued_on")
    told = None if content is None else reader.valid(_Credit, content, row, _SUM)
    if told is None:
        return None
    whose = (told.invoice_id, told.customer_id)
    return CreditRow(row.line, told.id, *whose, told.amount.currency, told.amount.minor, told.issued_on)


def _content(reader: Reader, row: Row, amount: str | None, *names: str, day: str) -> dict[str, Any] | None:
    """What a row says, as a body of the API would; None where something of it cannot be read."""
    before = len(reader.table.wrong)
    needed = ("id", "currency") if "customer_id" in names else ("id", "currency", "invoice_id")
    reader.needs(row, *needed)
    said: dict[str, Any] = {name: row.cells[name] for name in names if name in row.cells}
    said[day] = reader.day(row, day)
    said["amount"] = {"amount": amount, "currency": row.cells.get("currency")}
    return None if amount is None or len(reader.table.wrong) > before else said


def _contradictions(together: list[PaymentRow], part: PaymentRow) -> Iterator[tuple[str, str, str]]:
    """Where a row does not agree with the earlier ones of its payment: the column, what was found and is allowed."""
    for earlier in together[:1]:
        if earlier.currency != part.currency:
            yield "currency", part.currency, f"{earlier.currency}, as in line {earlier.line} of the same payment"
        if earlier.paid_on != part.paid_on:
            yield "paid_on", str(part.paid_on), f"{earlier.paid_on}, as in line {earlier.line} of the same payment"
    for earlier in together:
        if earlier.invoice_id == part.invoice_id:
            allowed = "each invoice once in a payment, and each payment under its own id"
            yield "invoice_id", f"{part.invoice_id}, as in line {earlier.line}", allowed
