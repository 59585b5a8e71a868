"""Customers and invoices as a billing system hands them over: registered once, changed on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.groups import set_parent
from adapters.storage.inbox import inbox, known_ids, news, parts
from adapters.storage.inbox.contacts import keep_given_method
from adapters.storage.inbox.message import ReceivedMessage, read_message
from adapters.storage.records import customer_of, customer_row, fingerprint, invoice_of, invoice_row
from adapters.storage.search_words import keep_customer_words, keep_invoice_words
from adapters.storage.tables import Origin, cases, customers, invoices
from adapters.storage.texts import text_in_words
from adapters.storage.unopened import close_for_good
from dunning.errors import Conflict, NotFound
from dunning.messages import CUSTOMER_WIDE, WHO
from dunning.records import Customer, Invoice, Method


class Unsaid(Enum):
    """Of what nothing is said, that stays as it is."""

    UNSAID = "unsaid"


UNSAID: Final = Unsaid.UNSAID
_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("customer"))
_INVOICE: Final = select(invoices).where(invoices.c.id == bindparam("invoice"))
# The queue tells of the customer too; nothing that anybody is shown of the case is written.
_RANK_ANEW: Final = (
    update(cases)
    .where(cases.c.customer_id == bindparam("of"), cases.c.outcome.is_(None))
    .values(ranked=False, updated_at=cases.c.updated_at)
)


class Register:
    """Registers and changes customers and invoices, and tells cases what the outside world says."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def customer(
        self, customer: Customer, methods: Iterable[Method], at: datetime, parent: str | None = None
    ) -> bool:
        """Register a customer with their payment methods, in the group of their `parent`; False if they were.

        Raises `Conflict` where another has the id, and `BadParent`.
        """

        def work(tx: Transaction) -> bool:
            added = _added(tx, customer, at)
            if not added and _customer(tx, customer.id) != customer:
                raise Conflict(f"customer: found {customer.id} registered with other content; change it instead")
            set_parent(tx, customer.id, parent)
            add_methods(tx, customer.id, methods, at)
            return added

        return await self._database.write(work)

    async def change_customer(
        self, customer_id: str, changes: Mapping[str, Any], *, parent: str | Unsaid | None = UNSAID
    ) -> Customer:
        """The customer with these fields changed; a new address may be used at once (N2). Raises `NotFound`.

        Raises `BadParent`, and pydantic's `ValidationError` for a value that does not fit its field.
        """

        def work(tx: Transaction) -> Customer:
            tx.lock(_CUSTOMER, of=customers, customer=customer_id)
            known = _customer(tx, customer_id)
            changed = Customer.model_validate({**known.model_dump(), **changes, "id": customer_id})
            tx.change(update(customers).where(customers.c.id == customer_id).values(_columns(changed)))
            if not isinstance(parent, Unsaid):
                set_parent(tx, customer_id, parent)
            keep_customer_words(tx, changed)
            if changed != known:
                tx.change(_RANK_ANEW, {"of": customer_id})
            return changed

        return await self._database.write(work)

    async def invoice(self, customer_id: str, invoice: Invoice, at: datetime) -> bool:
        """Register an invoice; False if it was. Raises `NotFound`, and `Conflict` where another has the id."""

        def work(tx: Transaction) -> bool:
            _customer(tx, customer_id)
            return add_invoice(tx, customer_id, invoice, at)

        return await self._database.write(work)

    async def demand(self, customer: Customer, methods: Iterable[Method], invoice: Invoice, at: datetime) -> bool:
        """Register an invoice with its customer, as far as they are not known; whether the invoice is new."""

        def work(tx: Transaction) -> bool:
            if tx.row(_INVOICE, invoice=invoice.id) is not None:
                return False
            add_customer(tx, customer, methods, at)
            return add_invoice(tx, customer.id, invoice, at)

        return await self._database.write(work)

    async def void(self, invoice_id: str, at: datetime) -> None:
        """No case opens for this invoice any more; one that is open is ended by a request. Raises `NotFound`."""
        from_now_on = func.coalesce(invoices.c.voided_at, at)
        gone = update(invoices).where(invoices.c.id == invoice_id).values(voided_at=from_now_on)

        def work(tx: Transaction) -> None:
            if not tx.change(gone):
                raise NotFound(f"invoice: found no {invoice_id}")
            close_for_good(tx, invoice_id, at)

        await self._database.write(work)

    async def tell(
        self, invoice_id: str, name: str, body: dict[str, Any], at: datetime, origin: Origin = "told"
    ) -> int:
        """Keep a message for the case before it is signalled, in the same words; its number or that of a newer one.

        `at` is for a body that does not carry its moment. Raises `NotFound`.
        """
        message = read_message(name, body, at, origin)
        return (await self._database.write(lambda tx: parts.keep_parts(tx, invoice_id, message)))[0]

    async def tell_parts(
        self,
        invoice_id: str,
        name: str,
        body: dict[str, Any],
        at: datetime,
        origin: Origin = "told",
        *,
        texts: Mapping[str, str] | None = None,
        first_stands: bool = False,
    ) -> tuple[int, dict[str, Any] | None]:
        """As `tell`, and what the case is to be signalled: nothing of a payment that is booked elsewhere (P9).

        `texts` are the words that the body refers to, kept in the same transaction (O3). What other cases are to hear
        is in `unheard`, then. An id that is known with other content is a `Conflict`, unless the `first_stands`: then
        the case hears that once more, as it does what it was told before word for word.
        """
        message = read_message(name, body, at, origin, texts)

        def work(tx: Transaction) -> tuple[int, dict[str, Any] | None]:
            first = known_ids.first_told(tx, invoice_id, message)
            other = first if first and not known_ids.says_the_same(tx, invoice_id, message, first) else None
            elsewhere = known_ids.booked_elsewhere(tx, invoice_id, message)
            if not first_stands:
                _refuse_other_content(message, text_in_words(tx, invoice_id, other), elsewhere)
            number, concerned = parts.keep_parts(tx, invoice_id, message)
            again = first if first and (other or known_ids.was_told_word_for_word(tx, first)) else message.body
            return number, again if concerned else None

        return await self._database.write(work)

    async def unheard(self) -> list[news.News]:
        """What is kept for cases that nobody has signalled yet."""
        return await self._database.read(news.not_heard)

    async def heard(self, one: news.News) -> None:
        """This case was signalled."""
        await self._database.write(lambda tx: news.heard(tx, one))

    async def tell_customer(
        self, customer_id: str, name: str, body: dict[str, Any], at: datetime, *, texts: Mapping[str, str] | None = None
    ) -> list[str]:
        """Keep a message about a customer for all their open cases; the invoices whose cases are to be signalled.

        `texts` are the words that the body refers to (O3). Raises `NotFound`, and `Conflict` for a message that
        concerns one case only.
        """
        if name not in CUSTOMER_WIDE:
            raise Conflict(f"message: found {name}; allowed for a customer {', '.join(sorted(CUSTOMER_WIDE))}")
        message = read_message(name, body, at, texts=texts)
        return await self._database.write(lambda tx: inbox.keep_for_customer(tx, customer_id, message))


def _refuse_other_content(message: ReceivedMessage, first: dict[str, Any] | None, elsewhere: Mapping[str, Any]) -> None:
    """Say what is known under an id, where something else is told under it (P1, P9). Raises `Conflict`."""
    name, body = message.name, message.body
    if first is not None:
        known = ", ".join(f"{field} {value}" for field, value in first.items() if field not in {"id", "at", WHO})
        raise Conflict(f"{name}: found {body['id']} with other content; known: {known}")
    if elsewhere:
        known = ", ".join(f"{amount} on {invoice}" for invoice, amount in sorted(elsewhere.items()))
        raise Conflict(f"{name}: found {body['id']} for another invoice; known: {known}")


def add_customer(tx: Transaction, customer: Customer, methods: Iterable[Method], at: datetime) -> None:
    """A customer who came with an invoice: new, or known, and then only what was missing of them is filled in."""
    if _added(tx, customer, at):
        add_methods(tx, customer.id, methods, at)
        return
    known = _customer(tx, customer.id)
    new = {name: value for name, value in _columns(customer).items() if getattr(known, name) in (None, ()) and value}
    if new:
        tx.change(update(customers).where(customers.c.id == customer.id).values(new))
        keep_customer_words(tx, _customer(tx, customer.id))
        tx.change(_RANK_ANEW, {"of": customer.id})
    add_methods(tx, customer.id, methods, at)


def add_methods(tx: Transaction, customer_id: str, methods: Iterable[Method], at: datetime) -> None:
    """Payment methods in their order."""
    for method in methods:
        keep_given_method(tx, customer_id, method, at)


def add_invoice(tx: Transaction, customer_id: str, invoice: Invoice, at: datetime) -> bool:
    """An invoice, once; a different one under the same id is a `Conflict`."""
    if tx.add(invoices, invoice_row(invoice, customer_id, at)):
        keep_invoice_words(tx, invoice.id)
        return True
    row = tx.row(_INVOICE, invoice=invoice.id)
    assert row is not None  # noqa: S101 - it is in the way
    same = fingerprint(invoice) in {row["fingerprint"], fingerprint(invoice_of(row))}
    if not same or row["customer_id"] != customer_id:
        raise Conflict(f"invoice: found {invoice.id} registered with other content; change it instead")
    return False


def _added(tx: Transaction, customer: Customer, at: datetime) -> bool:
    """Whether the customer is new, and then is kept."""
    added = bool(tx.add(customers, customer_row(customer, at)))
    if added:
        keep_customer_words(tx, customer, is_new=True)
    return added


def _customer(tx: Transaction, customer_id: str) -> Customer:
    row = tx.row(_CUSTOMER, customer=customer_id)
    if row is None:
        raise NotFound(f"customer: found no {customer_id}")
    return customer_of(row)


def _columns(customer: Customer) -> dict[str, Any]:
    return customer.model_dump(mode="json", exclude={"id"})
