"""What a case can be told: facts, which cannot be refused, and requests, which can.

The names are the public names of the workflow's signals (facts) and updates (requests), of the events in a
scenario, and of the messages of the API. Amounts are in major units of the case's currency.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from dunning.records import Amount, Channel, Id, Record

Positive = Annotated[Amount, Field(gt=0)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Message(Record):
    """A fact or a request. `at` is when it reached us; left out, the moment it is applied."""

    name: ClassVar[str]
    at: datetime | None = None


class Fact(Message):
    """Something the outside world told us."""


class Request(Message):
    """Something that a person or a system asks of the case."""


class PaymentReceived(Fact):
    """Money came in (P1). `as_of` is the moment of this state at its source (P5)."""

    name = "payment_received"
    id: Id
    amount: Positive
    currency: str | None = None
    as_of: datetime | None = None


class PaymentPending(Fact):
    """Money is under way and expected by the end of `until` (P4)."""

    name = "payment_pending"
    id: Id
    amount: Positive
    currency: str | None = None
    until: date


class PaymentFailed(Fact):
    """A pending payment will not come (P4)."""

    name = "payment_failed"
    id: Id


class PaymentReversed(Fact):
    """A payment was taken back, wholly or in part (P5)."""

    name = "payment_reversed"
    id: Id
    payment_id: Id
    amount: Positive
    currency: str | None = None
    as_of: datetime | None = None


class Credit(Fact):
    """A credit note or goodwill (P6)."""

    name = "credit"
    id: Id
    amount: Positive
    currency: str | None = None


class InvoiceChanged(Fact):
    """The invoice's due date or amount was corrected (T2, O2)."""

    name = "invoice_changed"
    due_on: date | None = None
    amount: Annotated[Amount, Field(ge=0)] | None = None


class MethodAdded(Fact):
    """A payment method was added or updated (C2)."""

    name = "method_added"
    id: Id
    network: str | None = None
    brand: str | None = None
    last4: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = None


class ConsentWithdrawn(Fact):
    """The customer no longer agrees to be charged (C6)."""

    name = "consent_withdrawn"


class Contact(Fact):
    """New contact data of the customer; `opted_out` names the channels that may not be used, true means all (N1)."""

    name = "contact"
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    opted_out: bool | Channel | tuple[Channel, ...] | None = None


class Delivered(Fact):
    """A notice reached the debtor on this channel (N4)."""

    name = "delivered"
    notice: str
    channel: Channel


class Bounced(Fact):
    """A notice did not reach the debtor on this channel (N2)."""

    name = "bounced"
    notice: str
    channel: Channel


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


class ResolveDispute(Request):
    """The creditor's answer to a dispute (D3)."""

    name = "resolve_dispute"
    id: Id
    accepted: Literal[True] | None = None
    rejected: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> ResolveDispute:
        if (self.accepted is None) == (self.rejected is None):
            msg = "say either accepted: true or rejected: true"
            raise ValueError(msg)
        return self


class Promise(Request):
    """The debtor promises `amount` (default: all that is demandable) by the end of `on` (A1)."""

    name = "promise"
    id: Id
    amount: Positive | None = None
    on: date


class InstalmentTerms(Record):
    """One part of a plan."""

    on: date
    amount: Positive


class Plan(Request):
    """The debtor pays in parts (A3)."""

    name = "plan"
    id: Id
    instalments: Annotated[tuple[InstalmentTerms, ...], Field(min_length=1)]


class Hold(Request):
    """The ladder stops, to the end of `until` or until it is released (H1)."""

    name = "hold"
    id: Id
    reason: Text
    by: str | None = None
    until: date | None = None


class Release(Request):
    """A hold is lifted (H1)."""

    name = "release"
    id: Id


class WriteOffTerms(Record):
    """Who writes off and why (H5)."""

    by: Text
    reason: Text


class Dispose(Request):
    """A person answers a task, named by its kind or id (H3)."""

    name = "dispose"
    task: Text
    by: str | None = None
    resume: Literal[True] | None = None
    go_to: str | None = None
    hand_off: Literal[True] | None = None
    write_off: WriteOffTerms | None = None

    @model_validator(mode="after")
    def _one(self) -> Dispose:
        if sum(x is not None for x in (self.resume, self.go_to, self.hand_off, self.write_off)) != 1:
            msg = "say one of resume: true, go_to: STEP, hand_off: true, write_off: {by, reason}"
            raise ValueError(msg)
        return self


class Approve(Request):
    """A named person lets a step happen, or turns it down with `no: true` (H4)."""

    name = "approve"
    step: str
    by: Text
    no: bool = False


class Skip(Request):
    """A person passes over a step that has not been done."""

    name = "skip"
    step: str
    by: str | None = None


class Attempt(Request):
    """An agent, or the customer (`by: customer`), charges a method now (C3)."""

    name = "attempt"
    by: Text
    method: str | None = None


class HandOff(Request):
    """A person hands the debt to an agency (S3)."""

    name = "hand_off"
    agency: str = "default"


class Recall(Request):
    """A handed-off debt comes back (S3)."""

    name = "recall"


class WriteOff(Request):
    """A person gives the debt up (H5)."""

    name = "write_off"
    by: Text
    reason: Text


class Withdraw(Request):
    """The demand was wrong: the invoice is void (S4)."""

    name = "withdraw"


class PolicyChange(Request):
    """Another policy takes over (O2)."""

    name = "policy"
    policy: str = Field(alias="name")


class Open(Request):
    """Open the case; an open one answers (O1)."""

    name = "open"


FACTS: dict[str, type[Fact]] = {
    kind.name: kind
    for kind in (
        PaymentReceived, PaymentPending, PaymentFailed, PaymentReversed, Credit, InvoiceChanged, MethodAdded,
        ConsentWithdrawn, Contact, Delivered, Bounced, Dispute, Escalate, CustomerStop, CustomerRelease,
    )
}  # fmt: skip
REQUESTS: dict[str, type[Request]] = {
    kind.name: kind
    for kind in (
        ResolveDispute, Promise, Plan, Hold, Release, Dispose, Approve, Skip, Attempt, HandOff, Recall, WriteOff,
        Withdraw, PolicyChange, Open,
    )
}  # fmt: skip
MESSAGES: dict[str, type[Message]] = {**FACTS, **REQUESTS}
CUSTOMER_WIDE = frozenset({"customer_stop", "customer_release", "contact", "consent_withdrawn", "method_added"})


def identity(name: str, body: dict[str, Any]) -> str:
    """What makes a message the same message: its id where it has one, else its whole content (P1)."""
    if body.get("id"):
        return f"{name}:{body['id']}"
    content = json.dumps(body, sort_keys=True, default=str, separators=(",", ":"))
    return f"{name}:{hashlib.sha256(content.encode()).hexdigest()[:16]}"
