"""The whole store over one database, each part under its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import getpid

from sqlalchemy import delete

from adapters.clock import now
from adapters.retention import Retention
from adapters.storage.access.api_keys import ApiKeyring
from adapters.storage.access.failed_sign_ins import FailedSignIns
from adapters.storage.access.idempotency import IdempotencyKeys
from adapters.storage.access.people import PeopleBook
from adapters.storage.access.sessions import SessionBook
from adapters.storage.engine.database import Database
from adapters.storage.engine.fingerprint_key import use_fingerprint_key
from adapters.storage.engine.migrate import require_current
from adapters.storage.engine.transaction import Transaction
from adapters.storage.escalations import Escalations
from adapters.storage.lists.agenda import Agenda
from adapters.storage.lists.attempts import AttemptLists
from adapters.storage.lists.behaviour import Behaviours
from adapters.storage.lists.call_sheets import CallSheets
from adapters.storage.lists.cases import CaseLists
from adapters.storage.lists.customers import CustomerLists
from adapters.storage.lists.disputes import Disputes
from adapters.storage.lists.groups import Groups
from adapters.storage.lists.outgoing import Outgoing
from adapters.storage.lists.parties import PartyLists
from adapters.storage.lists.payments import Payments
from adapters.storage.lists.reasons import Reasons
from adapters.storage.lists.search import Search
from adapters.storage.lists.sendings import Sendings
from adapters.storage.lists.tasks import TaskLists
from adapters.storage.lists.totals import Totals
from adapters.storage.lists.versions import PolicyVersions
from adapters.storage.mailbox import StoredMailbox
from adapters.storage.notes import Notes
from adapters.storage.policy_book import PolicyBook
from adapters.storage.pruning import prune
from adapters.storage.receivables import SqlReceivables
from adapters.storage.register import Register
from adapters.storage.tables import policies as policy_table
from adapters.storage.tables import replies
from adapters.storage.texts import Texts
from adapters.storage.unmatched import Unmatched
from adapters.storage.unopened import Unopened
from dunning.policy import Policy
from dunning.ports import CalendarFor


@dataclass(frozen=True, slots=True)
class Store:
    """`receivables` is what cases act on, `register` how the outside world changes it, the lists what people read."""

    database: Database
    receivables: SqlReceivables
    register: Register
    cases: CaseLists
    tasks: TaskLists
    agenda: Agenda
    disputes: Disputes
    payments: Payments
    unmatched: Unmatched
    attempts: AttemptLists
    reasons: Reasons
    texts: Texts
    notes: Notes
    call_sheets: CallSheets
    parties: PartyLists
    customers: CustomerLists
    groups: Groups
    behaviours: Behaviours
    search: Search
    totals: Totals
    versions: PolicyVersions
    unopened: Unopened
    escalations: Escalations
    idempotency_keys: IdempotencyKeys
    keys: ApiKeyring
    people: PeopleBook
    sessions: SessionBook
    failed_sign_ins: FailedSignIns
    mailbox: StoredMailbox
    sendings: Sendings
    outgoing: Outgoing
    retention: Retention

    @classmethod
    async def open(
        cls, url: str, *, policies: Iterable[Policy] = (), calendar_for: CalendarFor, provider: str | None = None,
        keeps_credits: bool = False, retention: Retention | None = None, clock: Callable[[], datetime] = now,
    ) -> Store:  # fmt: skip
        """The store at `sqlite:///path` or `postgresql://...`, with the policies that new cases choose among.

        `provider` is who makes the charges, by the name that the rule book has for them (C4). `keeps_credits`: no
        customer's credit is used before a person says so (P8). `retention` is how long what is no record of a
        debt stays. `clock` is this machine's, for when a call leaves (C5).

        Raises `StorageError` where the address is none, or the schema is not this version's: `migrate` it first.
        """
        database, kept = Database(url, keeps_credits=keeps_credits), retention or Retention()
        policy_book = PolicyBook(policies, calendar_for)
        try:
            await require_current(database)
            await use_fingerprint_key(database)
            await _load(database, policy_book)
        except BaseException:
            await database.close()
            raise
        mailbox = StoredMailbox(database)
        return cls(
            database=database,
            receivables=SqlReceivables(database, policy_book, provider, clock),
            register=Register(database),
            cases=CaseLists(database),
            tasks=TaskLists(database),
            agenda=Agenda(database),
            disputes=Disputes(database),
            payments=Payments(database),
            unmatched=Unmatched(database),
            attempts=AttemptLists(database, provider),
            reasons=Reasons(database),
            texts=Texts(database),
            notes=Notes(database),
            call_sheets=CallSheets(database, policy_book),
            parties=PartyLists(database, policy_book),
            customers=CustomerLists(database),
            groups=Groups(database),
            behaviours=Behaviours(database),
            search=Search(database),
            totals=Totals(database),
            versions=PolicyVersions(database),
            unopened=Unopened(database),
            escalations=Escalations(database),
            idempotency_keys=IdempotencyKeys(database, kept.replies),
            keys=ApiKeyring(database),
            people=PeopleBook(database),
            sessions=SessionBook(database),
            failed_sign_ins=FailedSignIns(database),
            mailbox=mailbox,
            sendings=Sendings(database, mailbox),
            outgoing=Outgoing(database, mailbox),
            retention=kept,
        )

    async def prune(self, at: datetime) -> dict[str, int]:
        """Let go of what was kept long enough; how many rows of each."""
        gone = await prune(self.database, self.retention, at)
        await self.database.learn()
        return gone

    async def try_out(self) -> None:
        """Write something and take it back, for only who writes finds a full disk. Raises `StoreUnavailable`."""
        name = f"tried out by {getpid()}"
        row = {"request": name, "body_hash": "", "at": datetime.now(UTC)}

        def work(tx: Transaction) -> None:
            tx.add(replies, row)
            tx.change(delete(replies).where(replies.c.request == name))

        await self.database.write(work)

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()


async def _load(database: Database, policy_book: PolicyBook) -> None:
    """Keep the content of every policy for good: a case is pinned to it (O2)."""
    loaded_at = datetime.now(UTC)
    rows = [
        {"hash": policy_book.pins[name], "name": name, "content": content, "loaded_at": loaded_at}
        for name, content in policy_book.content.items()
    ]
    await database.write(lambda tx: tx.add(policy_table, *rows))
