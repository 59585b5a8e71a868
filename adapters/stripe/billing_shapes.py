"""Stripe Billing's invoices, customers and payment methods as events carry them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from adapters.stripe.shapes import (
    CurrencyCode,
    Metadata,
    PostalAddress,
    Priced,
    Ref,
    SmallestUnits,
    StripeId,
    StripeObject,
    UnixMoment,
)

_DETAILED: Final = frozenset({"card", "sepa_debit", "bacs_debit", "us_bank_account"})


class MethodDetails(StripeObject):
    """What can be read of a card or an account: its network or bank, its last four, and until when a card is valid."""

    brand: str | None = None
    network: str | None = None
    bank_name: str | None = None
    bank_code: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None

    @property
    def expires(self) -> str | None:
        """The last month in which a card is valid, such as 2027-04."""
        try:
            return f"{date(self.exp_year or 0, self.exp_month or 0, 1):%Y-%m}"
        except ValueError:
            return None


class PaymentMethod(StripeObject):
    """A stored way to be charged."""

    id: StripeId
    type: str
    customer: Ref | None = None
    card: MethodDetails | None = None
    sepa_debit: MethodDetails | None = None
    bacs_debit: MethodDetails | None = None
    us_bank_account: MethodDetails | None = None

    @property
    def details(self) -> MethodDetails:
        """Those of its own type."""
        found: MethodDetails | None = getattr(self, self.type, None) if self.type in _DETAILED else None
        return found or MethodDetails()


class TaxIds(StripeObject):
    """The tax ids of a customer, where they are expanded."""

    data: tuple[dict[str, Any], ...] = ()


class InvoiceSettings(StripeObject):
    """How a customer's invoices are paid."""

    default_payment_method: Ref | None = None


class CustomerObject(StripeObject):
    """Who owes."""

    id: StripeId
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: PostalAddress | None = None
    preferred_locales: Annotated[tuple[str, ...], BeforeValidator(lambda raw: raw or ())] = ()
    invoice_settings: InvoiceSettings | None = None
    tax_ids: TaxIds | None = None
    metadata: Metadata = Field(default_factory=dict)


class PaidBy(StripeObject):
    """What paid an invoice, or a part of it."""

    payment_intent: Ref | None = None
    charge: Ref | None = None
    payment_record: Ref | None = None


class InvoicePayment(Priced):
    """A payment towards an invoice, as versions from 2025-03-31 on tell of it."""

    id: StripeId
    invoice: Ref
    amount_paid: SmallestUnits | None = None
    currency: CurrencyCode
    status: str | None = None
    payment: PaidBy


class InvoicePayments(StripeObject):
    """The payments of an invoice, where they are expanded."""

    data: tuple[InvoicePayment, ...] = ()


class Transitions(StripeObject):
    """When an invoice became what."""

    finalized_at: UnixMoment | None = None


class InvoiceObject(Priced):
    """One demand. `payment_intent`, `charge` and `paid_out_of_band` are told by versions before 2025-03-31."""

    id: StripeId
    customer: Ref
    status: str | None = None
    currency: CurrencyCode
    amount_due: SmallestUnits
    amount_paid: SmallestUnits = 0
    amount_remaining: SmallestUnits
    attempt_count: Annotated[int, Field(ge=0, le=1000)] = 0
    collection_method: str | None = None
    created: UnixMoment | None = None
    due_date: UnixMoment | None = None
    status_transitions: Transitions | None = None
    customer_name: str | None = None
    customer_email: str | None = None
    customer_phone: str | None = None
    customer_address: PostalAddress | None = None
    customer_tax_ids: Annotated[tuple[dict[str, Any], ...], BeforeValidator(lambda raw: raw or ())] = ()
    default_payment_method: Ref | None = None
    paid_out_of_band: bool | None = None
    payment_intent: Ref | None = None
    charge: Ref | None = None
    payments: InvoicePayments | None = None
    metadata: Metadata = Field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be paid."""
        return self.status == "open" and self.amount_remaining > 0

    @property
    def payment_intents(self) -> tuple[str, ...]:
        """The payments that were tried for it, as far as it names them."""
        named = [one.payment.payment_intent for one in self.payments.data] if self.payments else [self.payment_intent]
        return tuple(dict.fromkeys(name for name in named if name))
