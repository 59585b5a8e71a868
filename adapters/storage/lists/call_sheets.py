"""What somebody who calls a debtor has before them: looked up when it is shown, and kept by no case (M6, O3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from sqlalchemy import RowMapping, bindparam, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.policy_book import PolicyBook, policy_of_content
from adapters.storage.records import customer_of, invoice_of
from adapters.storage.tables import cases, customers, invoices, journal_lines, policies
from adapters.telephone import text_number
from dunning.channels import BY_PHONE, address
from dunning.records import ACCOUNTS, ContactPerson, Customer

_CALLED: Final = (
    select(invoices, customers, cases.c.demandable, policies.c.content)
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(cases, cases.c.invoice_id == invoices.c.id)
    .join(policies, policies.c.hash == cases.c.policy_hash)
    .where(invoices.c.id.in_(bindparam("invoices", expanding=True)))
)

_WRONG: Final = (
    select(invoices.c.customer_id)
    .join(journal_lines, journal_lines.c.invoice_id == invoices.c.id)
    .where(
        invoices.c.customer_id.in_(bindparam("customers", expanding=True)),
        journal_lines.c.kind == "call",
        journal_lines.c.value == "wrong_number",
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Who is called, and the `person` there to ask for, if one is known; on which number that may be used, and what
    they owe in minor units; when a call is allowed: local hours in `zone`, and the next such moment.
    """

    name: str | None
    person: str | None
    number: str | None
    demands: int
    currency: str
    zone: str
    opens: time
    closes: time
    allowed_from: datetime


def callee(
    customer: Customer, came_back: Collection[str], *, was_wrong: bool = False
) -> tuple[ContactPerson | None, str | None]:
    """Who is asked for, and the number that is called; none that is somebody else's, which `was_wrong` says of one.

    A number that `came_back` is not called, but for a landline: that can be called, though it takes no text message.

    The first contact for accounts with a number of their own, else the customer's own number, and whoever is the
    contact for accounts there.
    """
    dead = [one for one in came_back if was_wrong or text_number(one, customer.country)]
    contacts = [one for one in customer.contacts if one.role in ACCOUNTS]
    for one in contacts:
        number = address(one, BY_PHONE)
        if number is not None and number not in dead:
            return one, number
    own = address(customer, BY_PHONE)
    return next(iter(contacts), None), None if own in dead else own


class CallSheets:
    """Reads them."""

    def __init__(self, database: Database, policy_book: PolicyBook) -> None:
        """`database` is migrated; `policy_book` makes the calendars."""
        self._database = database
        self._policy_book = policy_book

    async def of_cases(self, invoice_ids: Collection[str], at: datetime) -> dict[str, CallSheet]:
        """Those of several cases at this moment, each by its invoice; none of an invoice without a case."""
        ids = list(invoice_ids)

        def work(tx: Transaction) -> tuple[Sequence[RowMapping], set[str]]:
            rows = tx.rows(_CALLED, invoices=ids)
            of = sorted({row[customers.c.id] for row in rows})
            return rows, {row["customer_id"] for row in tx.rows(_WRONG, customers=of)}

        rows, wrong = await self._database.read(work) if ids else ((), set())
        return {row[invoices.c.id]: self._sheet(row, at, was_wrong=row[customers.c.id] in wrong) for row in rows}

    def _sheet(self, row: RowMapping, at: datetime, *, was_wrong: bool) -> CallSheet:
        customer, invoice, policy = customer_of(row), invoice_of(row), policy_of_content(row["content"])
        day = at.date()
        calendar = self._policy_book.calendar(policy, customer, invoice, opened_on=day, until=day)
        person, number = callee(customer, row[customers.c.bounced].get(BY_PHONE, ()), was_wrong=was_wrong)
        return CallSheet(
            name=customer.name,
            person=person.name if person else None,
            number=number,
            demands=row["demandable"],
            currency=invoice.currency,
            zone=calendar.zone,
            opens=calendar.opens,
            closes=calendar.closes,
            allowed_from=calendar.contact_from(at),
        )
