"""The store as the cases see it: it keeps the promises of `dunning.ports.Receivables` on one database."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, select

from adapters.clock import now
from adapters.storage.account import account_of
from adapters.storage.effects import intents, notices
from adapters.storage.effects import tasks as open_tasks
from adapters.storage.effects.changes import make_changes
from adapters.storage.effects.journal import write_case
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import brought, customer_credit, inbox, parts
from adapters.storage.inbox.message import read_message
from adapters.storage.opening import GivenInline, find_or_open_case
from adapters.storage.policy_book import PolicyBook, horizon
from adapters.storage.records import customer_of, invoice_of
from adapters.storage.tables import cases, customers, invoices
from dunning.answers import Account, Answer
from dunning.calendar import Calendar
from dunning.errors import NotFound
from dunning.policy import Policy
from dunning.ports import Act, Acted, Go, NamedBody, Opening, Taken, Written
from dunning.recipients import Way
from dunning.records import Channel, Customer, Invoice, Method

_PARTIES: Final = (
    select(invoices, customers, cases.c.opened_at)
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(cases, cases.c.invoice_id == invoices.c.id)
    .where(invoices.c.id == bindparam("invoice"))
)


class SqlReceivables:
    """Each call is one transaction, and may be repeated."""

    def __init__(
        self,
        database: Database,
        policy_book: PolicyBook,
        provider: str | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`database` is migrated, and knows the policies of the `policy_book`; `provider` makes the charges.

        `clock` is this machine's: what is called in the world is called by it, not by the case's moments (C5).
        """
        self._database = database
        self._policy_book = policy_book
        self._provider = provider
        self._clock = clock

    async def opening(
        self,
        invoice_id: str,
        invoice: Invoice | None,
        customer: Customer | None,
        methods: tuple[Method, ...],
        at: datetime,
        run: str | None = None,
    ) -> Opening:
        """Find the invoice or register the one given, choose the policy once, make the calendar (O1, O2)."""
        given, book = GivenInline(invoice, customer, methods), self._policy_book
        return await self._database.write(lambda tx: find_or_open_case(tx, book, invoice_id, given, at, run))

    async def begin(self, act: Act, *, in_turn: bool = True, by: Collection[Channel] = ()) -> Go | Acted:
        """Write the intent, or answer with what forbids it or was recorded. Raises `NotItsTurn`."""
        return await self._database.write(
            lambda tx: intents.begin(tx, act, self._clock, self._provider, in_turn=in_turn, by=by)
        )

    async def perform(self, act: Act) -> Acted:
        """Write the intent and the outcome, or answer with what forbids it or was recorded."""
        return await self._database.write(lambda tx: intents.perform(tx, act, self._clock, self._policy_book.pins))

    async def begin_again(self, act: Act) -> Go | Acted:
        """Go on with an intent that stays open (C5)."""
        return await self._database.write(lambda tx: intents.begin_again(tx, act, self._clock, self._provider))

    async def unbegin(self, key: str, way: Way | None = None) -> None:
        """Take back what is known not to have left."""
        if way is None:
            await self._database.write(lambda tx: intents.unbegin(tx, key))
        else:
            await self._database.write(lambda tx: notices.take_back_on_channel(tx, key, way))

    async def begin_channel(self, key: str, way: Way) -> None:
        """Note that the notice is about to leave on this channel (N3)."""
        await self._database.write(lambda tx: notices.begin_on_channel(tx, key, way))

    async def sent_channel(self, key: str, way: Way, message_id: str) -> None:
        """Note that the channel accepted the notice."""
        await self._database.write(lambda tx: notices.accept_on_channel(tx, key, way, message_id))

    async def refused_channel(self, key: str, way: Way) -> None:
        """Note that the channel refused the address for good (N2)."""
        await self._database.write(lambda tx: notices.refuse_on_channel(tx, key, way))

    async def finish(self, act: Act, answer: Answer, taken: Taken | None = None) -> Acted:
        """Record what was taken, the answer, what follows from it, and what was expected to be written."""
        return await self._database.write(lambda tx: intents.finish(tx, act, answer, self._policy_book.pins, taken))

    async def record(
        self, invoice_id: str, told: tuple[NamedBody, ...], written: Written, seen: int, at: datetime
    ) -> tuple[int, tuple[NamedBody, ...]]:
        """Keep what the case was told directly, its journal and its projection; what it has not seen yet.

        A message that cannot be kept is set aside, and the case has not seen that.
        """
        messages = [read_message(name, body, at) for name, body in told]

        def work(tx: Transaction, keep: Callable[[Transaction], int]) -> tuple[int, tuple[NamedBody, ...]]:
            moves = bool(written.changes) or any(message.name in parts.MOVES_MONEY for message in messages)
            customer_id = inbox.lock_customer_of(tx, invoice_id) if moves else None
            newest = keep(tx)
            write_case(tx, invoice_id, written, seen, at)
            make_changes(tx, invoice_id, written.changes, self._policy_book.pins)
            if customer_id is not None:
                customer_credit.set_off(tx, customer_id, at)
                newest = inbox.keep_messages(tx, invoice_id, ())
            return newest, inbox.unseen_messages(tx, invoice_id, seen, but=messages) if newest > seen else ()

        try:
            return await self._database.write(
                lambda tx: work(tx, lambda tx: brought.keep_brought(tx, invoice_id, messages))
            )
        except brought.REFUSALS as error:
            if not messages or brought.may_pass(error):
                raise
        return await self._database.write(
            lambda tx: work(tx, lambda tx: brought.keep_what_can_be_kept(tx, invoice_id, messages, at))
        )

    async def is_asked(self, kind: str) -> bool:
        """Whether a task of this kind is open, of whichever case."""
        return await self._database.read(lambda tx: open_tasks.is_asked(tx, kind))

    async def account(self, invoice_id: str, at: datetime, day: date) -> Account:  # noqa: ARG002 - the port's signature
        """The customer's open cases."""
        return await self._database.read(lambda tx: account_of(tx, invoice_id, day))

    async def policy(self, invoice_id: str, name: str, at: datetime) -> tuple[Policy, Calendar] | None:
        """The policy in force under that name, with a calendar for this case."""
        policy = self._policy_book.named(name)
        if policy is None:
            return None
        return policy, await self._calendar(invoice_id, policy, lambda invoice: horizon(invoice, at))

    async def calendar(self, invoice_id: str, policy: Policy, until: date) -> Calendar:
        """A calendar for this case as far as `until`."""
        return await self._calendar(invoice_id, policy, lambda _: until)

    async def _calendar(self, invoice_id: str, policy: Policy, until: Callable[[Invoice], date]) -> Calendar:
        invoice, customer, opened_on = await self._database.read(lambda tx: _parties(tx, invoice_id))
        return self._policy_book.calendar(policy, customer, invoice, opened_on=opened_on, until=until(invoice))


def _parties(tx: Transaction, invoice_id: str) -> tuple[Invoice, Customer, date]:
    row = tx.row(_PARTIES, invoice=invoice_id)
    if row is None:
        raise NotFound(f"invoice: found no case of {invoice_id}")
    return invoice_of(row), customer_of(row), row[cases.c.opened_at].date()
