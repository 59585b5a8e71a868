"""A file as the whole list of open items: what changed is told, what is missing was paid, once a person says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, func, select, update

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import parts
from adapters.storage.inbox.message import read_message
from adapters.storage.ledger import balance
from adapters.storage.records import customer_of
from adapters.storage.search_words import keep_customer_words
from adapters.storage.tables import cases, customers, invoices, postings
from cli.importing.invoice_rows import InvoiceFile, InvoiceRow
from cli.importing.mistakes import CsvMistake
from cli.importing.money_intake import short_id
from cli.importing.table import Table
from cli.wording import money
from dunning.errors import Mistake
from dunning.messages import Contact, InvoiceChanged, PaymentReceived
from dunning.money import decimal_string
from dunning.records import Customer

SHARE: Final = 10  # one in so many may be missing without a question
_ADDED: Final = ("fee", "interest")  # what an accounting system knows nothing of
_ADDRESSES: Final = ("email", "phone", "address")
_COSTS: Final = (
    select(func.coalesce(func.sum(postings.c.amount), 0))
    .where(postings.c.invoice_id == invoices.c.id, postings.c.kind.in_(_ADDED))
    .correlate(invoices)
    .scalar_subquery()
)
_ITEMS: Final = select(invoices, balance().label("balance"), _COSTS.label("costs_added"), cases.c.outcome).join(
    cases, cases.c.invoice_id == invoices.c.id, isouter=True
)
_OPEN: Final = _ITEMS.where(invoices.c.voided_at.is_(None), cases.c.outcome.is_(None), balance() > 0)
_ITEM: Final = _ITEMS.where(invoices.c.id == bindparam("invoice"))
_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("customer"))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person says of a whole list: `yes` closes what is missing, also more than a tenth with `all_of_them`."""

    yes: bool = False
    all_of_them: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """An invoice that is open here, with what is left of it in minor units."""

    invoice_id: str
    due_on: date
    balance: int
    currency: str

    @property
    def amount(self) -> str:
        """What is left, as a decimal string."""
        return decimal_string(self.balance, self.currency)


@dataclass(slots=True)
class OpenItems:
    """What is open here, compared with a file. `elsewhere` is in the file, and closed here."""

    tx: Transaction
    table: Table
    terms: Terms
    at: datetime
    missing: tuple[Open, ...]
    changed: int = 0
    closed: int = 0
    elsewhere: list[str] = field(default_factory=list)
    _customers: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tx: Transaction, file: InvoiceFile, terms: Terms, at: datetime) -> OpenItems:
        """Find what is missing. Raises `CsvMistake` where it is more than a list of open items would lack."""
        known = [Open(row["id"], row["due_on"], row["balance"], row["currency"]) for row in tx.rows(_OPEN)]
        listed = {row.invoice.id for row in file.invoices}
        absent = [one for one in known if one.invoice_id not in listed]
        missing = tuple(sorted(absent, key=attrgetter("due_on", "invoice_id")))
        if len(missing) * SHARE > len(known) and not terms.all_of_them:
            found = f"{len(missing)} of {len(known)} open invoices missing, {in_words(missing)}"
            allowed = (
                "a tenth at most, for a list that is cut off looks the same; --missing-are-paid says that all were paid"
            )
            raise CsvMistake(file.table.file, [Mistake("", None, found, allowed)])
        return cls(tx, file.table, terms, at, missing)

    def compare(self, row: InvoiceRow) -> Iterator[Mistake]:
        """Tell the case what the file says otherwise of an invoice that is known; what cannot be told is a mistake."""
        known = self.tx.row(_ITEM, invoice=row.invoice.id)
        assert known is not None  # noqa: S101 - the caller found it
        yield from self._contradictions(row, known)
        if known["outcome"] is not None or known["voided_at"] is not None or known["balance"] <= 0:
            self.elsewhere.append(row.invoice.id)
            return
        changes = self._changes(row, known)
        if changes:
            body = {**changes, "at": self.at.isoformat()}
            parts.bring(self.tx, row.invoice.id, read_message(InvoiceChanged.name, body, self.at))
            self.changed += 1

    def tell_customer(self, told: Customer) -> None:
        """Bring what is known of a customer up to date by what the file says of them; their cases hear of addresses."""
        if told.id in self._customers:
            return
        self._customers.add(told.id)
        row = self.tx.row(_CUSTOMER, customer=told.id)
        said = told.model_dump(mode="json", exclude_unset=True, exclude={"id"})
        new = {name: value for name, value in said.items() if row is not None and row[name] != value}
        if not new:
            return
        self.tx.change(update(customers).where(customers.c.id == told.id).values(new))
        [changed] = self.tx.rows(_CUSTOMER, customer=told.id)
        keep_customer_words(self.tx, customer_of(changed))
        moved: dict[str, Any] = {name: new[name] for name in _ADDRESSES if name in new}
        if moved:
            message = read_message(Contact.name, {**moved, "at": self.at.isoformat()}, self.at)
            parts.bring_to_customer(self.tx, told.id, message)
        self.changed += 1

    def close_missing(self) -> None:
        """Book what is left of each missing invoice as paid, where a person said so."""
        for one in self.missing if self.terms.yes else ():
            # A credit of the same file may have been set against it a moment ago.
            known = self.tx.row(_ITEM, invoice=one.invoice_id)
            left = 0 if known is None else known["balance"]
            if left > 0:
                body = {
                    "id": short_id(f"missing/{self.at.date()}/{one.invoice_id}"),
                    "amount": decimal_string(left, one.currency),
                    "currency": one.currency,
                    "at": self.at.isoformat(),
                }
                parts.bring(self.tx, one.invoice_id, read_message(PaymentReceived.name, body, self.at))
            self.closed += 1

    def _contradictions(self, row: InvoiceRow, known: RowMapping) -> Iterator[Mistake]:
        for column, found, allowed in (
            ("customer_id", row.customer_id, known["customer_id"]),
            ("currency", row.invoice.currency, known["currency"]),
        ):
            if found != allowed:
                yield self.table.mistake(row.line, column, found, f"{allowed}, as {row.invoice.id} is registered")

    def _changes(self, row: InvoiceRow, known: RowMapping) -> dict[str, Any]:
        """What the case is to hear: another due day, or another amount than both the whole and what is left."""
        changes: dict[str, Any] = {}
        if row.invoice.due_on != known["due_on"]:
            changes["due_on"] = row.invoice.due_on.isoformat()
        listed, left = row.invoice.minor, known["balance"] - int(known["costs_added"])
        if row.invoice.currency == known["currency"] and listed not in (known["amount"], left):
            amount = max(known["amount"] + listed - left, 0)
            changes["amount"] = decimal_string(amount, known["currency"])
        return changes


def in_words(items: Sequence[Open]) -> str:
    """What is left of them together, for each currency."""
    sums = sum_of(items)
    return (
        " and ".join(money(amount, currency) for currency, amount in sums.items()) + " together" if sums else "nothing"
    )


def sum_of(items: Sequence[Open]) -> Mapping[str, str]:
    """What is left of them together, as decimal strings by currency."""
    sums: Counter[str] = Counter()
    for one in items:
        sums[one.currency] += one.balance
    return {currency: decimal_string(amount, currency) for currency, amount in sorted(sums.items())}
