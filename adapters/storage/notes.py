"""Notes that people write for one another, about a case or about a customer. No case hears of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, bindparam, or_, select

from adapters.attachments import Attachment
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page, updated_since
from adapters.storage.lists.views import row_as
from adapters.storage.tables import cases, customers, files, note_files, notes
from dunning.errors import NotFound

_BY_TIME: Final = Order((notes.c.at, notes.c.id), newest_first=True)
_OWNER: Final = select(cases.c.customer_id).where(cases.c.invoice_id == bindparam("invoice"))
_CUSTOMER: Final = select(customers.c.id).where(customers.c.id == bindparam("customer"))
_ONE: Final = select(notes).where(notes.c.id == bindparam("note"))


_FILES: Final = (
    select(note_files.c.note_id, note_files.c.file_id, note_files.c.name, files.c.kind, files.c.size)
    .join(files, files.c.id == note_files.c.file_id)
    .order_by(note_files.c.note_id, note_files.c.number)
)
_OF_NOTES: Final = _FILES.where(note_files.c.note_id.in_(bindparam("notes", expanding=True)))
_ABOUT: Final = (
    _FILES.add_columns(notes.c.invoice_id)
    .join(notes, notes.c.id == note_files.c.note_id)
    .where(notes.c.invoice_id.in_(bindparam("invoices", expanding=True)))
)
_CONTENT: Final = (
    select(note_files.c.name, files.c.kind, files.c.content)
    .join(files, files.c.id == note_files.c.file_id)
    .join(notes, notes.c.id == note_files.c.note_id)
    .join(cases, cases.c.customer_id == notes.c.customer_id)
    .where(cases.c.invoice_id == bindparam("invoice"), files.c.id == bindparam("file"))
    .where(or_(notes.c.invoice_id == cases.c.invoice_id, notes.c.invoice_id.is_(None)))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a note: under which name, what it is, and how many bytes."""

    id: str
    name: str
    kind: str
    size: int


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
    files: tuple[FileView, ...] = ()


class Notes:
    """Writes and reads them."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def write_about_case(
        self, invoice_id: str, note: Mapping[str, Any], attached: Sequence[Attachment] = ()
    ) -> NoteView:
        """Add a note about a case, as `NoteView` names its fields; one whose id is known stays as it is.

        Raises `NotFound` where the invoice has no case.
        """

        def work(tx: Transaction) -> NoteView:
            customer_id = tx.value(_OWNER, invoice=invoice_id)
            if customer_id is None:
                raise NotFound(f"case: found none of invoice {invoice_id}")
            return _written(tx, {**note, "invoice_id": invoice_id, "customer_id": customer_id}, attached)

        return await self._database.write(work)

    async def write_about_customer(
        self, customer_id: str, note: Mapping[str, Any], attached: Sequence[Attachment] = ()
    ) -> NoteView:
        """Add a note about a customer, as above. Raises `NotFound`."""

        def work(tx: Transaction) -> NoteView:
            if tx.value(_CUSTOMER, customer=customer_id) is None:
                raise NotFound(f"customer: found no {customer_id}")
            return _written(tx, {**note, "invoice_id": None, "customer_id": customer_id}, attached)

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

    async def files_about(self, invoice_ids: Collection[str]) -> dict[str, tuple[FileView, ...]]:
        """The files of the notes about these cases, by their invoices; only of those that have some."""
        if not invoice_ids:
            return {}
        rows = await self._database.read(lambda tx: tx.rows(_ABOUT, invoices=sorted(invoice_ids)))
        return {
            invoice_id: tuple(_file(row) for row in rows if row["invoice_id"] == invoice_id)
            for invoice_id in {row["invoice_id"] for row in rows}
        }

    async def file(self, invoice_id: str, file_id: str) -> Attachment:
        """A file of a note about this case, or about its customer. Raises `NotFound`."""
        row = await self._database.read(lambda tx: tx.row(_CONTENT, invoice=invoice_id, file=file_id))
        if row is None:
            raise NotFound(f"file: found none of that id in the notes about invoice {invoice_id}")
        return Attachment(row["name"], row["kind"], bytes(row["content"]))


def _written(tx: Transaction, note: Mapping[str, Any], attached: Sequence[Attachment]) -> NoteView:
    if tx.add(notes, note):
        for number, one in enumerate(attached, 1):
            tx.add(files, {"id": one.id, "kind": one.kind, "size": len(one.content), "content": one.content})
            tx.add(note_files, {"note_id": note["id"], "number": number, "file_id": one.id, "name": one.name})
    row = tx.row(_ONE, note=note["id"])
    assert row is not None  # noqa: S101 - it was there, or was added
    return _views(tx, [row])[0]


def _page(tx: Transaction, query: Select[Any], cursor: str | None, limit: int) -> Page[NoteView]:
    found = read_page(tx, query, _BY_TIME, cursor, limit)
    return Page(_views(tx, found.rows), found.next)


def _views(tx: Transaction, rows: Sequence[RowMapping]) -> tuple[NoteView, ...]:
    every = tx.rows(_OF_NOTES, notes=[row["id"] for row in rows]) if rows else ()
    return tuple(
        row_as(NoteView, {**row, "files": tuple(_file(one) for one in every if one["note_id"] == row["id"])})
        for row in rows
    )


def _file(row: RowMapping) -> FileView:
    return FileView(row["file_id"], row["name"], row["kind"], row["size"])
