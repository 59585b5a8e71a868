"""Invoices and credit notes from a CSV file: all rows are checked before one is used, each mistake has line and column.

What a cell may say is what the API lets a body say: the same shapes judge both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from api.shapes.invoices import InvoiceIn
from api.shapes.values import Day, PositiveSum, Shape
from cli.importing import amounts
from cli.importing.customer_rows import CUSTOMER, SOMEBODY, customer_of_invoice, methods_of
from cli.importing.dialect import OURS, Dialect
from cli.importing.mistakes import CsvMistake
from cli.importing.presets import CREDIT_KINDS, CREDIT_SIDES, CREDITED, KIND, NOT_OWED, NOT_SOLD, SIDE, STATUS, Source
from cli.importing.row_reader import Reader
from cli.importing.table import OF_CUSTOMER, OF_DISCOUNT, Columns, Row, Table, read_table
from dunning.errors import Mistake
from dunning.money import decimal_string
from dunning.records import Customer, Discount, Invoice, Method

_PAID: Final = ("paid_on", "paid")
INVOICES: Final = Columns(
    names=(
        "id", "currency", "amount", "issued_on", "due_on", "tags",
        *(f"{OF_DISCOUNT}{name}" for name in Discount.model_fields),
        *(f"{OF_CUSTOMER}{name}" for name in CUSTOMER),
        "methods", *_PAID,
    ),
    needs=("id", "currency", "amount", "due_on", "customer_id"),
    anchors=frozenset({"due_on"}),
)  # fmt: skip


class PaymentInFile(Shape):
    """When an invoice was paid; `paid` left out is the whole amount."""

    paid_on: Day
    paid: PositiveSum | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice of a file. `customer` is there if the file describes them, and not only names their id."""

    line: int
    invoice: Invoice
    customer_id: str
    customer: Customer | None
    methods: tuple[Method, ...]
    paid_on: date | None = None
    paid: int = 0  # in minor units


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """A row below nought: a credit of the customer, `amount` in minor units, for whatever they owe (P8)."""

    line: int
    id: str
    customer_id: str
    customer: Customer | None
    currency: str
    amount: int
    issued_on: date


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """A file of invoices, whole, and how it was read."""

    table: Table
    invoices: tuple[InvoiceRow, ...]
    credit_notes: tuple[CreditNoteRow, ...]


def read_invoice_file(path: Path, dialect: Dialect = OURS) -> InvoiceFile:
    """The invoices and credit notes of a file. Raises `CsvMistake` with every mistake in it."""
    table = read_table(path, INVOICES, dialect)
    reader = Reader(table, dialect)
    invoices, credit_notes = list[InvoiceRow](), list[CreditNoteRow]()
    for row in table.rows:
        if (why := _not_owed(row)) is not None:
            table.passed_over.append((row.line, why))
        elif reader.once(row):
            match _demand(reader, row):
                case InvoiceRow() as invoice:
                    invoices.append(invoice)
                case CreditNoteRow() as credit_note:
                    credit_notes.append(credit_note)
                case None:
                    pass
    table.refuse_if_wrong()
    return InvoiceFile(table, tuple(invoices), tuple(credit_notes))


def read_invoices(path: Path, remark: Callable[[str], None] = lambda _: None) -> tuple[InvoiceRow, ...]:
    """The invoices of a file that has nothing else. Raises `CsvMistake` with every mistake in it.

    What is passed over is told to `remark`.
    """
    file = read_invoice_file(path)
    for passed_over in file.table.remarks:
        remark(passed_over)
    if file.credit_notes:
        allowed = "more than 0; credit notes are for `dunning import invoices`"
        below = [(one.line, decimal_string(-one.amount, one.currency)) for one in file.credit_notes]
        raise CsvMistake(str(path), [Mistake("amount", line, found, allowed) for line, found in below])
    return file.invoices


def _not_owed(row: Row) -> str | None:
    """Why nobody owes what a row of an export says."""
    status, kind = row.cells.get(STATUS, ""), row.cells.get(KIND, "")
    if status.casefold() in NOT_OWED:
        return f"{row.cells.get('id', 'a row')}, which is {status}"
    if kind.casefold() in NOT_SOLD:
        return f"{row.cells.get('id', 'a row')}, which is a {kind}"
    return None


def _demand(reader: Reader, row: Row) -> InvoiceRow | CreditNoteRow | None:
    """An invoice, or below nought a credit note."""
    amount = _signed(reader, row)
    if amount is None:
        return None
    is_nought = not amounts.is_negative(amount) and not amount.strip("-0.")
    if is_nought and reader.dialect.source is Source.EXACT:
        reader.wrong(row, "amount", row.cells["amount"], "more than 0")
        amount = "1"  # so that what else is wrong with the row is told, too
    elif is_nought:
        reader.table.passed_over.append((row.line, f"{row.cells.get('id', 'a row')}, of which nothing is left to pay"))
        return None
    customer_id, customer = customer_of_invoice(reader, row)
    if amounts.is_negative(amount):
        return _credit_note(reader, row, amounts.negated(amount), customer_id, customer)
    return _invoice(reader, row, amount, customer_id, customer)


def _signed(reader: Reader, row: Row) -> str | None:
    """The amount, below nought where its row says in another way that it is a credit."""
    if CREDITED in row.cells and not row.cells.get("amount"):
        credited = amounts.read_amount(row.cells[CREDITED], reader.dialect.decimals, row.cells.get("currency", ""))
        return amounts.negated(credited) if credited else reader.amount(row, CREDITED)
    amount = reader.amount(row, "amount")
    credit = row.cells.get(SIDE, "").casefold() in CREDIT_SIDES or row.cells.get(KIND, "").casefold() in CREDIT_KINDS
    return amounts.negated(amount) if amount and credit and not amount.startswith("-") else amount


def _invoice(
    reader: Reader, row: Row, amount: str, customer_id: str | None, customer: Customer | None
) -> InvoiceRow | None:
    currency = row.cells.get("currency", "")
    before = len(reader.table.wrong)
    content: dict[str, Any] = {
        "id": row.cells.get("id"),
        "customer_id": customer_id or SOMEBODY,
        "amount": {"amount": amount, "currency": currency},
        "issued_on": reader.day(row, "issued_on"),
        "due_on": reader.day(row, "due_on"),
        "tags": row.cells.get("tags", "").split(),
        "discount": _discount(reader, row, currency),
    }
    reader.needs(row, "id", "currency", "due_on")
    paid = _payment(reader, row, currency)
    methods = methods_of(reader, row)
    if len(reader.table.wrong) > before:
        return None
    told = reader.valid(InvoiceIn, content, row, _OF_INVOICE)
    if told is None or customer_id is None:
        return None
    record, whole = told.record, told.amount.minor
    paid_on = paid.paid_on if paid else None
    sum_paid = 0 if paid is None else whole if paid.paid is None else paid.paid.minor
    return InvoiceRow(row.line, record, customer_id, customer, methods, paid_on, sum_paid)


def _credit_note(
    reader: Reader, row: Row, amount: str, customer_id: str | None, customer: Customer | None
) -> CreditNoteRow | None:
    if "paid_on" in row.cells:
        reader.wrong(row, "paid_on", row.cells["paid_on"], "nothing: a credit note that was paid out is no credit")
    issued = {name: reader.day(row, name) for name in ("issued_on", "due_on")}
    before = len(reader.table.wrong)
    reader.needs(row, "id", "currency", *(() if issued["issued_on"] else ("due_on",)))
    if customer_id is None or len(reader.table.wrong) > before:
        return None
    content: dict[str, Any] = {
        "id": row.cells.get("id"),
        "customer_id": customer_id,
        "amount": {"amount": amount, "currency": row.cells.get("currency", "")},
        "issued_on": issued["issued_on"],
        "due_on": issued["due_on"] or issued["issued_on"],
    }
    told = reader.valid(InvoiceIn, content, row, _OF_INVOICE)
    if told is None:
        return None
    at = told.issued_on or told.due_on
    return CreditNoteRow(row.line, told.id, customer_id, customer, told.amount.currency, told.amount.minor, at)


_OF_INVOICE: Final = {
    "amount.amount": "amount",
    "amount.currency": "currency",
    **{f"discount.{name}": f"{OF_DISCOUNT}{name}" for name in Discount.model_fields},
    "discount.amount.amount": "discount_amount",
    "discount.amount.currency": "currency",
}


def _discount(reader: Reader, row: Row, currency: str) -> dict[str, Any] | None:
    """What may be kept back (F8), where a row says anything of it."""
    said = [name for name in Discount.model_fields if f"{OF_DISCOUNT}{name}" in row.cells]
    if not said:
        return None
    amount = reader.amount(row, f"{OF_DISCOUNT}amount") if "amount" in said else None
    percent = row.cells.get(f"{OF_DISCOUNT}percent")
    if percent is not None:
        percent = amounts.read_amount(percent, reader.dialect.decimals) or percent
    fixed = None if amount is None else {"amount": amount, "currency": currency}
    return {"percent": percent, "amount": fixed, "until": reader.day(row, f"{OF_DISCOUNT}until")}


def _payment(reader: Reader, row: Row, currency: str) -> PaymentInFile | None:
    """When and how much was paid, where a row says it."""
    if not any(name in row.cells for name in _PAID):
        return None
    paid = reader.amount(row, "paid") if "paid" in row.cells else None
    if paid is not None and not paid.strip("0."):
        return None
    if "paid_on" not in row.cells:
        reader.wrong(row, "paid_on", "nothing", "the day of the payment, where paid says how much it was")
        return None
    content = {"paid_on": reader.day(row, "paid_on"), "paid": paid and {"amount": paid, "currency": currency}}
    if content["paid_on"] is None or not currency:
        return None
    return reader.valid(PaymentInFile, content, row, {"paid.amount": "paid", "paid.currency": "currency"})
