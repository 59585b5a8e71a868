"""The parts that a case is made of: small frozen values, amounts in minor units, moments aware, days local.

They have no slots: a copy with some fields changed, `altered`, is one copy of a dictionary.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from dunning.fees import Unsent
from dunning.money import minor
from dunning.policy.terms import ThanksMessage
from dunning.purposes import BESIDE_THE_LADDER, LEAVES_AGAIN, Asker, NoticePurpose, TaskPurpose
from dunning.records import Channel, Customer, Invoice
from dunning.rulebook.decline import Codes
from dunning.span import Span
from dunning.value import value


def _is_none(one: object) -> bool:
    return one is None


Group = Annotated[str | None, Field(exclude_if=_is_none)]  # in the text only where there is one


@value
class DiscountTerms:
    """The cash discount of an invoice: `percent` of it, or an `amount`, for who pays to the end of `until` (F8)."""

    until: date
    percent: Decimal | None = None
    amount: int | None = None

    @classmethod
    def of(cls, invoice: Invoice) -> DiscountTerms | None:
        """The discount that an invoice carries, if it carries one."""
        told = invoice.discount
        if told is None:
            return None
        return cls(told.until, told.percent, None if told.amount is None else minor(told.amount, invoice.currency))


@value
class Debt:
    """The invoice, as far as the rules look at it. `corrected` says that its amount is not the first one (F3)."""

    id: str
    currency: str
    amount: int
    due_on: date
    tags: tuple[str, ...] = ()
    corrected: bool = False
    discount: DiscountTerms | None = None

    @classmethod
    def of(cls, invoice: Invoice) -> Debt:
        """What the rules look at of an invoice."""
        discount = DiscountTerms.of(invoice)
        return cls(invoice.id, invoice.currency, invoice.minor, invoice.due_on, invoice.tags, discount=discount)


@value
class Party:
    """The debtor, as far as the rules look at them; no name and no address (O3)."""

    id: str
    kind: str
    country: str | None
    segment: str | None
    locale: str
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, customer: Customer) -> Party:
        """What the rules look at of a customer."""
        return cls(customer.id, customer.kind, customer.country, customer.segment, customer.locale, customer.tags)


PostingKind = Literal[
    "fee", "interest", "payment", "reversal", "lifted", "credit", "discount", "write_off", "used", "set_off",
    "costs_waived", "interest_waived",
]  # fmt: skip


@value
class Posting:
    """One entry of the case's ledger. `amount` is signed: what raises the balance is positive (F2).

    `of` is the payment of a reversal, or of the lifting of one: `told` is what that said, its `amount` what came of it
    (P5). Else it is the entry of the same kind that this one takes back (F8, P9). `used` raises the balance of the
    invoice whose credit was `set_off` against an`other` one (P8).
    """

    kind: PostingKind
    id: str
    amount: int
    at: datetime
    of: str | None = None
    as_of: datetime | None = None
    told: int = 0
    other: str | None = None


@value
class MoneyMoved:
    """Money moved at this moment, and what that means is not looked at before all facts of it are in (T3, P5).

    `paid`, `balance` and the number of `entries` are those before the first of them, `taken_back` the payments that
    were taken back.
    """

    at: datetime
    paid: int
    balance: int
    entries: int = 0
    taken_back: tuple[str, ...] = ()


@value
class Pending:
    """Money under way, expected by the end of `until` (P4)."""

    id: str
    amount: int
    until: date


@value
class DisputeState:
    """An open dispute; `task` is the question that waits for an answer (D2)."""

    id: str
    amount: int


@value
class HoldState:
    """Something that stops the ladder. `until` is its last day (H1), `review_on` the day on which a person is asked
    whether it still has to stand (H7), `by` who asked for it.
    """

    id: str
    reason: str
    since: datetime
    until: date | None = None
    made_by: Literal["person", "customer", "dispute", "promise", "plan", "pending", "escalation", "reply"] = "person"
    review_on: date | None = None
    by: str | None = None


@value
class Absence:
    """The debtor reads nothing on this channel to the end of `until` (M5)."""

    channel: Channel
    until: date


@value
class Said:
    """A message beside the steps that waits to leave (M2): `about` the payments, promises or disputes of these ids.

    `paid` is what was paid when it was last called for, `rejected` what was rejected of the disputes. It is not tried
    again before `not_before`.
    """

    message: ThanksMessage
    about: tuple[str, ...]
    since: datetime
    paid: int
    not_before: datetime | None = None
    rejected: int = 0


@value
class TooLittle:
    """Too little is demandable since a moment (F4); `review_on` as of a hold, None once a person was asked (H7)."""

    since: datetime
    review_on: date | None


@value
class PromiseState:
    """The promise that stands. Kept when payments since reach `amount` before `lapses_at` (A1, A2).

    `whole`: no amount was named, so it is all that was demandable.
    """

    id: str
    amount: int
    on: date
    lapses_at: datetime
    paid_before: int
    whole: bool = False


@value
class Instalment:
    """One part of the plan; `missed_at` is the moment after its last day of grace (A3)."""

    on: date
    amount: int
    missed_at: datetime
    tried: bool = False
    reminded: bool = False


@value
class PlanState:
    """The plan that stands. Payments since fill the oldest instalment first (A3)."""

    id: str
    instalments: tuple[Instalment, ...]
    paid_before: int


@value
class WaiverTerms:
    """So much of a part of the debt that a person gives up, under an id that names the waiver (K6)."""

    id: str
    of: Literal["costs", "interest"]
    amount: int


@value
class GivingUp:
    """What a person wants that needs a second one (R3). `reason` is theirs, or a reference to it."""

    what: Literal["write_off", "hand_off", "waiver"]
    by: str
    reason: str = ""
    agency: str = "default"
    waiver: Annotated[WaiverTerms | None, Field(exclude_if=_is_none)] = None


@value
class TaskState:
    """A question before a person, open until it is answered; escalated on the day after `last_on` (H6).

    `kind` is what people call it, for a step's task the policy's own word; `purpose` says whose question it is.
    `serves` is the step's notice that reached nobody: it counts as served once a person has passed it on. `wish` is
    what a second person is asked about (R3).
    """

    id: str
    kind: str
    queue: str
    opened_on: date
    within: Span
    last_on: date
    purpose: TaskPurpose
    about: str = ""
    serves: Unsent | None = None
    escalations: int = 0
    wish: Annotated[GivingUp | None, Field(exclude_if=_is_none)] = None


@value
class AskedFor:
    """What a person asked for at a moment, and why."""

    at: datetime
    by: str
    reason: str


@value
class CallBack:
    """A call that is asked for again at the moment that the debtor named, as its `task` asked for it (M6)."""

    task: TaskState
    at: datetime


@value
class StepState:
    """What became of a step. `left_on` is the day it was done, the first of its times, or skipped.

    `anchors` says that following steps keep their distance from it: it was late (T5), or a person or a broken
    promise brought it forward (`forced_on`, A2). Its condition was `looked` at when it was ready (F5). `times` is how
    often it was done; its next time counts from `again_from`, None where it comes back no more (T8). `sent_now` is a
    person's wish that its notice leaves before its day (N3).
    """

    status: Literal["open", "done", "skipped"] = "open"
    left_on: date | None = None
    anchors: bool = False
    forced_on: date | None = None
    approved: bool = False
    asked: bool = False
    looked: bool = False
    deferred_to: date | None = None
    done_actions: int = 0
    times: int = 0
    again_from: date | None = None
    sent_now: Annotated[AskedFor | None, Field(exclude_if=_is_none)] = None


@value
class NoticeState:
    """A notice on one channel. `delivered_on` is the local day on which the channel delivered it (N4).

    Outside it is known by the name `notice`, which a step may share with what stands beside the ladder. `costs_alone`
    says that it demanded nothing but what was added (F7). `shared` is the key of the message that it shared (N5).
    """

    notice: str
    message: str
    channel: Channel
    sent_on: date
    delivered_on: date | None
    purpose: NoticePurpose
    bounced: bool = False
    costs_alone: bool = False
    shared: Group = None

    @property
    def step(self) -> str | None:
        """The step whose notice it is, None beside the ladder."""
        return None if self.purpose in BESIDE_THE_LADDER else self.notice

    @property
    def leaves_again(self) -> bool:
        """It is one that left before, on the next channel or as a copy: no contact of its own (T7)."""
        return self.purpose in LEAVES_AGAIN


@value
class Resend:
    """A step's notice that has to leave again: on the next channel after a bounce (N2), or as a marked copy (N3), of
    itself or because a person `asked` for it.

    `shared` is the key of the message that it shared with other invoices: together they leave again (N5).
    """

    step: str
    message: str
    by: tuple[Channel, ...]
    not_before: datetime
    purpose: Literal["copy", "next_channel", "resend"] = "next_channel"
    asked: Annotated[AskedFor | None, Field(exclude_if=_is_none)] = None
    shared: Group = None


@value
class MethodState:
    """A payment method: usable (not before a moment), waiting for the customer, or finished (C2).

    `renewed_at` is when it was added or updated since the opening: what was before is forgotten (C4). From `try_from`
    it is tried at once, once, whatever the track still has.
    """

    id: str
    network: str | None = None
    status: Literal["usable", "waiting", "finished"] = "usable"
    not_before: datetime | None = None
    renewed_at: datetime | None = None
    try_from: datetime | None = None


@value
class AttemptState:
    """One attempt. `asked_at` is when the provider was last asked for its end (C5); `codes` are all of a decline's."""

    number: int
    key: str
    method: str
    amount: int
    at: datetime
    by: Asker
    agent: str | None = None
    state: Literal["unknown", "underway", "approved", "declined"] = "unknown"
    code: str | None = None
    asked_at: datetime | None = None
    codes: Codes | None = None

    @property
    def who(self) -> str:
        """Who asked for it, as people read it."""
        return self.agent or self.by


@value
class Outage:
    """A channel has taken nothing `since` then; it is tried again at `next_at`, `pause` after the last time (N1).

    `asked` says that it has lasted for so long that a person had to be told.
    """

    channel: Channel
    since: datetime
    next_at: datetime
    pause: timedelta
    asked: bool = False


@value
class Track:
    """The charging track: its base never moves (C1). `counted` attempts used; `shift` days after holds (C6).

    From `at_once_from` an attempt is due whatever the schedule says, by the method `at_once_with` if one is named (C2).
    `chosen` is the moment that an adaptive strategy chose for the next one.
    """

    base: datetime
    next: int = 0
    counted: int = 0
    shift: int = 0
    at_once_from: datetime | None = None
    at_once_with: str | None = None
    link_due_from: datetime | None = None
    chosen: datetime | None = None


@value
class Suspension:
    """The service is stopped, or was given back for now (S1); `stopped_on` is the day on which it was stopped last."""

    restore_on: tuple[str, ...]
    stopped_on: date
    stands: bool = True
    given_back_for: str | None = None
    brings_back_from: date | None = None


@value
class Asking:
    """Who asked for the act of this key: `by` as they say, `authenticated` as they were let in."""

    key: str
    by: str | None
    authenticated: str | None
