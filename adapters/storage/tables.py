"""The tables: what is known of customers and invoices, what was told, what was done, and what lists show of each case.

Amounts are minor units, moments UTC, days the local days of the case. Names and addresses stand in `customers`,
`notices` (where a notice went), `letters` (what was sent), `mails` (what came back) and `search_words` (by which they
are found), and nowhere else but in words that people wrote (`texts`, `notes`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal, cast

from pydantic import TypeAdapter
from sqlalchemy import Index, LargeBinary, MetaData, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from adapters.clock import now
from adapters.refunds import RefundNews
from adapters.storage.engine.columns import BY_BYTES, CURRENCY, MINOR, PLAIN, Kept, UtcDateTime
from dunning.answers import Answer
from dunning.consolidation import Companion
from dunning.effects import Effect
from dunning.records import EarlierAttempt

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
EFFECT: Final = Kept(TypeAdapter(Effect))
ANSWER: Final = Kept(TypeAdapter(Answer))
ALONG: Final = Kept(TypeAdapter(tuple[Companion, ...]))
SEVERAL: Final = Kept(TypeAdapter(tuple[str, ...]))
ATTEMPTS: Final = Kept(TypeAdapter(tuple[EarlierAttempt, ...]))
PROMISED: Final = Kept(TypeAdapter(tuple[tuple[date, int], ...]))
REFUND: Final = Kept(TypeAdapter(RefundNews))
# SQLite finds a row of these by its key in one search instead of two.
BY_KEY: Final = {"sqlite_with_rowid": False}
PAYMENT: Final = text("kind = 'payment'")
CAME_IN: Final = text("currency IS NOT NULL")
REVERSAL: Final = text("kind = 'reversal'")
DOCUMENT: Final = text("amount = 0")
WAITS: Final = text("kind IN ('deferred', 'unreachable', 'waits')")
CAME_BACK: Final = text("bounced_at IS NOT NULL")
UNSENT: Final = text("state <> 'accepted'")
COUNTED: Final = text("messages > 0")
PERSONAL: Final = text("personal")
READ: Final = text('"row" IS NOT NULL')
STOPPED: Final = text("stopped IS NOT NULL")
UNRANKED: Final = text("NOT ranked")
STANDS: Final = text("ended_at IS NULL")
OPEN_CASE: Final = text("outcome IS NULL")  # a plain index on `outcome` would be taken for each question after one
UNSET: Final = text("rule = 'M1'")  # a notice was put off for want of settings
OPEN_TASK: Final = text("closed_at IS NULL")
ASKS: Final = text("at_rest = 0 AND voided_at IS NULL")
ASKS_ON_POSTGRESQL: Final = text("NOT at_rest AND voided_at IS NULL")


def changed_at() -> Any:
    """A column of the moment at which a row was written last, by the clock of whoever wrote it: for `updated_since`.

    It is no moment of business: what a case does late is written late.
    """
    return Field(sa_type=UtcDateTime, sa_column_kwargs={"default": now, "onupdate": now})


class TableRow(SQLModel):
    """A row of ours; its names of keys and indexes are the same on every database, so that migrations can name them."""

    metadata = METADATA


class CustomersTable(TableRow, table=True):
    """Who owes. `bounced` are the addresses of each channel that are not used any more, because they bounced or their
    owner does not want it (M5), `opted_out` the channels that may not be used, `silent` those that single contacts
    opted out of, by their ids, `texts_stopped` the numbers whose owners wrote STOP to us, by these ids or "" for the
    customer's own. `away` is for each channel the newest notice of absence as it was told.

    `stopped` is the newest customer stop or release (H2), `consent_withdrawn` the withdrawal (C6), both as they were
    told, with the words that belong to it: a case that opens later is told them too.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index(None, "registered_at", "id"),
        Index("ix_customers_stopped", "id", sqlite_where=STOPPED, postgresql_where=STOPPED),
    )

    id: str = Field(primary_key=True)
    name: str | None = None
    kind: str
    country: str | None = None
    subdivision: str | None = None
    timezone: str | None = None
    locale: str
    segment: str | None = None
    tags: list[str] = Field(sa_type=PLAIN)
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    zones: list[str] = Field(default_factory=list, sa_type=PLAIN)
    contacts: list[dict[str, Any]] = Field(default_factory=list, sa_type=PLAIN)
    account_manager: dict[str, Any] | None = Field(default=None, sa_type=PLAIN)
    parent: str | None = Field(default=None, foreign_key="customers.id", index=True)
    opted_out: list[str] = Field(default_factory=list, sa_type=PLAIN)
    silent: dict[str, list[str]] = Field(default_factory=dict, sa_type=PLAIN)
    texts_stopped: dict[str, str] = Field(default_factory=dict, sa_type=PLAIN)
    bounced: dict[str, list[str]] = Field(default_factory=dict, sa_type=PLAIN)
    away: dict[str, dict[str, Any]] = Field(default_factory=dict, sa_type=PLAIN)
    stopped: dict[str, Any] | None = Field(default=None, sa_type=PLAIN)
    consent_withdrawn: dict[str, Any] | None = Field(default=None, sa_type=PLAIN)
    registered_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = changed_at()


class MethodsTable(TableRow, table=True):
    """A customer's payment methods, in the order in which they are tried; `renewed_at` is of the last update (C2).

    `expires` is the last month in which a card is valid, such as 2027-04.
    """

    __tablename__ = "methods"
    __table_args__ = (UniqueConstraint("customer_id", "position"),)

    customer_id: str = Field(primary_key=True, foreign_key="customers.id")
    id: str = Field(primary_key=True)
    position: int
    network: str | None = None
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None
    added_at: datetime = Field(sa_type=UtcDateTime)
    renewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InvoicesTable(TableRow, table=True):
    """One demand. `told` is the number of the newest message; `fingerprint` that of the invoice as first registered.

    `tries` is how often the schedule began to open its case, `tried_at` when it last did. It is `at_rest` once it was
    seen to need no case, because it has one or nothing is left of it, until money moves or it is changed: so what is
    looked for each hour are the few that were never seen to rest.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        Index(None, "due_on", "id"),
        Index(None, "registered_at", "id"),
        Index("ix_invoices_document", "id", sqlite_where=DOCUMENT, postgresql_where=DOCUMENT),
        Index("ix_invoices_asking", "due_on", "id", sqlite_where=ASKS, postgresql_where=ASKS_ON_POSTGRESQL),
    )

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customers.id", index=True)
    currency: str = Field(sa_type=CURRENCY)
    amount: int = Field(sa_type=MINOR)
    issued_on: date | None = None
    due_on: date
    tags: list[str] = Field(sa_type=PLAIN)
    attempts: tuple[EarlierAttempt, ...] = Field(sa_type=ATTEMPTS)
    discount: dict[str, Any] | None = Field(default=None, sa_type=PLAIN)
    fingerprint: str
    told: int = 0
    registered_at: datetime = Field(sa_type=UtcDateTime)
    voided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    at_rest: bool = False
    updated_at: datetime = changed_at()


# Who says so: the case itself, whoever told a fact, or a payment provider. A provider names a payment, or tells a sum.
Origin = Literal["case", "told", "provider", "provider_sum"]


# What went before a payment: a charge of ours, a promise or a plan that stood, a notice that was sent, or nothing; of
# one that went back, or came once more, only that.
Bringer = Literal["attempt", "promise", "plan", "notice", "unasked", "taken-back"]


class PostingsTable(TableRow, table=True):
    """The ledger: what raises the balance is positive, so balance = the invoice's amount + their sum (F2).

    `told` is what a reversal said, less than nothing where one is lifted: its `amount` is what came of that. It is
    `waiting` while the payment is not known (P5), and in no sum. `origin` is an `Origin`.
    `payment_id` is what a reversal, or an entry that takes another back, is of; `other` the other invoice of a credit
    that was moved (P8). Of money that came or went back, `currency` is that of the invoice, and `brought_by` what of
    ours went before it, a `Bringer`: both as it was booked.
    """

    __tablename__ = "postings"
    __table_args__ = (
        Index("ix_postings_payment", "id", sqlite_where=PAYMENT, postgresql_where=PAYMENT),
        Index("ix_postings_paid", "at", "invoice_id", "id", "amount", sqlite_where=PAYMENT, postgresql_where=PAYMENT),
        Index("ix_postings_reversed", "at", "invoice_id", "id", sqlite_where=REVERSAL, postgresql_where=REVERSAL),
        Index("ix_postings_reversal", "payment_id", sqlite_where=REVERSAL, postgresql_where=REVERSAL),
        Index(
            "ix_postings_received",
            "at",
            "currency",
            "brought_by",
            "amount",
            sqlite_where=CAME_IN,
            postgresql_where=CAME_IN,
        ),
        BY_KEY,
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    kind: str = Field(
        primary_key=True
    )  # fee, interest, payment, reversal, lifted, credit, discount, write_off, used, set_off
    id: str = Field(primary_key=True)
    amount: int = Field(sa_type=MINOR)
    told: int = Field(default=0, sa_type=MINOR)
    waiting: int = Field(default=0, sa_type=MINOR)
    payment_id: str | None = None
    other: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    as_of: datetime | None = Field(default=None, sa_type=UtcDateTime)
    origin: str
    note: str = ""
    currency: str | None = Field(default=None, sa_type=CURRENCY)
    brought_by: str | None = None


class UnmatchedPaymentsTable(TableRow, table=True):
    """Money that came in, and nobody knows yet for which invoice. It is matched once a payment of its id is booked.

    `payer` and `reference` are as they stand on the bank statement, `by` is who told of it, `at` when.
    """

    __tablename__ = "unmatched_payments"
    __table_args__ = (Index(None, "at", "id"), BY_KEY)

    id: str = Field(primary_key=True)
    currency: str = Field(sa_type=CURRENCY)
    amount: int = Field(sa_type=MINOR)
    as_of: datetime | None = Field(default=None, sa_type=UtcDateTime)
    payer: str = ""
    reference: str = ""
    by: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class ToldTable(TableRow, table=True):
    """What each case was told, numbered from 1, each message once (P1).

    `personal` says that its body holds an address or free text itself, until the retention takes that out.
    """

    __tablename__ = "told"
    __table_args__ = (
        UniqueConstraint("invoice_id", "identity"),
        Index("ix_told_personal", "at", sqlite_where=PERSONAL, postgresql_where=PERSONAL),
        BY_KEY,
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    number: int = Field(primary_key=True)
    identity: str
    name: str
    body: dict[str, Any] = Field(sa_type=PLAIN)
    at: datetime = Field(sa_type=UtcDateTime)
    personal: bool = False


class TextsTable(TableRow, table=True):
    """What people wrote in their own words about a case, by the references that stand for it everywhere else (O3).

    `at` is when it was written last.
    """

    __tablename__ = "texts"
    __table_args__ = (Index(None, "at"), BY_KEY)

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    reference: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class NotesTable(TableRow, table=True):
    """What people wrote down for one another: about a case, or, where `invoice_id` is empty, about the customer.

    No case hears of it. `by` is who wrote it, as they say, `authenticated` who was let in.
    """

    __tablename__ = "notes"
    __table_args__ = (Index(None, "customer_id", "at"), Index(None, "invoice_id", "at"), Index(None, "at"), BY_KEY)

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customers.id")
    invoice_id: str | None = Field(default=None, foreign_key="invoices.id")
    text: str = Field(sa_type=Text)
    by: str | None = None
    authenticated: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = changed_at()


class SearchWordsTable(TableRow, table=True):
    """The words by which a customer or an invoice is found: a `kind` is `customer` or `invoice`, an `id` theirs.

    They are compared byte by byte, so that one index answers for every beginning of a word on both databases.
    """

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "kind", "id", "word"), BY_KEY)

    kind: str = Field(primary_key=True, sa_type=BY_BYTES)
    word: str = Field(primary_key=True, sa_type=BY_BYTES)
    id: str = Field(primary_key=True, sa_type=BY_BYTES)


class FilesTable(TableRow, table=True):
    """What people attached to notes, each content once: `id` is its SHA-256, `kind` what it was found to be."""

    __tablename__ = "files"

    id: str = Field(primary_key=True)
    kind: str  # pdf, jpeg or png
    size: int
    content: bytes = Field(sa_type=LargeBinary)


class NoteFilesTable(TableRow, table=True):
    """The files of a note, in their order, each under the name that whoever attached it gave it."""

    __tablename__ = "note_files"
    __table_args__ = (BY_KEY,)

    note_id: str = Field(primary_key=True, foreign_key="notes.id")
    number: int = Field(primary_key=True)
    file_id: str = Field(foreign_key="files.id", index=True)
    name: str


class UnheardTable(TableRow, table=True):
    """Messages that the store keeps for cases that nobody has signalled yet: parts of a payment, credit that was moved.

    A case that acts before finds them, as any that it has not seen (F1).
    """

    __tablename__ = "unheard"
    __table_args__ = BY_KEY

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    number: int = Field(primary_key=True)


class ActsTable(TableRow, table=True):
    """Intents and their outcomes: a row without an answer is an effect of which nobody knows yet whether it happened.

    `messages` is how many messages to the customer it stands for: those it would send, then those it sent (T7).
    `begun_at` is when the intent was written, `called_at` when last a call was about to leave for it: both by the clock
    of the machine that did it, and never by the case's (C5). `along` are the notices of the customer's other cases that
    a message takes along, from its intent on (N5).
    """

    __tablename__ = "acts"
    __table_args__ = (
        Index("ix_acts_contact_limit", "customer_id", "day", sqlite_where=COUNTED, postgresql_where=COUNTED),
        BY_KEY,
    )

    key: str = Field(primary_key=True)
    invoice_id: str = Field(foreign_key="invoices.id")
    customer_id: str = Field(foreign_key="customers.id")
    effect: Any = Field(sa_type=EFFECT)
    at: datetime = Field(sa_type=UtcDateTime)
    day: date
    begun_at: datetime = Field(sa_type=UtcDateTime)
    called_at: datetime = Field(sa_type=UtcDateTime)
    messages: int = 0
    answer: Any = Field(default=None, sa_type=ANSWER, nullable=True)
    written: bool = False
    along: Any = Field(default=None, sa_type=ALONG, nullable=True)


class NoticesTable(TableRow, table=True):
    """One notice on one channel to one recipient, a `contact` or the customer's own address (empty): begun before it
    leaves, then accepted or refused; `unsure` when nobody knows (N3).

    `shared` is the key of the message that it shared with notices of other cases (N5), `token` what its own addresses
    call it, to which its bounces and replies are sent.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(None, "invoice_id", "at"),
        Index(None, "customer_id", "at"),
        Index(None, "at", "act_key", "channel", "contact"),
        Index("ix_notices_came_back", "at", "act_key", sqlite_where=CAME_BACK, postgresql_where=CAME_BACK),
        Index("ix_notices_unsent", "at", "act_key", sqlite_where=UNSENT, postgresql_where=UNSENT),
        BY_KEY,
    )

    act_key: str = Field(primary_key=True, foreign_key="acts.key")
    channel: str = Field(primary_key=True)
    contact: str = Field(default="", primary_key=True)
    invoice_id: str = Field(foreign_key="invoices.id")
    customer_id: str = Field(foreign_key="customers.id")
    notice: str
    message: str
    demands: int = Field(sa_type=MINOR)
    at: datetime = Field(sa_type=UtcDateTime)
    day: date
    address: str | None = None
    state: str  # begun, accepted, refused
    unsure: bool = False
    message_id: str | None = Field(default=None, index=True)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    bounced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shared: str | None = Field(default=None, index=True)
    token: str | None = Field(default=None, index=True)


class AttemptsTable(TableRow, table=True):
    """Charges, each under the key of its act (C5). `state`: begun, unsent, approved, declined, underway or failed.

    `network_code` and `network_advice` are the card network's own words, `row` the row of the rule book that read them,
    `answered_at` when the provider gave their answer.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        Index(None, "customer_id", "at"),
        Index("ix_attempts_row_at", "row", "at", sqlite_where=READ, postgresql_where=READ),
        BY_KEY,
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    number: int = Field(primary_key=True)
    key: str = Field(unique=True)
    customer_id: str = Field(foreign_key="customers.id")
    method: str
    amount: int = Field(sa_type=MINOR)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    state: str
    code: str | None = None
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None
    row: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = changed_at()


class ForbiddenAttemptsTable(TableRow, table=True):
    """Charges that a case wanted and the rule book did not allow (C4): not before `until`, or never. None was tried."""

    __tablename__ = "forbidden_attempts"
    __table_args__ = BY_KEY

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    number: int = Field(primary_key=True)
    method: str
    at: datetime = Field(sa_type=UtcDateTime)
    row: str
    why: str = Field(sa_type=Text)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CallsTable(TableRow, table=True):
    """Calls that reached a customer, each a contact of theirs on that day (M6, T7); `number` counts those of a case."""

    __tablename__ = "calls"
    __table_args__ = BY_KEY

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    number: int = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customers.id", index=True)
    day: date


class OutsideAttemptsTable(TableRow, table=True):
    """Charges of an invoice that the billing system made itself while its case was open, under the provider's ids.

    They move no ladder (C3), but the networks count them (C4). Those made before are the invoice's own `attempts`.
    """

    __tablename__ = "outside_attempts"
    __table_args__ = (Index(None, "customer_id", "at"), BY_KEY)

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customers.id")
    method: str | None = None
    amount: int = Field(sa_type=MINOR)
    at: datetime = Field(sa_type=UtcDateTime)
    code: str | None = None
    network_code: str | None = None
    network_advice: str | None = None


class TasksTable(TableRow, table=True):
    """Questions before people; open while `closed_at` is empty (H6).

    They are a case's, or of an invoice whose case should be open and is not (`unopened`). `amount` is what one is about
    where that is money of its own, `asked_by` who wants what a second person is asked about (R3).
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "ix_tasks_open",
            "last_on",
            "invoice_id",
            "id",
            "closed_at",
            sqlite_where=OPEN_TASK,
            postgresql_where=OPEN_TASK,
        ),
        # A plain index that begins with `closed_at` would be taken for what is empty there, in no order at all.
        Index(
            "ix_tasks_open_newest", "opened_at", "invoice_id", "id", sqlite_where=OPEN_TASK, postgresql_where=OPEN_TASK
        ),
        BY_KEY,
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    id: str = Field(primary_key=True)
    about: str
    queue: str
    note: str = Field(default="", sa_type=Text)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_on: date
    escalations: int = 0
    amount: int | None = Field(default=None, sa_type=MINOR, nullable=True)
    asked_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = changed_at()


class EscalationsTable(TableRow, table=True):
    """Tasks that went up because nobody answered, the `number`-th time (H6), and whom that reached: written with the
    escalation, told afterwards.

    `told` are the people who were written to, `posted` that the queue's mailbox (`mail`) and webhook (`webhook`) have
    it. It is not tried before `next_at`, by the clock of the machine that tries; `done_at` is empty until nobody is
    left to be told.
    """

    __tablename__ = "escalations"
    __table_args__ = (Index(None, "done_at", "next_at"), BY_KEY)

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    task: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    queue: str
    at: datetime = Field(sa_type=UtcDateTime)
    told: list[str] = Field(sa_type=PLAIN)
    posted: list[str] = Field(sa_type=PLAIN)
    tries: int = 0
    next_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PoliciesTable(TableRow, table=True):
    """Policies by their content, so that a case keeps the one it opened with (O2)."""

    __tablename__ = "policies"

    hash: str = Field(primary_key=True)
    name: str = Field(index=True)
    content: str = Field(sa_type=Text)
    loaded_at: datetime = Field(sa_type=UtcDateTime)


class CasesTable(TableRow, table=True):
    """A projection of each case: what lists show, nothing that is decided by. `clock` is the case's newest moment.

    `state` is the whole case as JSON once it has ended, so that it can open again where it stood (P5), and while others
    of the customer may take its notices along (N5); `seen` is the number of the newest message that it knows there.
    `run` is the id of the run that opened it last. `currency` and `due_on` are the invoice's as it is now, `promised`
    the days and amounts that were promised and have not come. `lines` is how long the journal was then:
    what a worker that was held up writes later is older.

    `broken_at` is when a promise or a plan was last found broken, `disputed_since` when the debtor began to object.
    `ranked` says that the customer's row of the queue tells of the case as it is.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "opened_at", "invoice_id"),
        Index(None, "balance", "invoice_id"),
        Index(None, "customer_id", "outcome"),
        Index("ix_cases_unranked", "customer_id", sqlite_where=UNRANKED, postgresql_where=UNRANKED),
        # What open cases are counted and summed by stands in an index whole, so that none of their rows is read. On
        # SQLite the index has to hold what it is narrowed by, too.
        Index(
            "ix_cases_open_stage",
            "stage",
            "currency",
            "balance",
            "outcome",
            sqlite_where=OPEN_CASE,
            postgresql_where=OPEN_CASE,
        ),
        Index(
            "ix_cases_open_due",
            "due_on",
            "currency",
            "balance",
            "outcome",
            sqlite_where=OPEN_CASE,
            postgresql_where=OPEN_CASE,
        ),
        Index("ix_cases_open_balance", "balance", "invoice_id", sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE),
        Index(
            "ix_cases_open_policy",
            "policy",
            "policy_hash",
            "outcome",
            sqlite_where=OPEN_CASE,
            postgresql_where=OPEN_CASE,
        ),
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    customer_id: str = Field(foreign_key="customers.id")
    policy_hash: str = Field(foreign_key="policies.hash")
    why: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    stage: str
    policy: str
    balance: int = Field(sa_type=MINOR)
    demandable: int = Field(sa_type=MINOR)
    principal: int = Field(default=0, sa_type=MINOR)
    costs: int = Field(default=0, sa_type=MINOR)
    interest: int = Field(default=0, sa_type=MINOR)
    next_step: str | None = None
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_step: str | None = None
    holds: list[str] = Field(default_factory=list, sa_type=PLAIN)
    broken_promises: int = 0
    broken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disputed_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ranked: bool = False
    lines: int = 0
    promised: tuple[tuple[date, int], ...] = Field(default=(), sa_type=PROMISED)
    currency: str = Field(sa_type=CURRENCY)
    due_on: date
    outcome: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    clock: datetime = Field(sa_type=UtcDateTime)
    state: str | None = Field(default=None, sa_type=Text)
    seen: int = 0
    run: str | None = None
    updated_at: datetime = changed_at()


class CaseDatesTable(TableRow, table=True):
    """The days that open cases look forward to, as `dunning.ports.CaseDate` names them: a projection like `cases`.

    `on` is empty where there is no such day; `note` may be a reference to words that people wrote.
    """

    __tablename__ = "case_dates"
    __table_args__ = (
        Index("ix_case_dates_by_day", "on", "kind", "invoice_id", "about", "currency", "amount"),
        Index(None, "kind", "on", "invoice_id", "about"),
        BY_KEY,
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    kind: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    on: date | None = None
    currency: str = Field(sa_type=CURRENCY)
    amount: int = Field(sa_type=MINOR)
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = ""


class QueueRowsTable(TableRow, table=True):
    """A customer with an open case as the ranking said last: what their row of the queue is found and sorted by.

    It follows from the rest of the store and may be thrown away. Time alone changes it on `turns_on`. `amount` is the
    most that is overdue in one currency, in whole units, `next_at` far off where nothing comes by itself. `owner` is a
    person, `by_hand` whether a person said so, `rules` under which rules that was worked out. `name_key` is the name to
    sort by, `labels` are policies, stages, steps, queues, tags and reasons, one a line.

    It is narrow, for what no index answers looks at every row: what is shown of a row stands in `queue_reasons`.
    """

    __tablename__ = "queue_rows"
    __table_args__ = (
        Index(None, "score", "customer_id"),
        Index(None, "owner", "score", "customer_id"),
        Index(None, "amount", "customer_id"),
        Index(None, "oldest_due_on", "customer_id"),
        Index(None, "next_at", "customer_id"),
        Index(None, "name_key", "customer_id"),
        Index(None, "snoozed_until"),
        Index(None, "turns_on"),
        Index(None, "rules"),
    )

    customer_id: str = Field(primary_key=True, foreign_key="customers.id")
    score: int
    amount: int = Field(sa_type=MINOR)
    oldest_due_on: date
    next_at: datetime = Field(sa_type=UtcDateTime)
    owner: str | None = None
    by_hand: bool = False
    snoozed_until: date | None = None
    turns_on: date
    country: str | None = None
    language: str
    rules: str
    name_key: str
    labels: str = Field(sa_type=Text)


class QueueReasonsTable(TableRow, table=True):
    """What a row of the queue shows: its reasons with their points, what is overdue (`owed`) in each currency, what
    comes next, what was promised, who was spoken to last and how (`contact_by`: a channel, or `call`), and the `queue`
    that the rules put it in.
    """

    __tablename__ = "queue_reasons"
    __table_args__ = BY_KEY

    customer_id: str = Field(primary_key=True, foreign_key="customers.id")
    reasons: list[dict[str, Any]] = Field(sa_type=PLAIN)
    owed: dict[str, int] = Field(sa_type=PLAIN)
    cases: int
    next_step: str | None = None
    next_invoice: str | None = None
    promised: int = Field(default=0, sa_type=MINOR)
    promised_on: date | None = None
    promised_currency: str | None = Field(default=None, sa_type=CURRENCY)
    contact_on: date | None = None
    contact_by: str | None = None
    queue: str | None = None


class AssignmentsTable(TableRow, table=True):
    """Whose a customer is, by hand: each who was, and who said so; the one that stands has not `ended_at`."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_stands", "customer_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index(None, "customer_id", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customers.id")
    person: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None


class SnoozesTable(TableRow, table=True):
    """Customers put off to the end of a day, by whom and why; `ended_by` a person, or `woken_by` what happened."""

    __tablename__ = "snoozes"
    __table_args__ = (
        Index("ix_snoozes_stands", "customer_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index(None, "customer_id", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customers.id")
    until_on: date
    reason: str = Field(default="", sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None
    woken_by: str | None = None


class SavedViewsTable(TableRow, table=True):
    """Filters and an order under a name: of one person, or `shared` with everybody. `query` is as an address has it."""

    __tablename__ = "saved_views"

    person: str = Field(primary_key=True)
    list: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    query: str = Field(sa_type=Text)
    shared: bool = False
    saved_at: datetime = Field(sa_type=UtcDateTime)


class JournalLinesTable(TableRow, table=True):
    """Every decision of a case, numbered from 1 (F6)."""

    __tablename__ = "journal_lines"
    __table_args__ = (
        Index("ix_journal_lines_waits", "at", "invoice_id", "number", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_journal_lines_unset", "at", "invoice_id", "rule", sqlite_where=UNSET, postgresql_where=UNSET),
        BY_KEY,
    )

    invoice_id: str = Field(primary_key=True, foreign_key="invoices.id")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    value: str
    rule: str
    why: str = Field(sa_type=Text)
    step: str | None = None
    demands: int | None = Field(default=None, sa_type=MINOR)
    by: str | None = None
    method: str | None = None
    amount: int | None = Field(default=None, sa_type=MINOR)
    queue: str | None = None
    escalated: bool = False
    authenticated: str | None = None
    about: str | None = None
    code: str | None = None
    invoices: tuple[str, ...] = Field(default=(), sa_type=SEVERAL)
    lead: str | None = None
    updated_at: datetime = changed_at()


class RepliesTable(TableRow, table=True):
    """The API's first answer to each idempotency key; `status` is empty while it is being made.

    `request` is the SHA-256 of method, path and key, for a path may be longer than an index takes.
    """

    __tablename__ = "replies"
    __table_args__ = BY_KEY

    request: str = Field(primary_key=True)
    body_hash: str
    status: int | None = None
    answer: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class ProviderEventsTable(TableRow, table=True):
    """What payment providers told us, each event once; of what they said nothing but which object it was about.

    `created` is the moment of the object's state at the provider; `done_at` is empty while the event is being handled,
    since `begun_at`.
    """

    __tablename__ = "provider_events"
    __table_args__ = (Index(None, "provider", "object_id", "created"), BY_KEY)

    provider: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    type: str
    object_type: str
    object_id: str
    created: datetime = Field(sa_type=UtcDateTime)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProviderPaymentsTable(TableRow, table=True):
    """Which payment of which invoice a provider's payment is: ours under our key, or one that was made there.

    `amount` is what it brought, nought for a second name of the same payment.
    """

    __tablename__ = "provider_payments"
    __table_args__ = (Index(None, "invoice_id", "payment_id"), BY_KEY)

    provider: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    invoice_id: str = Field(foreign_key="invoices.id")
    payment_id: str
    amount: int = Field(sa_type=MINOR)


class ProviderRefundsTable(TableRow, table=True):
    """What was told of the refunds of a provider's payment, and how much of it the case has `heard`, in major units.

    `heard_as` is the identity of that message, less than nothing is what was lifted. `at` is the provider's moment.
    """

    __tablename__ = "provider_refunds"
    __table_args__ = BY_KEY

    provider: str = Field(primary_key=True)
    payment: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    said: RefundNews = Field(sa_type=REFUND)
    at: datetime = Field(sa_type=UtcDateTime)
    heard: str
    heard_as: str | None = None


class ForeignEventsTable(TableRow, table=True):
    """Events of another account or of the other mode, which booked nothing."""

    __tablename__ = "foreign_events"
    __table_args__ = (BY_KEY,)

    provider: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    type: str
    why: str
    at: datetime = Field(sa_type=UtcDateTime)


class WaitingNewsTable(TableRow, table=True):
    """Messages about a provider's payment that is not known yet, kept until it is (P5): names and bodies, in order."""

    __tablename__ = "waiting_news"
    __table_args__ = (Index(None, "provider", "payment"), BY_KEY)

    provider: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    payment: str
    messages: list[Any] = Field(sa_type=PLAIN)
    at: datetime = Field(sa_type=UtcDateTime)


class MailsTable(TableRow, table=True):
    """E-mail that came back, as it came: kept before it is answered for, then read.

    `token` names the message that it is about, `purpose` the address to which it was sent (empty: it was found by what
    it answers), `from_nobody` that its own sender takes no answer. `meaning` is what it said, once `done_at`.
    """

    __tablename__ = "mails"
    __table_args__ = (Index(None, "done_at", "begun_at"), Index(None, "at"))

    id: str = Field(primary_key=True)
    token: str = Field(index=True)
    purpose: str = ""
    from_nobody: bool = False
    content: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)
    begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    meaning: str | None = None


class PolledMailsTable(TableRow, table=True):
    """The messages of a mailbox that were looked at: taken, and then `marked` there, or left because of `why`."""

    __tablename__ = "polled_mails"
    __table_args__ = (Index(None, "at"), BY_KEY)

    mailbox: str = Field(primary_key=True)
    validity: int = Field(primary_key=True, sa_type=MINOR)
    uid: int = Field(primary_key=True, sa_type=MINOR)
    why: str | None = None
    marked: bool = False
    at: datetime = Field(sa_type=UtcDateTime)


class ApiKeysTable(TableRow, table=True):
    """Keys of the API by their names: what each may do (R2), and until when."""

    __tablename__ = "api_keys"

    name: str = Field(primary_key=True)
    roles: list[str] = Field(sa_type=PLAIN)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiKeySecretsTable(TableRow, table=True):
    """What is shown for a key, as its SHA-256: several open while one gives way to the next, each until `ends_at`."""

    __tablename__ = "api_key_secrets"

    sha256: str = Field(primary_key=True)
    name: str = Field(foreign_key="api_keys.name", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PeopleTable(TableRow, table=True):
    """Who works here. Of a password only its argon2 hash is kept; `subject` is who a sign-in provider says they are,
    `failures` how many wrong passwords came in a row, after too many of which nobody is let in until `locked_until`.
    """

    __tablename__ = "people"

    name: str = Field(primary_key=True)
    email: str | None = Field(default=None, unique=True)
    roles: list[str] = Field(sa_type=PLAIN)
    password_hash: str | None = None
    subject: str | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signed_in_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PersonLinksTable(TableRow, table=True):
    """Links by which a person sets a password, each once and until `ends_at`; only the SHA-256 of its token is kept."""

    __tablename__ = "person_links"

    sha256: str = Field(primary_key=True)
    person: str = Field(foreign_key="people.name", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class AccessChangesTable(TableRow, table=True):
    """What was changed about who may come in and do what, and by whom (R1)."""

    __tablename__ = "access_changes"

    number: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    kind: str
    person: str
    value: str | None = None


class SessionsTable(TableRow, table=True):
    """Browsers that are signed in, each until it signs out or `ends_at`; only the SHA-256 of its token is kept."""

    __tablename__ = "sessions"

    sha256: str = Field(primary_key=True)
    person: str = Field(foreign_key="people.name", index=True)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)


class FailedSignInsTable(TableRow, table=True):
    """Keys that were shown and open nothing: how many in each hour, from which network; no address is kept."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = BY_KEY

    hour: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    network: str = Field(primary_key=True)
    times: int


class OwnSecretsTable(TableRow, table=True):
    """What this store alone knows: the key of its `fingerprints`, made once."""

    __tablename__ = "own_secrets"

    name: str = Field(primary_key=True)
    value: str


class LettersTable(TableRow, table=True):
    """What was sent, whatever carried it: every message as it reached the debtor."""

    __tablename__ = "letters"
    __table_args__ = (Index(None, "at", "id"), Index(None, "invoice_id", "at", "id"))

    id: str = Field(primary_key=True)
    channel: str
    sender: str
    recipient: str
    subject: str
    text: str = Field(sa_type=Text)
    html: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
    invoice_id: str | None = None
    notice: str | None = None
    page: str | None = Field(default=None, sa_type=Text)
    language: str | None = None
    wanted: str | None = None
    logo: str | None = None
    updated_at: datetime = changed_at()


class LogosTable(TableRow, table=True):
    """Logos that messages show, each once, by the name that messages know them by."""

    __tablename__ = "logos"

    name: str = Field(primary_key=True)
    kind: str
    data: bytes


def _table(row: type[TableRow]) -> Table:
    return cast("Table", getattr(row, "__table__"))  # noqa: B009 - SQLModel sets it at run time and does not declare it


customers: Final = _table(CustomersTable)
methods: Final = _table(MethodsTable)
invoices: Final = _table(InvoicesTable)
postings: Final = _table(PostingsTable)
unmatched_payments: Final = _table(UnmatchedPaymentsTable)
told: Final = _table(ToldTable)
texts: Final = _table(TextsTable)
notes: Final = _table(NotesTable)
search_words: Final = _table(SearchWordsTable)
files: Final = _table(FilesTable)
note_files: Final = _table(NoteFilesTable)
unheard: Final = _table(UnheardTable)
acts: Final = _table(ActsTable)
notices: Final = _table(NoticesTable)
attempts: Final = _table(AttemptsTable)
forbidden_attempts: Final = _table(ForbiddenAttemptsTable)
calls: Final = _table(CallsTable)
outside_attempts: Final = _table(OutsideAttemptsTable)
tasks: Final = _table(TasksTable)
escalations: Final = _table(EscalationsTable)
policies: Final = _table(PoliciesTable)
cases: Final = _table(CasesTable)
case_dates: Final = _table(CaseDatesTable)
queue_rows: Final = _table(QueueRowsTable)
queue_reasons: Final = _table(QueueReasonsTable)
assignments: Final = _table(AssignmentsTable)
snoozes: Final = _table(SnoozesTable)
saved_views: Final = _table(SavedViewsTable)
journal_lines: Final = _table(JournalLinesTable)
replies: Final = _table(RepliesTable)
provider_events: Final = _table(ProviderEventsTable)
provider_payments: Final = _table(ProviderPaymentsTable)
provider_refunds: Final = _table(ProviderRefundsTable)
foreign_events: Final = _table(ForeignEventsTable)
waiting_news: Final = _table(WaitingNewsTable)
mails: Final = _table(MailsTable)
polled_mails: Final = _table(PolledMailsTable)
api_keys: Final = _table(ApiKeysTable)
api_key_secrets: Final = _table(ApiKeySecretsTable)
people: Final = _table(PeopleTable)
person_links: Final = _table(PersonLinksTable)
access_changes: Final = _table(AccessChangesTable)
sessions: Final = _table(SessionsTable)
failed_sign_ins: Final = _table(FailedSignInsTable)
own_secrets: Final = _table(OwnSecretsTable)
letters: Final = _table(LettersTable)
logos: Final = _table(LogosTable)
