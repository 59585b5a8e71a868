"""Stripe's payments, refunds and disputes as events carry them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapters.stripe.shapes import IN_FULL, Currency, Metadata, Minor, Moment, Ref, StripeId, StripeObject


class ErrorMethod(StripeObject):
    """The method that failed."""

    id: StripeId | None = None
    type: str | None = None


class PaymentError(StripeObject):
    """Why the last attempt failed."""

    code: str | None = None
    decline_code: str | None = None
    payment_method: Annotated[ErrorMethod | None, IN_FULL] = None


class Processing(StripeObject):
    """Of which type a payment under way is."""

    type: str | None = None


class PaymentIntent(StripeObject):
    """One payment, whatever it takes to make it."""

    id: StripeId
    amount: Minor
    amount_received: Minor | None = None
    currency: Currency
    latest_charge: Ref | None = None
    last_payment_error: PaymentError | None = None
    processing: Processing | None = None
    metadata: Metadata = Field(default_factory=dict)


class Refund(StripeObject):
    """Money that goes back to the customer."""

    id: StripeId
    amount: Minor
    currency: Currency
    status: str | None = None
    payment_intent: Ref | None = None
    charge: Ref | None = None


class Refunds(StripeObject):
    """The refunds of a charge."""

    data: tuple[Refund, ...] = ()


class Outcome(StripeObject):
    """What the network made of a charge."""

    network_decline_code: str | None = None
    network_advice_code: str | None = None
    reason: str | None = None


class Charge(StripeObject):
    """One capture, made or refused. `refunds` is told by versions before 2022-11-15."""

    id: StripeId
    amount: Minor
    amount_refunded: Minor = 0
    currency: Currency
    created: Moment | None = None
    status: str | None = None
    payment_intent: Ref | None = None
    payment_method: Ref | None = None
    failure_code: str | None = None
    outcome: Outcome | None = None
    refunds: Refunds | None = None
    metadata: Metadata = Field(default_factory=dict)


class Dispute(StripeObject):
    """The customer's bank takes a payment back."""

    id: StripeId
    amount: Minor
    currency: Currency
    reason: str | None = None
    payment_intent: Ref | None = None
    charge: Ref | None = None
