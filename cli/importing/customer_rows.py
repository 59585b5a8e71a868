"""Customers from a CSV file, and those that the rows of invoices describe."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.shapes.customers import AccountManagerShape, ContactPersonIn, CustomerIn, MethodIn
from api.shapes.values import Shape
from cli.importing.countries import country_code
from cli.importing.dialect import OURS, Dialect
from cli.importing.mistakes import shown
from cli.importing.presets import Source
from cli.importing.row_reader import Reader
from cli.importing.table import OF_CUSTOMER, Columns, Row, Table, read_table
from dunning.messages import keyed_fingerprint
from dunning.records import Customer, CustomerId, Method

MANAGER: Final = "account_manager"
_OF_MANAGER: Final = tuple(f"{MANAGER}_{name}" for name in AccountManagerShape.model_fields)
PARENT: Final = "parent"
_APART: Final = frozenset({"methods", MANAGER, PARENT})
_DESCRIBED: Final = (*(name for name in CustomerIn.model_fields if name not in _APART), *_OF_MANAGER)
_CONTACTS: Final = 'a list in JSON such as [{"id": "acme-ap", "role": "accounts", "email": "ap@acme.example"}]'
_METHODS: Final = (
    'a list in JSON such as [{"id": "card_main", "network": "visa", "last4": "4242", "expires": "2027-04"}]'
)
CUSTOMER: Final = ("id", *_DESCRIBED)
CUSTOMERS: Final = Columns(names=(*CUSTOMER, PARENT, "methods"), needs=("id",))
BY_NAME: Final = "by-name-"
SOMEBODY: Final = "x"  # in the place of a customer whose id is wrong and was told, so that the rest is judged
_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("contacts", *(f"contacts.{name}" for name in ContactPersonIn.model_fields), "contacts.copy"), "contacts"
    ),
    **{f"{MANAGER}.{name}": f"{MANAGER}_{name}" for name in AccountManagerShape.model_fields},
}
_OF_CUSTOMER: Final = {
    **{name: f"{OF_CUSTOMER}{name}" for name in CUSTOMER},
    **{path: f"{OF_CUSTOMER}{column}" for path, column in _COLUMNS.items()},
}


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of a file; `parent` is to whose group they belong."""

    line: int
    customer: Customer
    methods: tuple[Method, ...]
    parent: str | None


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A file of customers, whole, and how it was read."""

    table: Table
    customers: tuple[CustomerRow, ...]


def read_customers(path: Path) -> tuple[CustomerRow, ...]:
    """The customers of a file of ours. Raises `CsvMistake` with every mistake in it."""
    return read_customer_file(path).customers


def read_customer_file(path: Path, dialect: Dialect = OURS) -> CustomerFile:
    """The customers of a file. Raises `CsvMistake` with every mistake in it."""
    table = read_table(path, CUSTOMERS, dialect)
    reader = Reader(table, dialect)
    found = [_customer_row(reader, row) for row in table.rows if reader.once(row)]
    table.refuse_if_wrong()
    return CustomerFile(table, tuple(row for row in found if row is not None))


def customer_of_invoice(reader: Reader, row: Row) -> tuple[str | None, Customer | None]:
    """The customer's id, and who they are if the row describes them."""
    described: dict[str, Any] = {
        name: row.cells[f"{OF_CUSTOMER}{name}"] for name in _DESCRIBED if f"{OF_CUSTOMER}{name}" in row.cells
    }
    customer_id = row.cells.get("customer_id")
    if customer_id is None and reader.dialect.names_customers and "name" in described:
        customer_id = id_of_name(described["name"])
    if customer_id is None:
        reader.needs(row, "customer_id")
        return None, None
    named = reader.valid(_Named, {"id": customer_id}, row, {"id": "customer_id"})
    known_as = None if named is None else named.id
    if not described:
        return known_as, None
    return known_as, _described(reader, row, known_as or SOMEBODY, described, _OF_CUSTOMER)


def _described(
    reader: Reader, row: Row, customer_id: str, cells: dict[str, Any], columns: Mapping[str, str]
) -> Customer | None:
    """A customer as the API would take them; of what the row does not say nothing is known."""
    content: dict[str, Any] = dict(cells)
    content.update({name: cells[name].split() for name in ("tags", "zones") if name in cells})
    manager = {name.removeprefix(f"{MANAGER}_"): content.pop(name) for name in _OF_MANAGER if name in content}
    if manager:
        content[MANAGER] = manager
    if "contacts" in content:
        content["contacts"] = _listed(reader, row, columns["contacts"], content["contacts"], _CONTACTS)
    if "country" in content and reader.dialect.source is not Source.EXACT:
        content["country"] = country_code(content["country"])
    if "address" in content:
        content["address"] = "\n".join(line.strip() for line in re.split(r"\r\n|\r|\n", content["address"]))
    told = reader.valid(CustomerIn, content, row, columns)
    return None if told is None else Customer(id=customer_id, **told.model_dump(exclude_unset=True, by_alias=True))


def _listed(reader: Reader, row: Row, column: str, text: str, allowed: str) -> list[Any]:
    """What is more than a cell holds in words stands there as a list in JSON, as the API takes it."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        reader.wrong(row, column, shown(text), allowed)
        return []
    return found


class _Named(Shape):
    id: CustomerId


def _customer_row(reader: Reader, row: Row) -> CustomerRow | None:
    cells = {name: row.cells[name] for name in _DESCRIBED if name in row.cells}
    methods = methods_of(reader, row)
    if "id" not in row.cells:
        reader.needs(row, "id")
        return None
    named = reader.valid(_Named, {"id": row.cells["id"]}, row, {})
    customer = _described(reader, row, SOMEBODY if named is None else named.id, cells, _COLUMNS)
    above = reader.valid(_Named, {"id": row.cells[PARENT]}, row, {"id": PARENT}) if PARENT in row.cells else None
    parent = None if above is None else above.id
    return None if named is None or customer is None else CustomerRow(row.line, customer, methods, parent)


def methods_of(reader: Reader, row: Row) -> tuple[Method, ...]:
    """Methods as `card_main:visa:2027-04 sepa_1:sepa_debit`, or with all that is known of them as a list in JSON."""
    text = row.cells.get("methods", "")
    written = _listed(reader, row, "methods", text, _METHODS) if text.startswith("[") else map(_in_words, text.split())
    at_methods = dict.fromkeys(("", *MethodIn.model_fields), "methods")
    read = [reader.valid(MethodIn, one, row, at_methods) for one in written]
    return tuple(method.record for method in read if method is not None)


def _in_words(word: str) -> dict[str, str]:
    """Network and the month in which a card expires may be left out, or empty."""
    parts = word.split(":", maxsplit=2)
    return {name: part for name, part in zip(("id", "network", "expires"), parts, strict=False) if part or name == "id"}


def id_of_name(name: str) -> str:
    """What stands for a customer of whom only the name is known, until the file meets the store: no name is in it."""
    return BY_NAME + hashlib.sha256(name.casefold().encode()).hexdigest()[:32]


def own_id(customer_id: str, key: bytes) -> str:
    """The id under which the store knows such a customer: without its key nobody tells the name from it (O3)."""
    return BY_NAME + keyed_fingerprint(customer_id, key) if customer_id.startswith(BY_NAME) else customer_id
