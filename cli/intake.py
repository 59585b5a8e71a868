"""Rows of a file into the store, in one transaction: every row is tried, and if one cannot be taken none is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from adapters.clock import now
from adapters.settings import Settings
from adapters.storage.policy_book import PolicyBook
from adapters.storage.records import customer_of
from adapters.storage.register import add_customer, add_invoice, add_methods
from adapters.storage.store import Store
from adapters.storage.tables import customers
from adapters.storage.transaction import Transaction
from cli import terminal
from cli.csv_rows import CsvMistake, CustomerRow, InvoiceRow
from cli.installation import Installation, installed
from cli.storing import calendars_of, policies_of, storing
from dunning.answers import Account
from dunning.errors import Conflict, PolicyError, Problem
from dunning.records import Customer
from worker.opening import StoredDueInvoices

BATCH: Final = 1000
AT_ONCE: Final = 25  # starts in flight; more make no server faster
_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("customer"))


@dataclass(frozen=True, slots=True)
class Taken:
    """How many invoices were new, and how many cases were opened."""

    new: int
    opened: int


async def register_customers(store: Store, rows: Sequence[CustomerRow], file: str) -> int:
    """Register them; how many are new. Raises `CsvMistake` with every row that contradicts what is registered."""
    at = now()

    def work(tx: Transaction) -> int:
        new, wrong = 0, list[Problem]()
        for row in terminal.watched(rows, "customers"):
            known = _known(tx, row.customer.id)
            if known is not None and known != row.customer:
                wrong.append(_other("id", row.line, row.customer.id))
            elif known is None:
                add_customer(tx, row.customer, row.methods, at)
                new += 1
            else:
                add_methods(tx, row.customer.id, row.methods, at)
        _all_or_none(file, wrong)
        return new

    return await store.database.write(work)


async def take_invoices(settings: Settings, rows: Sequence[InvoiceRow], file: str, *, opening: bool) -> Taken:
    """Register them, then open the cases of those that are due. Raises `CsvMistake`, and `Missing` before anything."""
    policy_book = PolicyBook(policies_of(settings), calendars_of(settings))
    if not opening:
        async with storing(settings) as store:
            return Taken(await _register(store, policy_book, rows, file, now()), 0)
    async with installed(settings) as of:
        new = await _register(of.store, policy_book, rows, file, await of.clock.now())
        return Taken(new, await _open(of, {row.invoice.id for row in rows}))


async def _register(store: Store, policy_book: PolicyBook, rows: Sequence[InvoiceRow], file: str, at: datetime) -> int:
    def work(tx: Transaction) -> int:
        new, wrong = 0, list[Problem]()
        for row in terminal.watched(rows, "invoices"):
            try:
                new += _take(tx, policy_book, row, at)
            except CsvMistake as mistake:
                wrong += mistake.problems
        _all_or_none(file, wrong)
        return new

    return await store.database.write(work)


def _take(tx: Transaction, policy_book: PolicyBook, row: InvoiceRow, at: datetime) -> bool:
    """Whether the invoice is new. Raises `CsvMistake` for a row that cannot be taken."""
    if row.customer is not None:
        add_customer(tx, row.customer, row.methods, at)
    customer = _known(tx, row.customer_id)
    if customer is None:
        allowed = "one who is registered, or described in the row"
        raise CsvMistake("", [Problem("customer_id", row.line, row.customer_id, allowed)])
    add_methods(tx, customer.id, row.methods, at)
    wrong = list(_without_policy(policy_book, row, customer, at))
    if wrong:
        raise CsvMistake("", wrong)
    try:
        return add_invoice(tx, customer.id, row.invoice, at)
    except Conflict:
        raise CsvMistake("", [_other("id", row.line, row.invoice.id)]) from None


def _without_policy(policy_book: PolicyBook, row: InvoiceRow, customer: Customer, at: datetime) -> Iterator[Problem]:
    """A case needs a policy; better to hear now that there is none."""
    day = policy_book.today(customer, at)
    try:
        choice = policy_book.choice(row.invoice, customer, Account(), row.invoice.minor, day)
    except PolicyError as error:
        yield from (Problem("", row.line, problem.found, problem.allowed) for problem in error.problems)
        return
    if choice.policy is None:
        yield Problem("", row.line, "no policy for it: " + "; ".join(map(str, choice.reasons)), "what a policy takes")


async def _open(of: Installation, imported: set[str]) -> int:
    """Open the cases of those that are due; the schedule opens the others on their day."""
    due = StoredDueInvoices(of.store.parties, of.policies, of.settings.creditor.timezone)
    at, after, found = await of.clock.now(), None, list[str]()
    while batch := await due.due_for_opening(at, after, BATCH):
        found += [one for one in batch if one in imported]
        after = batch[-1]
    places = asyncio.Semaphore(AT_ONCE)

    async def open_case(invoice_id: str) -> None:
        async with places:
            await of.desk.open(invoice_id)

    await asyncio.gather(*(open_case(one) for one in found))
    return len(found)


def _known(tx: Transaction, customer_id: str) -> Customer | None:
    row = tx.row(_CUSTOMER, customer=customer_id)
    return None if row is None else customer_of(row)


def _other(column: str, line: int, name: str) -> Problem:
    return Problem(column, line, f"{name}, registered with other content", "the same content, or another id")


def _all_or_none(file: str, wrong: Sequence[Problem]) -> None:
    """What is raised here undoes the transaction."""
    if wrong:
        raise CsvMistake(file, wrong)
