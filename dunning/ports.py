"""What the activities need from the world. Adapters keep these promises; fakes at the companies' ports do too."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Protocol

from pydantic.dataclasses import dataclass as message  # read by every workflow: its reader is built once, not each time

from dunning.answers import Account, Answer, Approved, Declined, Underway, Unknown, Unseen
from dunning.calendar import Calendar
from dunning.case_facts import CaseFacts
from dunning.changes import Change
from dunning.effects import Effect, Outcome, SendNotice
from dunning.journal import Line
from dunning.policy import Policy
from dunning.recipients import OWN, Recipient, Way, addressee
from dunning.records import Channel, Customer, Invoice, Method
from dunning.rulebook.decline import Codes, Reading

NamedBody = tuple[str, dict[str, Any]]  # a message's name and its JSON body
CalendarFor = Callable[[Policy, Customer, date, date], Calendar]  # from the first day to the last


@dataclass(frozen=True, slots=True)
class Projection:
    """What lists and reports show of a case; derived, never decided by. Amounts in minor units.

    `promised` are the days and amounts of a promise or a plan that stands, as far as they have not come. `lines` is the
    number of the newest line of the journal: what was shown after it is newer, however late this is written.
    """

    stage: str
    policy: str
    balance: int
    demandable: int
    next_step: str | None
    next_at: datetime | None
    holds: tuple[str, ...] = ()
    outcome: Outcome | None = None
    broken_promises: int = 0
    last_step: str | None = None
    principal: int = 0
    costs: int = 0
    interest: int = 0
    promised: tuple[tuple[date, int], ...] = ()
    lines: int = 0


DateKind = Literal["promise", "instalment", "payment", "deadline", "call-back", "hold", "dispute", "discount"]


@dataclass(frozen=True, slots=True)
class CaseDate:
    """A day that a case looks forward to, the last one of what is meant; local to the case. `at` is its moment, if it
    has one. A dispute that nobody has to answer by a day has none.

    `about` names it within the case: a promise by its id, a part of a plan by its number, a notice by its step.
    `amount` is how much it is about, in minor units; `note` why, as a reference where a person wrote it (O3).
    """

    kind: DateKind
    about: str
    on: date | None
    currency: str
    amount: int
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What to write with an act: the journal since the last write, the projection, and what the case changed in the
    books since. `state` is the whole case as JSON, given when it ends, so that it can open again where it stood (P5),
    and while others of the customer may take its notices along (N5). `dates` are all that it looks forward to; None:
    the same as when it was last written.
    """

    lines: tuple[Line, ...]
    projection: Projection
    state: str | None = None
    changes: tuple[Change, ...] = ()
    dates: tuple[CaseDate, ...] | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One effect of one case, to be done at the workflow's moment `at`.

    `seen` is the number of the newest message of the store that the case knows; `lines` and `changes` are those from
    before the act; `expected` is what to write, in the same transaction as the outcome, if the answer is `assumed`.
    `finds_out` says not to act any more, only to record what an earlier try came to; `Stale` if nothing had left.
    `facts` are what a notice may say of the case; None where nobody has put them there.
    """

    invoice_id: str
    effect: Effect
    at: datetime
    day: date  # the local day of `at` in the case's zone
    seen: int
    lines: tuple[Line, ...] = ()
    changes: tuple[Change, ...] = ()
    assumed: Answer | None = None
    expected: Written | None = None
    finds_out: bool = False
    facts: CaseFacts | None = None


@message(frozen=True, slots=True)
class Acted:
    """The answer; `written` says that it was the assumed one, so nothing is left to write."""

    answer: Answer
    seen: int
    written: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """Since when a provider may know of an act, and when a call was last about to leave for it (C5).

    Both moments are told by the clock of the machine that wrote the intent, and before the call: who reads them later,
    in another process, knows that no call is newer. The case's own moments may be virtual, the line to a provider is
    not.
    """

    first_at: datetime
    last_at: datetime


class Along(NamedTuple):
    """Another invoice of the customer that a message is for, too (N5): the notice that its case would have sent by
    itself, and what that may say of it; None: nothing of what is to come is known.
    """

    invoice: Invoice
    notice: SendNotice
    facts: CaseFacts | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """The intent is written: act. `repeat` says that an earlier try may have acted already.

    `customer` carries what the store knows at this moment; `channels` are those of them that may be used now (an
    address is there, not opted out, not bounced), and `recipients` who gets this notice on them. `sent` are the ways
    that an earlier try recorded as accepted, `begun` those that it was at; `first` is the way that was begun with the
    intent itself.
    `calls` stand beside the intent. `along` are the customer's other invoices that the message is for too, each with
    the notice that its case would have sent by itself (N5).
    """

    repeat: bool
    customer: Customer
    invoice: Invoice
    channels: tuple[Channel, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    sent: tuple[Way, ...] = ()
    begun: tuple[Way, ...] = ()
    calls: Calls | None = field(default=None, compare=False)
    along: tuple[Along, ...] = ()
    first: Way | None = None

    def ways(self, by: Collection[Channel]) -> tuple[Way, ...]:
        """The ways that are open to this notice, by these channels: in order, without those that get a copy only."""
        usable = [one for one in self.recipients if one.way.channel in by and one.way.channel in self.channels]
        return tuple(one.way for one in usable if not one.copied)


@dataclass(frozen=True, slots=True)
class Taken:
    """A channel took the notice, under an id of its own."""

    way: Way
    message_id: str


@message(frozen=True, slots=True)
class Opening:
    """All that a case starts from: the invoice and debtor as known, the policy chosen (O2), the calendar made, the
    messages of the store so far. `state` is the ended case, if there is one; `outcome` how it ended.
    """

    invoice: Invoice
    customer: Customer
    methods: tuple[Method, ...]
    policy: Policy
    calendar: Calendar
    why: str
    told: tuple[NamedBody, ...]
    seen: int
    state: str | None = None
    outcome: Outcome | None = None


class Receivables(Protocol):
    """The system of record: customers, invoices, money, messages, tasks, the journal, a projection of each case.

    The messages that it answers with are discreet, for they stay in a case's history for good (O3).
    """

    async def opening(
        self,
        invoice_id: str,
        invoice: Invoice | None,
        customer: Customer | None,
        methods: tuple[Method, ...],
        at: datetime,
        run: str | None = None,
    ) -> Opening:
        """Find or register the invoice, choose the policy, make the calendar. NotFound: neither known nor given.

        `run` is the workflow run that asks: where another had opened the case and was lost, people are asked anew.
        """

    async def begin(self, act: Act, *, in_turn: bool = True, by: Collection[Channel] = ()) -> Go | Acted:
        """In one transaction: answer with what was recorded under the key; or, where an intent is open, `Go` to settle
        it first; or with `Stale`, the facts the case has not seen; or with `Deferred`, where the customer's contact
        limit forbids a notice, or the fee that it announces (T7); else write the intent. The first way that is open to
        a notice `by` these channels is begun with it, as by `begin_channel`.

        Raises `NotItsTurn` for a notice that another case's message takes along; with `in_turn` also for one that
        another case, which stands before this one, is about to take along (N5).
        """

    async def begin_again(self, act: Act) -> Go | Acted:
        """In one transaction: go on with an intent that stays open, since nobody can say that nothing of it left. What
        was recorded meanwhile is the answer, and facts that the case has not seen are `Stale`; else a `Go`, as a
        repeat, with the moment of the call that now follows. Without an intent it is as `begin`.
        """

    async def unbegin(self, key: str, way: Way | None = None) -> None:
        """Take back what is known not to have left: the notice by this way, or without one the whole intent, so
        that the next `begin` reads the facts again (F1). An outcome that is recorded stays; nothing begun is nothing.
        """

    async def begin_channel(self, key: str, way: Way) -> None:
        """Note that the notice is about to leave by this way: a crash leaves its fate unknown, not unseen (N3).

        Raises `Conflict` if it was noted already: another try is at it, and two must not send.
        """

    async def sent_channel(self, key: str, way: Way, message_id: str) -> None:
        """Note that the channel accepted the notice."""

    async def refused_channel(self, key: str, way: Way) -> None:
        """Note that the channel refused the address for good: nothing left, and the address counts as bounced (N2)."""

    async def finish(self, act: Act, answer: Answer, taken: Taken | None = None) -> Acted:
        """In one transaction: record the answer under the key, its consequences (payment, fee, task, message), and what
        was expected to be written, if the answer is the assumed one; before it, as by `sent_channel`, what was `taken`.
        """

    async def perform(self, act: Act) -> Acted:
        """`begin` and `finish` in one transaction, of an act that only this store does."""

    async def record(
        self, invoice_id: str, told: tuple[NamedBody, ...], written: Written, seen: int, at: datetime
    ) -> tuple[int, tuple[NamedBody, ...]]:
        """Keep messages that reached the case directly, journal lines and the projection. Answers with the newest
        message number and the messages after `seen` that the case was not the bearer of.
        """

    async def is_asked(self, kind: str) -> bool:
        """Whether a task of this kind is open, of whichever case: one person is enough."""

    async def account(self, invoice_id: str, at: datetime, day: date) -> Account:
        """The customer's open cases at this moment."""

    async def policy(self, invoice_id: str, name: str, at: datetime) -> tuple[Policy, Calendar] | None:
        """The newest policy of that name with a calendar for this case."""

    async def calendar(self, invoice_id: str, policy: Policy, until: date) -> Calendar:
        """A calendar for this case as far as `until`."""


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """One charge at a provider; the same key is the same charge (C5)."""

    key: str
    customer_id: str
    invoice_id: str
    method: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class UnreadDecline:
    """The provider said no, and sent these codes: what they mean is for the rule book to read, on that day (C2)."""

    method: str
    code: str
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None

    @property
    def codes(self) -> Codes:
        """All that the provider sent."""
        return Codes(self.code, self.advice, self.network_code, self.network_advice)

    def read_as(self, reading: Reading) -> Declined:
        """The same decline as the rules understand it."""
        return Declined(self.method, self.code, reading, self.advice, self.network_code, self.network_advice)


GatewayAnswer = Approved | UnreadDecline | Underway | Unknown | Unseen


class PaymentGateway(Protocol):
    """A payment provider. A decline is an answer; no answer in time is `Unknown`, never an exception.

    Both raise `ProviderRefused` where the provider surely did nothing with this call, and `Conflict` where the key
    stands for another charge. `calls` are those that stand beside the intent; None: nothing was ever sent.
    """

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:
        """Charge now, off session. A key that was sent before may be sent again: the same key takes money once.

        `Unknown`, and nothing is sent, where by these calls the intent is too old for that by now.
        """

    async def find(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer | None:
        """What became of the charge with this key.

        `Unseen`: it is not there and may still turn up, so that it may be sent again under this key and no other.
        None: the provider has never seen it and never will.
        """


class PaymentLinks(Protocol):
    """Pages of the payment provider's own on which a payer pays by himself."""

    async def link(self, invoice: Invoice, customer_id: str, amount: int) -> str | None:
        """The address of the page for this amount (in minor units), nothing personal in it (O3).

        None where there is none: never an exception, and never a long wait, for a notice waits for it.
        """


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A notice ready to be addressed: what it says is made by the channel from these facts at the moment of sending.

    `along` are the customer's other invoices that it is for too, each with the notice of its own case (N5); then the
    message of `act` is the one in whose words all of them are asked. `facts` are what it may say of the case; None:
    nothing of what is to come is known, and nothing is said of it.
    It goes to a `contact` of the customer by their id, or to the customer's own address.
    """

    act: SendNotice
    customer: Customer
    invoice: Invoice
    at: datetime
    day: date
    along: tuple[Along, ...] = ()
    facts: CaseFacts | None = None
    contact: str = OWN

    @property
    def addressee(self) -> Customer:
        """The customer as they are written to: a contact's name, addresses and language stand before theirs (O3)."""
        return addressee(self.customer, self.contact)


class Correspondence(Protocol):
    """A channel to the debtor."""

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        """Hand the notice over; the id under which the channel took it, or None if this address is refused for good.

        Raises `NotYet` where the creditor's settings lack what it has to say (M1), `NotTaken` or another `DunningError`
        where it surely was not taken, and `FateUnknown` where nobody can know; whatever else it raises leaves the fate
        unknown too (N3).
        """


class ServiceControl(Protocol):
    """The creditor's own service. Both calls may be repeated."""

    async def suspend(self, customer_id: str, invoice_id: str, key: str) -> None:
        """Stop the service."""

    async def restore(self, customer_id: str, invoice_id: str, key: str) -> None:
        """Give it back."""


class Agency(Protocol):
    """A collection agency. Every call may be repeated under its key."""

    async def hand_off(self, agency: str, customer: Customer, invoice: Invoice, amount: int, key: str) -> None:
        """Take this debt."""

    async def report(self, agency: str, invoice: Invoice, balance: int, *, recalled: bool, key: str) -> None:
        """This is left of it; or it is recalled."""
