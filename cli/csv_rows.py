"""Customers and invoices from a CSV file: all rows are checked before one is used, each mistake has line and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.mistakes import problems
from adapters.yaml import Document
from dunning.errors import FileMistake, MoneyError, Problem
from dunning.message import Positive
from dunning.money import minor
from dunning.records import Customer, Invoice, Method, Record

OF_CUSTOMER: Final = "customer_"
LISTS: Final = frozenset({"tags", "methods"})  # of words, a space between them
NOT_IN_CSV: Final = frozenset({"attempts"})
_PATTERNS: Final = {"country": "two capitals, such as NL", "last4": "four digits"}
Model = TypeVar("Model", bound=BaseModel)
Built = TypeVar("Built")


class CsvMistake(FileMistake):
    """A CSV file that cannot be used; nothing of it was."""


class Paid(Record):
    """When an invoice was paid, for a simulation that should know; `paid` left out is the whole amount."""

    paid_on: date | None = None
    paid: Positive | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice of a file. `customer` is there if the file describes him, and not only names his id."""

    line: int
    invoice: Invoice
    customer_id: str
    customer: Customer | None
    methods: tuple[Method, ...]
    paid: Paid


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of a file."""

    line: int
    customer: Customer
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, Any]


_INVOICE: Final = tuple(name for name in Invoice.model_fields if name not in NOT_IN_CSV)
_CUSTOMER: Final = tuple(Customer.model_fields)
INVOICE_COLUMNS: Final = (
    *_INVOICE,
    *(f"{OF_CUSTOMER}{name}" for name in _CUSTOMER),
    "methods",
    *Paid.model_fields,
)
CUSTOMER_COLUMNS: Final = (*_CUSTOMER, "methods")


def read_invoices(path: Path) -> tuple[InvoiceRow, ...]:
    """The invoices of a file. Raises `CsvMistake` with every mistake in it."""
    needed = ("id", "currency", "amount", "due_on", "customer_id")
    return _read(path, INVOICE_COLUMNS, needed, _invoice_row)


def read_customers(path: Path) -> tuple[CustomerRow, ...]:
    """The customers of a file. Raises `CsvMistake` with every mistake in it."""
    return _read(path, CUSTOMER_COLUMNS, ("id",), _customer_row)


def _read(
    path: Path, columns: Sequence[str], needed: Sequence[str], build: Callable[[_Row, list[Problem]], Built | None]
) -> tuple[Built, ...]:
    found: list[Built] = []
    wrong: list[Problem] = []
    lines: dict[str, int] = {}
    for row in _rows(path, columns, needed, wrong):
        built = build(row, wrong)
        name = str(row.cells.get("id", ""))
        if name in lines:
            wrong.append(Problem("id", row.line, f"{name}, as in line {lines[name]}", "each id once"))
        lines.setdefault(name, row.line)
        found += [] if built is None else [built]
    if not found and not wrong:
        wrong.append(Problem("", None, "no rows", "a header and at least one row"))
    if wrong:
        raise CsvMistake(str(path), sorted(wrong, key=lambda one: one.line or 0))
    return tuple(found)


def _rows(path: Path, columns: Sequence[str], needed: Sequence[str], wrong: list[Problem]) -> Iterator[_Row]:
    text = _text(path)
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        wrong += _wrong_header(names, columns, needed)
        if wrong:
            return
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) == len(names):
                    yield _Row(line, _cells(dict(zip(names, cells, strict=True))))
                else:
                    wrong.append(Problem("", line, f"{len(cells)} cells", f"{len(names)}, as many as the header"))
            line = reader.line_num + 1
    except csv.Error as error:
        wrong.append(Problem("", reader.line_num, f"no CSV ({error})", "comma-separated values"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvMistake(str(path), [Problem("", None, f"a byte that is no UTF-8: {error}", "UTF-8")]) from None
    except OSError as error:
        raise CsvMistake(
            str(path), [Problem("", None, error.strerror or str(error), "a file that can be read")]
        ) from None


def _wrong_header(names: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> Iterator[Problem]:
    known = ", ".join(columns)
    for name in names:
        if name not in columns:
            yield Problem("header", 1, f"the unknown column {name!r}", known)
        elif names.count(name) > 1:
            yield Problem("header", 1, f"the column {name} twice", "each column once")
    for name in needed:
        if name not in names:
            yield Problem("header", 1, f"no column {name}", f"{', '.join(needed)} are required")


def _cells(row: Mapping[str, str]) -> dict[str, Any]:
    """What is written; an empty cell says nothing."""
    stripped = {name: cell.strip() for name, cell in row.items()}
    return {
        name: cell.split() if name.removeprefix(OF_CUSTOMER) in LISTS else cell
        for name, cell in stripped.items()
        if cell
    }


def _invoice_row(row: _Row, wrong: list[Problem]) -> InvoiceRow | None:
    own = {name: row.cells[name] for name in _INVOICE if name in row.cells}
    described = {
        name.removeprefix(OF_CUSTOMER): cell for name, cell in row.cells.items() if name.startswith(OF_CUSTOMER)
    }
    paid = {name: row.cells[name] for name in Paid.model_fields if name in row.cells}
    invoice = _valid(Invoice, own, row, wrong)
    customer = _valid(Customer, described, row, wrong, OF_CUSTOMER)
    payment = _valid(Paid, paid, row, wrong)
    methods = _methods(row, wrong)
    if invoice is None or customer is None or payment is None:
        return None
    _exact(invoice, row, wrong)
    return InvoiceRow(row.line, invoice, customer.id, customer if len(described) > 1 else None, methods, payment)


def _exact(invoice: Invoice, row: _Row, wrong: list[Problem]) -> None:
    """As it is written: more decimals than the currency has may be a misread thousand."""
    try:
        amount = minor(str(row.cells["amount"]), invoice.currency)
    except MoneyError as error:
        found, _, allowed = str(error).partition("; allowed ")
        wrong.append(Problem("amount", row.line, found.removeprefix("amount: found "), allowed))
        return
    if amount <= 0:
        wrong.append(Problem("amount", row.line, str(invoice.amount), "more than 0"))


def _customer_row(row: _Row, wrong: list[Problem]) -> CustomerRow | None:
    cells = {name: cell for name, cell in row.cells.items() if name != "methods"}
    customer = _valid(Customer, cells, row, wrong)
    methods = _methods(row, wrong)
    return None if customer is None else CustomerRow(row.line, customer, methods)


def _methods(row: _Row, wrong: list[Problem]) -> tuple[Method, ...]:
    """Methods as `card_main:visa sepa_1:sepa`; the network may be left out."""
    written = [word.partition(":") for word in row.cells.get("methods", ())]
    read = [
        _valid(Method, {"id": name, **({"network": net} if net else {})}, row, wrong, at="methods")
        for name, _, net in written
    ]
    return tuple(method for method in read if method is not None)


def _valid(
    model: type[Model], cells: Mapping[str, Any], row: _Row, wrong: list[Problem], prefix: str = "", at: str = ""
) -> Model | None:
    try:
        return model.model_validate(cells)
    except ValidationError as error:
        document = Document("", dict(cells), {(): row.line})
        for problem in problems(error, model.model_json_schema(), document):
            place = at or (f"{prefix}{problem.place}" if problem.place else "")
            wrong.append(Problem(place, row.line, problem.found, _in_words(problem)))
        return None


def _in_words(problem: Problem) -> str:
    """What is allowed, said as our own checks say it, and patterns as people read them."""
    if "should match pattern" in problem.allowed:
        return _PATTERNS.get(problem.place, "letters, digits and . _ : / @ + -, a letter or digit first")
    return problem.allowed.rpartition("; allowed ")[2]
