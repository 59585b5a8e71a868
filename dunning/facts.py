"""Facts: what the outside world tells a case and nobody can refuse. Amounts are in major units of its currency."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from dunning.message import Message, Positive, Text
from dunning.records import Amount, Channel, Day, Id


class Fact(Message):
    """Something the outside world told us."""


class PaymentReceived(Fact):
    """Money came in (P1). `as_of` is the moment of this state at its source (P5)."""

    name = "payment_received"
    id: Id
    amount: Positive
    currency: str | None = None
    as_of: AwareDatetime | None = None


class PaymentPending(Fact):
    """Money is under way and expected by the end of `until` (P4)."""

    name = "payment_pending"
    id: Id
    amount: Positive
    currency: str | None = None
    until: Day


class PaymentFailed(Fact):
    """A pending payment will not come (P4). `code` is the provider's or the scheme's return code, where it is told."""

    name = "payment_failed"
    id: Id
    code: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class PaymentReversed(Fact):
    """A payment was taken back, wholly or in part (P5). `code` is the return code of a bank debit that came back: its
    attempt counts as declined from then on (C4). A refund has none.
    """

    name = "payment_reversed"
    id: Id
    payment_id: Id
    amount: Positive
    currency: str | None = None
    as_of: AwareDatetime | None = None
    code: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class Credit(Fact):
    """A credit note or goodwill (P6)."""

    name = "credit"
    id: Id
    amount: Positive
    currency: str | None = None


class InvoiceChanged(Fact):
    """The invoice's due date or amount was corrected (T2, O2)."""

    name = "invoice_changed"
    due_on: Day | None = None
    amount: Annotated[Amount, Field(ge=0)] | None = None


class MethodAdded(Fact):
    """A payment method was added or updated (C2)."""

    name = "method_added"
    id: Id
    network: str | None = None
    brand: str | None = None
    last4: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = None


class MethodRemoved(Fact):
    """A payment method is gone: its owner took it away, or its provider did (C2)."""

    name = "method_removed"
    id: Id


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


AnyFact = (
    PaymentReceived | PaymentPending | PaymentFailed | PaymentReversed | Credit | InvoiceChanged | MethodAdded
    | MethodRemoved | ConsentWithdrawn | Contact | Delivered | Bounced | Dispute | Escalate | CustomerStop
    | CustomerRelease
)  # fmt: skip
