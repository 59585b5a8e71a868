"""Customers and invoices for reading, and which invoices ask for a case. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, Select, bindparam, func, select

from adapters.storage.account import account_of, account_with
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.ledger import balance
from adapters.storage.lists.pages import PAGE, Order, Page, read_page, updated_since
from adapters.storage.lists.views import CustomerView, InvoiceView
from adapters.storage.policy_book import PolicyBook
from adapters.storage.records import customer_of, invoice_of, method_of, reach_of
from adapters.storage.tables import cases, customers, invoices, methods
from adapters.storage.unopened import DUE
from dunning.errors import NotFound
from dunning.free_text import in_words
from dunning.policy.choose import Choice
from dunning.records import Invoice, Method

_INVOICES: Final = select(
    invoices,
    balance().label("balance"),
    cases.c.stage,
    cases.c.outcome,
    cases.c.updated_at.label("case_updated_at"),
).join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
_CREDIT: Final = (
    select(invoices.c.currency, func.sum(-balance()).label("credit"))
    .where(invoices.c.customer_id == bindparam("customer"), balance() < 0)
    .group_by(invoices.c.currency)
)
_METHODS: Final = (
    select(methods)
    .where(methods.c.customer_id.in_(bindparam("customers", expanding=True)))
    .order_by(methods.c.customer_id, methods.c.position)
)
_BY_ID: Final = Order((customers.c.id,))
_BY_REGISTRATION: Final = Order((invoices.c.registered_at, invoices.c.id), newest_first=True)
# The same, but for no index of it: who reads all invoices in this order finds the few that ask for a case too late.
_ID: Final = func.coalesce(invoices.c.id, "")


class PartyLists:
    """Customers and invoices, a page at a time or one by one."""

    def __init__(self, database: Database, policy_book: PolicyBook) -> None:
        """`database` is migrated; the `policy_book` answers which policy takes an invoice."""
        self._database = database
        self._policy_book = policy_book

    async def customers(
        self, *, since: datetime | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[CustomerView]:
        """Customers by their ids, without their credit. Raises `BadCursor`."""

        def work(tx: Transaction) -> Page[CustomerView]:
            found = read_page(tx, updated_since(select(customers), since, customers), _BY_ID, cursor, limit)
            own = _methods(tx, [row["id"] for row in found.rows])
            return found.shown(lambda row: _customer(row, own.get(row["id"], []), {}))

        return await self._database.read(work)

    async def customer(self, customer_id: str) -> CustomerView:
        """One customer, with what they paid too much. Raises `NotFound`."""

        def work(tx: Transaction) -> CustomerView:
            row = tx.row(select(customers).where(customers.c.id == customer_id))
            if row is None:
                raise NotFound(f"customer: found no {customer_id}")
            credit = {one["currency"]: int(one["credit"]) for one in tx.rows(_CREDIT, customer=customer_id)}
            return _customer(row, _methods(tx, [customer_id]).get(customer_id, []), credit)

        return await self._database.read(work)

    async def methods(self, customer_id: str) -> tuple[Method, ...]:
        """The customer's payment methods in order."""
        rows = await self._database.read(lambda tx: _methods(tx, [customer_id]).get(customer_id, []))
        return tuple(method_of(row) for row in rows)

    async def invoices(
        self,
        *,
        customer: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page[InvoiceView]:
        """Invoices, the last registered first: a due date may change, and a list must not turn over on it.

        Raises `BadCursor`.
        """
        of_whom = _INVOICES if customer is None else _INVOICES.where(invoices.c.customer_id == customer)
        query = updated_since(of_whom, since, invoices, cases)
        found = await self._database.read(lambda tx: read_page(tx, query, _BY_REGISTRATION, cursor, limit))
        return found.shown(_invoice)

    async def invoice(self, invoice_id: str) -> InvoiceView:
        """One invoice. Raises `NotFound`."""
        return _invoice(await self._database.read(lambda tx: _one(tx, _INVOICES, invoice_id)))

    async def due_for_opening(
        self, on: date, *, lead_days: int = 0, after: str | None = None, limit: int = 1000
    ) -> list[str]:
        """Invoices with something left and no case that are overdue on the day `on`, by id, those behind `after`.

        With `lead_days` also those that will be so many days later: 1 for a step on the due date, 4 for one three
        days before it.
        """
        behind = DUE if after is None else DUE.where(after < _ID)
        query, before = behind.order_by(_ID).limit(limit), on + timedelta(days=lead_days)
        rows = await self._database.read(lambda tx: tx.rows(query, before=before))
        return [row["id"] for row in rows]

    @property
    def policy_names(self) -> tuple[str, ...]:
        """The policies in force, which may take over a case (O2)."""
        return self._policy_book.names

    @property
    def policy_pins(self) -> Mapping[str, str]:
        """The hash of what each policy in force says, by name: to it new cases are pinned (O2)."""
        return self._policy_book.pins

    async def choice(self, invoice_id: str, at: datetime) -> Choice:
        """Which policy would take the invoice now, and why. Raises `NotFound`."""
        both = select(invoices, customers, balance().label("balance"))
        query = both.join(customers, customers.c.id == invoices.c.customer_id)

        def work(tx: Transaction) -> Choice:
            row = _one(tx, query, invoice_id)
            day = self._policy_book.today(customer_of(row), at)
            together = account_of(tx, invoice_id, day)
            return self._policy_book.choice(invoice_of(row), customer_of(row), together, row["balance"], day)

        return await self._database.read(work)

    async def choice_for(self, customer_id: str, invoice: Invoice, at: datetime) -> Choice:
        """The same for an invoice that is not registered yet. Raises `NotFound` for a customer who is not known."""

        def work(tx: Transaction) -> Choice:
            row = tx.row(select(customers).where(customers.c.id == customer_id))
            if row is None:
                raise NotFound(f"customer: found no {customer_id}")
            day = self._policy_book.today(customer_of(row), at)
            together = account_with(tx, customer_id, invoice, day)
            return self._policy_book.choice(invoice, customer_of(row), together, invoice.minor, day)

        return await self._database.read(work)


def _one(tx: Transaction, query: Select[Any], invoice_id: str) -> RowMapping:
    row = tx.row(query.where(invoices.c.id == invoice_id))
    if row is None:
        raise NotFound(f"invoice: found no {invoice_id}")
    return row


def _methods(tx: Transaction, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in tx.rows(_METHODS, customers=list(ids)):
        found.setdefault(row["customer_id"], []).append(row)
    return found


def _customer(row: RowMapping, own: Sequence[RowMapping], credit: dict[str, int]) -> CustomerView:
    stopped = row["stopped"] if row["stopped"] and row["stopped"]["name"] == "customer_stop" else None
    return CustomerView(
        record=customer_of(row),
        methods=tuple(method_of(method) for method in own),
        reach=reach_of(row),
        opted_out=tuple(row["opted_out"]),
        bounced=tuple(sorted(row["bounced"])),
        stopped=in_words(stopped["body"].get("reason"), stopped["texts"]) if stopped else None,
        stopped_at=datetime.fromisoformat(stopped["at"]) if stopped else None,
        consent=row["consent_withdrawn"] is None,
        away={channel: date.fromisoformat(one["body"]["until"]) for channel, one in row["away"].items()},
        parent=row["parent"],
        credit=credit,
        registered_at=row["registered_at"],
        updated_at=row["updated_at"],
    )


def _invoice(row: RowMapping) -> InvoiceView:
    return InvoiceView(
        record=invoice_of(row),
        customer_id=row["customer_id"],
        balance=row["balance"],
        stage=row["stage"],
        outcome=row["outcome"],
        registered_at=row["registered_at"],
        voided_at=row["voided_at"],
        updated_at=max(row["updated_at"], row["case_updated_at"] or row["updated_at"]),
    )
