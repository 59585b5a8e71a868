"""Notes that people write for one another, about a case or about a customer. No case hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page, updated_since
from adapters.storage.lists.views import row_as
from adapters.storage.tables import cases, customers, notes
from dunning.errors import NotFound

_BY_TIME: Final = Order((notes.c.at, notes.c.id), newest_first=True)
_OWNER: Final = select(cases.c.customer_id).where(cases.c.invoice_id == bindparam("invoice"))
_CUSTOMER: Final = select(customers.c.id).where(customers.c.id == bindparam("customer"))
_ONE: Final = select(notes).where(notes.c.id == bindparam("note"))


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note. `invoice_id` is None where it is about the customer and not about one case."""

    id: str
    customer_id: str
    invoice_id: str | None
    text: str
    by: str | None
    authenticated: str | None
    at: datetime


class Notes:
    """Writes and reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def write_about_case(self, invoice_id: str, note: Mapping[str, Any]) -> NoteView:
        """Add a note about a case, as `NoteView` names its fields; one whose id is known stays as it is.

        Raises `NotFound` where the invoice has no case.
        """

        def work(tx: Transaction) -> NoteView:
            customer_id = tx.value(_OWNER, invoice=invoice_id)
            if customer_id is None:
                raise NotFound(f"case: found none of invoice {invoice_id}")
            return _written(tx, {**note, "invoice_id": invoice_id, "customer_id": customer_id})

        return await self._database.write(work)

    async def write_about_customer(self, customer_id: str, note: Mapping[str, Any]) -> NoteView:
        """Add a note about a customer, as above. Raises `NotFound`."""

        def work(tx: Transaction) -> NoteView:
            if tx.value(_CUSTOMER, customer=customer_id) is None:
                raise NotFound(f"customer: found no {customer_id}")
            return _written(tx, {**note, "invoice_id": None, "customer_id": customer_id})

        return await self._database.write(work)

    async def of_case(
        self, invoice_id: str, *, since: datetime | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[NoteView]:
        """The notes about a case, the newest first. Raises `BadCursor`, and `NotFound` where there is no case."""

        def work(tx: Transaction) -> Page[NoteView]:
            if tx.value(_OWNER, invoice=invoice_id) is None:
                raise NotFound(f"case: found none of invoice {invoice_id}")
            query = updated_since(select(notes).where(notes.c.invoice_id == invoice_id), since, notes)
            return _page(tx, query, cursor, limit)

        return await self._database.read(work)

    async def of_customer(
        self,
        customer_id: str,
        *,
        alone: bool = False,
        since: datetime | None = None,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page[NoteView]:
        """The notes about a customer, those about their cases among them unless they are wanted `alone`.

        The newest first. Raises `BadCursor`, and `NotFound` where there is no such customer.
        """
        query = updated_since(select(notes).where(notes.c.customer_id == customer_id), since, notes)

        def work(tx: Transaction) -> Page[NoteView]:
            if tx.value(_CUSTOMER, customer=customer_id) is None:
                raise NotFound(f"customer: found no {customer_id}")
            return _page(tx, query.where(notes.c.invoice_id.is_(None)) if alone else query, cursor, limit)

        return await self._database.read(work)


def _written(tx: Transaction, note: Mapping[str, Any]) -> NoteView:
    tx.add(notes, note)
    row = tx.row(_ONE, note=note["id"])
    assert row is not None  # noqa: S101 - it was there, or was added
    return row_as(NoteView, row)


def _page(tx: Transaction, query: Select[Any], cursor: str | None, limit: int) -> Page[NoteView]:
    return read_page(tx, query, _BY_TIME, cursor, limit).shown(lambda row: row_as(NoteView, row))
