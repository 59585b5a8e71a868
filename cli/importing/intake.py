"""Files into the store, each in one transaction: every row is tried, and if one cannot be taken none is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import bindparam, select

from adapters.settings import Settings
from adapters.storage.credit_notes import credit_customer
from adapters.storage.engine.transaction import Transaction
from adapters.storage.groups import BadParent, set_parent
from adapters.storage.policy_book import PolicyBook
from adapters.storage.records import customer_of
from adapters.storage.register import add_customer, add_invoice, add_methods
from adapters.storage.store import Store
from adapters.storage.tables import customers, invoices
from cli import terminal
from cli.importing.customer_rows import CustomerFile, CustomerRow, own_id
from cli.importing.invoice_rows import CreditNoteRow, InvoiceFile, InvoiceRow
from cli.importing.money_intake import Paying, book_payment
from cli.importing.open_items import Open, OpenItems, Terms
from cli.importing.table import Table
from cli.installation.installation import Installation, open_installation
from cli.installation.store import calendars_of, open_store, policies_of
from cli.virtual_time.clocks import clock_of
from dunning.answers import Account
from dunning.errors import Conflict, Mistake, PolicyError
from dunning.records import Customer
from worker.due_cases import StoredDueInvoices

Owed = TypeVar("Owed", InvoiceRow, CreditNoteRow)
BATCH: Final = 1000
WHO: Final = "command import"  # as the journal of a case names who had it opened (F6)
AT_ONCE: Final = 25  # starts in flight; more make no server faster
_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("customer"))
_PARENT: Final = select(customers.c.parent).where(customers.c.id == bindparam("customer"))
_INVOICE: Final = select(invoices.c.id).where(invoices.c.id == bindparam("invoice"))


@dataclass(slots=True)
class Taken:
    """What became of a file: how many invoices were new, credits booked, payments booked, cases opened, and so on.

    `missing` are the open items that a whole list does not have, `elsewhere` those it has and that are closed here.
    """

    new: int = 0
    credits: int = 0
    paid: int = 0
    opened: int = 0
    without_policy: int = 0
    changed: int = 0
    closed: int = 0
    missing: tuple[Open, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes the rows of one file in one transaction."""

    tx: Transaction
    table: Table
    policy_book: PolicyBook
    zone: str  # of the creditor, where a customer's is not known
    at: datetime
    taken: Taken = field(default_factory=Taken)

    def invoice(self, row: InvoiceRow, items: OpenItems | None) -> Iterator[Mistake]:
        """Register an invoice and what was paid of it, or tell what changed of it; what is wrong with it."""
        if items is not None and row.customer is not None:
            items.tell_customer(row.customer)
        customer = self._customer(row)
        if customer is None:
            allowed = "one who is registered, or described in the row"
            yield self.table.mistake(row.line, "customer_id", row.customer_id, allowed)
            return
        add_methods(self.tx, customer.id, row.methods, self.at)
        if items is not None and self.tx.row(_INVOICE, invoice=row.invoice.id) is not None:
            wrong = list(items.compare(row))
        else:
            wrong = list(self._registered(row, customer))
        yield from wrong
        if row.paid_on is not None and not wrong:
            yield from self._paid(row, customer)

    def credit_note(self, row: CreditNoteRow) -> Iterator[Mistake]:
        """Credit the customer (P8); what is wrong with it."""
        if self._customer(row) is None:
            allowed = "one who is registered, or described in the row"
            yield self.table.mistake(row.line, "customer_id", row.customer_id, allowed)
            return
        what = (row.customer_id, row.id, row.amount, row.currency, row.issued_on)
        try:
            self.taken.credits += credit_customer(self.tx, *what, self.at)
        except Conflict:
            yield _other(self.table, row.line, row.id)

    def _registered(self, row: InvoiceRow, customer: Customer) -> Iterator[Mistake]:
        wrong = list(_without_policy(self.policy_book, row, customer, self.at))
        if wrong:
            yield from wrong
            return
        try:
            self.taken.new += add_invoice(self.tx, customer.id, row.invoice, self.at)
        except Conflict:
            yield _other(self.table, row.line, row.invoice.id)

    def _paid(self, row: InvoiceRow, customer: Customer) -> Iterator[Mistake]:
        """Book what the file says was paid, once however often it is read."""
        assert row.paid_on is not None  # noqa: S101 - the caller looked
        part = {row.invoice.id: row.paid}
        paying = Paying(row.line, f"{row.invoice.id}-paid", row.invoice.currency, part, row.paid_on, column="paid")
        booked, wrong = book_payment(self.tx, self.table, paying, customer.timezone or self.zone, self.at)
        self.taken.paid += booked
        yield from wrong

    def _customer(self, row: InvoiceRow | CreditNoteRow) -> Customer | None:
        """The customer of a row, as they are known now."""
        if row.customer is not None:
            add_customer(self.tx, row.customer, (), self.at)
        return _known(self.tx, row.customer_id)


async def register_customers(store: Store, file: CustomerFile, at: datetime) -> int:
    """Register them; how many are new. Raises `CsvMistake` with every row that contradicts what is registered."""

    def work(tx: Transaction) -> int:
        new, table = 0, file.table
        for row in terminal.watched(file.customers, "customers"):
            known = _known(tx, row.customer.id)
            if known is not None and known != row.customer:
                table.wrong.append(_other(table, row.line, row.customer.id))
            elif known is None:
                add_customer(tx, row.customer, row.methods, at)
                new += 1
            else:
                add_methods(tx, row.customer.id, row.methods, at)
        table.wrong += [mistake for row in file.customers for mistake in _group(tx, table, row)]
        table.refuse_if_wrong()
        return new

    return await store.database.write(work)


async def take_invoices(
    settings: Settings, file: InvoiceFile, *, opening: bool, whole: Terms | None = None, rehearsing: bool = False
) -> Taken:
    """Register them, then open the cases of those that are due. With `whole` the file is all that is open.

    A rehearsal only tries to register them, and keeps nothing. Raises `CsvMistake`, and `Missing` before anything.
    """
    policy_book = PolicyBook(policies_of(settings), calendars_of(settings))
    zone = settings.creditor.timezone
    if not opening or rehearsing:
        async with open_store(settings, rehearsing=rehearsing) as store:
            return await _register(store, policy_book, file, zone, await clock_of(settings).now(), whole)
    async with open_installation(settings) as of:
        taken = await _register(of.store, policy_book, file, zone, await of.clock.now(), whole)
        await of.case_service.deliver()
        taken.opened, taken.without_policy = await _open(of, {row.invoice.id for row in file.invoices})
        return taken


async def _register(
    store: Store, policy_book: PolicyBook, file: InvoiceFile, zone: str, at: datetime, whole: Terms | None
) -> Taken:
    file = _under_own_ids(file, store.database.fingerprint_key)

    def work(tx: Transaction) -> Taken:
        intake, table = Intake(tx, file.table, policy_book, zone, at), file.table
        items = None if whole is None else OpenItems.of(tx, file, whole, at)
        for row in terminal.watched(file.invoices, "invoices"):
            table.wrong += intake.invoice(row, items)
        for note in file.credit_notes:
            table.wrong += intake.credit_note(note)
        table.refuse_if_wrong()
        if items is not None:
            _tell_whole(intake.taken, items)
        return intake.taken

    return await store.database.write(work)


def _under_own_ids(file: InvoiceFile, key: bytes) -> InvoiceFile:
    """The file with the ids that the store has for customers of whom only the name is known."""
    return replace(
        file,
        invoices=tuple(_renamed(row, key) for row in file.invoices),
        credit_notes=tuple(_renamed(row, key) for row in file.credit_notes),
    )


def _renamed(row: Owed, key: bytes) -> Owed:
    known_as = own_id(row.customer_id, key)
    customer = row.customer and row.customer.model_copy(update={"id": known_as})
    return replace(row, customer_id=known_as, customer=customer)


def _tell_whole(taken: Taken, items: OpenItems) -> None:
    items.close_missing()
    taken.changed, taken.closed = items.changed, items.closed
    taken.missing, taken.elsewhere = items.missing, tuple(items.elsewhere)


def _without_policy(policy_book: PolicyBook, row: InvoiceRow, customer: Customer, at: datetime) -> Iterator[Mistake]:
    """A case needs a policy; better to hear now that there is none."""
    day = policy_book.today(customer, at)
    try:
        choice = policy_book.choice(row.invoice, customer, Account(), row.invoice.minor, day)
    except PolicyError as error:
        yield from (Mistake("", row.line, problem.found, problem.allowed) for problem in error.problems)
        return
    if choice.policy is None:
        yield Mistake("", row.line, "no policy for it: " + "; ".join(map(str, choice.reasons)), "what a policy takes")


async def _open(of: Installation, imported: set[str]) -> tuple[int, int]:
    """Open the cases of those that are due; the schedule opens the others on their day.

    How many were opened, and for how many no policy is there that takes them.
    """
    due = StoredDueInvoices(of.store, of.policies, of.settings.creditor.timezone)
    at, after, found = await of.clock.now(), None, list[str]()
    while batch := await due.due_for_opening(at, after, BATCH):
        found += [one for one in batch if one in imported]
        after = batch[-1]
    places, service = asyncio.Semaphore(AT_ONCE), replace(of.case_service, who=WHO)

    async def open_case(invoice_id: str) -> bool:
        async with places:
            return await service.open_or_ask(invoice_id)

    opened = sum(await asyncio.gather(*(open_case(one) for one in found)))
    return opened, len(found) - opened


def _group(tx: Transaction, table: Table, row: CustomerRow) -> Iterator[Mistake]:
    """Put the customer under their parent, who may stand on a later line of the file; what is wrong with it."""
    known = tx.value(_PARENT, customer=row.customer.id)
    if row.parent is None or known == row.parent:
        return
    if known is not None:
        yield table.mistake(row.line, "parent", row.parent, f"{known}, to whose group they belong already")
        return
    try:
        set_parent(tx, row.customer.id, row.parent)
    except BadParent as error:
        yield table.mistake(row.line, "parent", error.found, error.allowed)


def _known(tx: Transaction, customer_id: str) -> Customer | None:
    row = tx.row(_CUSTOMER, customer=customer_id)
    return None if row is None else customer_of(row)


def _other(table: Table, line: int, name: str) -> Mistake:
    return table.mistake(line, "id", f"{name}, registered with other content", "the same content, or another id")
