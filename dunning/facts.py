"""Facts: what the outside world tells a case and nobody can refuse. Amounts are in major units of its currency."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StrictBool, ValidationInfo, model_validator

from dunning.dates import Day, Moment
from dunning.fees import NoticeFee
from dunning.purposes import NoticePurpose
from dunning.records import Amount, Channel, Id, Message, Month, Positive, Record, Text, Word
from dunning.shared_message import SharedMessage

LONGEST_REPLY: Final = 4_000  # characters


class Fact(Message):
    """Something the outside world told us."""


class Allocation(Record):
    """The part of one payment that is for one of several invoices."""

    invoice: Id
    amount: Positive


def _parts(allocations: tuple[Allocation, ...], info: ValidationInfo) -> tuple[Allocation, ...]:
    invoices, amount = [part.invoice for part in allocations], info.data.get("amount")
    if len(set(invoices)) < len(invoices):
        msg = f"found {', '.join(invoices)}; allowed each invoice once"
        raise ValueError(msg)
    total = sum([part.amount for part in allocations])
    if amount is not None and total > amount:
        msg = f"found parts of {total}; allowed no more than the amount, {amount}"
        raise ValueError(msg)
    return allocations


Allocations = Annotated[tuple[Allocation, ...], Field(min_length=1, max_length=200), AfterValidator(_parts)]


class PaymentReceived(Fact):
    """Money came in (P1). `as_of` is the moment from which it counts (P9) and of this state at its source (P5).

    A payment for several invoices names their parts in `allocations`; what they leave is the customer's credit (P9).
    """

    name = "payment_received"
    id: Id
    amount: Positive
    currency: Word | None = None
    as_of: Moment | None = None
    allocations: Allocations | None = None


class PaymentPending(Fact):
    """Money is under way and expected by the end of `until` (P4)."""

    name = "payment_pending"
    id: Id
    amount: Positive
    currency: Word | None = None
    until: Day


class PaymentFailed(Fact):
    """A pending payment will not come (P4). `code` is the provider's or the scheme's return code, where it is told."""

    name = "payment_failed"
    id: Id
    code: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class PaymentReversed(Fact):
    """A payment was taken back, wholly or in part (P5). `code` is the return code of a bank debit that came back: its
    attempt counts as declined from then on (C4). A refund has none. Of a payment with parts it names the parts that it
    takes back, unless it takes back the whole (P9).
    """

    name = "payment_reversed"
    id: Id
    payment_id: Id
    amount: Positive
    currency: Word | None = None
    as_of: Moment | None = None
    allocations: Allocations | None = None
    code: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class ReversalLifted(Fact):
    """Money that was taken back of a payment is there again: a chargeback was won, a refund failed (P5). Of a payment
    with parts it names the parts that are there again, unless it is the whole (P9).
    """

    name = "reversal_lifted"
    id: Id
    payment_id: Id
    amount: Positive
    currency: Word | None = None
    as_of: Moment | None = None
    allocations: Allocations | None = None


class Credit(Fact):
    """A credit note or goodwill (P6)."""

    name = "credit"
    id: Id
    amount: Positive
    currency: Word | None = None


class CreditMoved(Fact):
    """A customer's credit was set against what they owe elsewhere, or that was taken back (P8).

    `amount` raises the balance of this invoice, or lowers it where it is below nought; `invoice` is the other one, `of`
    the use that is taken back. Told by the system of record itself.
    """

    name = "credit_moved"
    id: Annotated[str, Field(min_length=1, max_length=200)]
    amount: Amount
    currency: Word | None = None
    side: Literal["used", "set_off"]
    invoice: Id
    of: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class CreditKept(Fact):
    """The creditor keeps a credit of the customer, so much in all, and uses nothing of it by himself (P8).

    Told by the system of record itself.
    """

    name = "credit_kept"
    amount: Annotated[Amount, Field(ge=0)]
    currency: Word | None = None


class InvoiceChanged(Fact):
    """The invoice's due date or amount was corrected (T2, O2)."""

    name = "invoice_changed"
    due_on: Day | None = None
    amount: Annotated[Amount, Field(ge=0)] | None = None


class MethodAdded(Fact):
    """A payment method was added or updated (C2)."""

    name = "method_added"
    id: Id
    network: Word | None = None
    brand: Word | None = None
    last4: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = None
    expires: Annotated[Month | None, Field(exclude_if=lambda month: month is None)] = None


class MethodRemoved(Fact):
    """A payment method is gone: its owner took it away, or its provider did (C2)."""

    name = "method_removed"
    id: Id


class ConsentWithdrawn(Fact):
    """The customer no longer agrees to be charged (C6)."""

    name = "consent_withdrawn"


class Contact(Fact):
    """New contact data of the customer, or of the `contact` of theirs who has this id; `opted_out` names the channels
    that may not be used, true means all (N1). The customer's own holds for their contacts too.
    """

    name = "contact"
    contact: Id | None = None
    email: Word | None = None
    phone: Word | None = None
    address: Word | None = None
    opted_out: bool | Channel | Annotated[tuple[Channel, ...], Field(max_length=10)] | None = None


class Delivered(Fact):
    """A notice reached the debtor on this channel (N4). `notice` is what it is called, or its message."""

    name = "delivered"
    notice: Word
    channel: Channel


class Bounced(Fact):
    """A notice did not reach the debtor on this channel (N2). `notice` is what it is called, or its message.

    After a `hard` bounce its address is not used again until it changes; after another it is (M5).
    """

    name = "bounced"
    notice: Word
    channel: Channel
    hard: StrictBool = True


class Complained(Fact):
    """The debtor complained of a message on this channel: its address is not used again until it changes (M5)."""

    name = "complained"
    channel: Channel


class OptedOut(Fact):
    """The debtor wants nothing more on this channel: its address is not used again until it changes (M5)."""

    name = "opted_out"
    channel: Channel


class Away(Fact):
    """The debtor does not read this channel to the end of `until`: notices wait, for 14 days at most (M5)."""

    name = "away"
    channel: Channel
    until: Day


class Replied(Fact):
    """The debtor wrote back: a person reads it, and the ladder waits for them (M5)."""

    name = "replied"
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_REPLY)]


CallResult = Literal[
    "reached", "voicemail", "no_answer", "wrong_number", "refused", "call_back", "promised", "disputed", "paid"
]
_OF_A_CALL: Final[dict[CallResult, tuple[frozenset[str], frozenset[str]]]] = {  # what it has to say, and what it may
    "call_back": (frozenset({"again_at"}), frozenset()),
    "promised": (frozenset({"on"}), frozenset({"id", "amount", "currency"})),
    "disputed": (frozenset(), frozenset({"id", "amount", "currency", "reason"})),
    "paid": (frozenset({"amount", "until"}), frozenset({"id", "currency"})),
}
_SAID: Final = frozenset({"again_at", "id", "amount", "currency", "on", "reason", "until"})


class Call(Fact):
    """What came of a call to the debtor (M6). `task` names the one that asked for it, by default the newest of kind
    `call`; `by` is who called. Beside it stands what the debtor said: `again_at`, when they want to be called; the body
    of a promise, a dispute, or of money under way.
    """

    name = "call"
    result: CallResult
    task: Word | None = None
    by: Word | None = None
    again_at: Moment | None = None
    id: Id | None = None
    amount: Positive | None = None
    currency: Word | None = None
    on: Day | None = None
    reason: Text | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _says_what_belongs_to_it(self) -> Call:
        needed, more = _OF_A_CALL.get(self.result, (frozenset(), frozenset()))
        said = {name for name in _SAID if getattr(self, name) is not None}
        if needed - said or said - needed - more:
            allowed = [*sorted(needed), *(f"{name} or not" for name in sorted(more))]
            msg = f"found {', '.join(sorted(said)) or 'nothing'} beside {self.result}; allowed "
            raise ValueError(msg + (", ".join(allowed) or "nothing"))
        return self


class NoticeShared(Fact):
    """A notice of this case left in one message for several invoices, which the case of another sent (N5).

    `id` is the notice's own key, and with `notice`, `message`, `purpose`, `own_demands`, `deadline_on` and `fees` it is
    as this case would have sent it by itself; amounts are in minor units. Told by the system of record itself.
    """

    name = "notice_shared"
    id: Annotated[str, Field(min_length=1, max_length=400)]
    notice: Word
    message: Word
    purpose: NoticePurpose
    own_demands: int
    deadline_on: Day | None = None
    fees: Annotated[tuple[NoticeFee, ...], Field(max_length=20)] = ()
    channels: Annotated[tuple[Channel, ...], Field(max_length=10)]
    unsure: Annotated[tuple[Channel, ...], Field(max_length=10)] = ()
    shared: SharedMessage


class Dispute(Fact):
    """The debtor objects, to `amount` or else to the whole balance (D1)."""

    name = "dispute"
    id: Id
    amount: Positive | None = None
    reason: Text


class Escalate(Fact):
    """A person takes the case out of the ladder's hands (H3)."""

    name = "escalate"
    queue: Text = "collections"
    reason: Text


class CustomerStop(Fact):
    """Every case of the customer stops: bankruptcy, deceased, lawyer, cease request, vulnerable, fraud (H2)."""

    name = "customer_stop"
    reason: Text


class CustomerRelease(Fact):
    """A person lifted the customer's stop (H2)."""

    name = "customer_release"


AnyFact = (
    PaymentReceived | PaymentPending | PaymentFailed | PaymentReversed | ReversalLifted | Credit | CreditMoved
    | CreditKept | InvoiceChanged | MethodAdded | MethodRemoved | ConsentWithdrawn | Contact | Delivered | Bounced
    | NoticeShared | Complained | OptedOut | Away | Replied | Call | Dispute | Escalate | CustomerStop | CustomerRelease
)  # fmt: skip
