"""What an event of Stripe means, in our own words: small values, each of which is done in its own way elsewhere.

Those that say a `state` are passed over when a newer state of the same object is known. All others are news that adds
up, and is taken in any order. Amounts are in major units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from adapters.billing_system import OutsideAttempt
from adapters.refunds import RefundNews
from dunning.facts import Fact
from dunning.records import Customer, Invoice, Method
from dunning.requests import ResolveDispute


@dataclass(frozen=True, slots=True)
class Demanded:
    """So much is demanded, by that day where one is set (T2)."""

    state: ClassVar[bool] = True
    invoice_id: str
    amount: Decimal
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceOverdue:
    """An invoice that was not paid in time: whose it is, how they can be charged, what was paid and tried before."""

    state: ClassVar[bool] = False
    invoice: Invoice
    customer: Customer
    methods: tuple[Method, ...]
    paid: Decimal
    attempts: tuple[OutsideAttempt, ...]


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """A payment that was made at Stripe, by Stripe's ids of it; `key` is ours where the ladder made it (P1).

    `by_invoice`: its invoice told of it, which cannot say whose payment it is.
    """

    state: ClassVar[bool] = False
    invoice_id: str
    names: tuple[str, ...]
    amount: Decimal
    currency: str
    as_of: datetime
    key: str | None = None
    by_invoice: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """So much was paid in all, by whomever and wherever."""

    state: ClassVar[bool] = False
    invoice_id: str
    total: Decimal
    as_of: datetime


@dataclass(frozen=True, slots=True)
class PaymentProcessing:
    """A bank debit that the customer's bank has not confirmed yet (P4)."""

    state: ClassVar[bool] = True
    invoice_id: str
    payment_id: str
    amount: Decimal
    currency: str
    until: date


@dataclass(frozen=True, slots=True)
class NotPaid:
    """A payment will not come (P4), and the code that says why."""

    state: ClassVar[bool] = True
    invoice_id: str
    payment_id: str
    code: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """What became of a payment at its bank: facts told in this order (P5, D1), and what is asked with them (D3)."""

    state: ClassVar[bool] = False
    payment: str
    news: tuple[Fact | ResolveDispute, ...]


@dataclass(frozen=True, slots=True)
class Refunded:
    """What is told of a payment's refunds (P5).

    `of` are the invoice and our key of a payment that the ladder made, where the event itself knows them; else it is
    looked up which payment this is.
    """

    state: ClassVar[bool] = False
    payment: str
    news: tuple[RefundNews, ...]
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Voided:
    """The demand was wrong (S4)."""

    state: ClassVar[bool] = False
    invoice_id: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The creditor has marked the invoice as a bad debt."""

    state: ClassVar[bool] = True
    invoice_id: str


@dataclass(frozen=True, slots=True)
class CustomerIs:
    """A customer as Stripe knows them now; `cleared` are the fields that they had and have no more."""

    state: ClassVar[bool] = True
    customer: Customer
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MethodIs:
    """A payment method of a customer; `renewed` where it can be charged anew, and not only is there (C2)."""

    state: ClassVar[bool] = True
    customer_id: str
    method: Method
    renewed: bool


@dataclass(frozen=True, slots=True)
class MethodGone:
    """A payment method that a customer has no more (C2)."""

    state: ClassVar[bool] = True
    customer_id: str
    method_id: str


Meaning = (
    Demanded | InvoiceOverdue | PaymentMade | Settled | PaymentProcessing | NotPaid | MoneyMoved | Refunded | Voided
    | GivenUp | CustomerIs | MethodIs | MethodGone
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ParsedEvent:
    """One event: which, about which object, and what it means; nothing, where its type is none that we read.

    `created` is the moment of the object's state. `account` is named where it is not the endpoint's own; `mode` says
    whether the money is real, where the event does. `currency` is the object's, in capitals.
    """

    id: str
    type: str
    created: datetime
    object_type: str
    object_id: str
    meanings: tuple[Meaning, ...] = ()
    account: str | None = None
    mode: Literal["live", "test"] | None = None
    currency: str | None = None
