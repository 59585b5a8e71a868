"""The made-up book of the demonstration, its days counted from today: customers, invoices, and what happened so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from adapters.yaml import read_documents, read_text
from dunning.errors import FileMistake
from dunning.messages import MESSAGES
from dunning.records import Customer, Invoice, Message, Method

BOOK: Final = Path(__file__).with_name("demo_book.yaml")
TERM: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer with their methods and invoices."""

    customer: Customer
    methods: tuple[Method, ...]
    invoices: tuple[Invoice, ...]


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """Something that was told or asked, so many days ago: about one invoice, or about a customer."""

    days_ago: int
    invoice: str | None
    customer: str | None
    message: Message


@dataclass(frozen=True, slots=True)
class DemoBook:
    """The whole book."""

    accounts: tuple[DemoCustomer, ...]
    happened: tuple[DemoEvent, ...]

    @property
    def invoices(self) -> int:
        """How many there are."""
        return sum(len(account.invoices) for account in self.accounts)


def demo_book(today: date) -> DemoBook:
    """The book as it is on this day."""
    [document] = read_documents(read_text(BOOK, FileMistake), str(BOOK), FileMistake)
    written: Any = document.value
    return DemoBook(
        tuple(_account(one, today) for one in written["customers"]),
        tuple(_happened(one, today) for one in written["events"]),
    )


def _account(written: Mapping[str, Any], today: date) -> DemoCustomer:
    tags, currency = tuple(written.get("tags", ())), written["currency"]
    return DemoCustomer(
        Customer.model_validate(written["customer"]),
        tuple(_method(one) for one in written.get("methods", ())),
        tuple(
            _invoice(name, Decimal(amount), currency, today + timedelta(days=due), tags)
            for name, (amount, due) in written["invoices"].items()
        ),
    )


def _method(text: str) -> Method:
    name, network, *known = text.split(":")
    return Method(id=name, network=network, **dict(zip(("brand", "last4"), known, strict=False)))


def _invoice(name: str, amount: Decimal, currency: str, due_on: date, tags: tuple[str, ...]) -> Invoice:
    return Invoice(id=name, amount=amount, currency=currency, issued_on=due_on - TERM, due_on=due_on, tags=tags)


def _happened(written: Mapping[str, Any], today: date) -> DemoEvent:
    [name] = written.keys() - {"days_ago", "invoice", "customer"}
    body = _dated(written[name], today)
    message = MESSAGES[name].model_validate(body)
    return DemoEvent(written["days_ago"], written.get("invoice"), written.get("customer"), message)


def _dated(value: Any, today: date) -> Any:
    """The same with each `on` as a day."""
    if isinstance(value, Mapping):
        return {
            key: today + timedelta(days=part) if key == "on" else _dated(part, today) for key, part in value.items()
        }
    return [_dated(part, today) for part in value] if isinstance(value, list) else value
