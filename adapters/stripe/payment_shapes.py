"""Stripe's payments, refunds and disputes as events carry them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapters.stripe.shapes import (
    EXPANDED,
    IN_FULL,
    CurrencyCode,
    Metadata,
    Priced,
    Ref,
    SmallestUnits,
    StripeId,
    StripeObject,
    UnixMoment,
)


class ErrorMethod(StripeObject):
    """The method that failed."""

    id: StripeId | None = None
    type: str | None = None


class PaymentError(StripeObject):
    """Why the last attempt failed."""

    code: str | None = None
    decline_code: str | None = None
    payment_method: Annotated[ErrorMethod | None, IN_FULL] = None


class ProcessingDetails(StripeObject):
    """Of which type a payment under way is."""

    type: str | None = None


class PaymentIntent(Priced):
    """One payment, whatever it takes to make it."""

    id: StripeId
    amount: SmallestUnits
    amount_received: SmallestUnits | None = None
    currency: CurrencyCode
    latest_charge: Ref | None = None
    last_payment_error: PaymentError | None = None
    processing: ProcessingDetails | None = None
    metadata: Metadata = Field(default_factory=dict)

    @property
    def paid(self) -> int:
        """How much came in: what was asked for, where it does not say."""
        return self.amount_received or self.amount


class RefundObject(Priced):
    """Money that goes back to the customer."""

    id: StripeId
    amount: SmallestUnits
    currency: CurrencyCode
    status: str | None = None
    payment_intent: Ref | None = None
    charge: Ref | None = None


class Refunds(StripeObject):
    """The refunds of a charge."""

    data: tuple[RefundObject, ...] = ()


class NetworkOutcome(StripeObject):
    """What the network made of a charge."""

    network_decline_code: str | None = None
    network_advice_code: str | None = None
    reason: str | None = None


class ChargeObject(Priced):
    """One capture, made or refused. `refunds` is told by versions before 2022-11-15."""

    id: StripeId
    amount: SmallestUnits
    amount_refunded: SmallestUnits = 0
    currency: CurrencyCode
    created: UnixMoment | None = None
    status: str | None = None
    payment_intent: Ref | None = None
    payment_method: Ref | None = None
    failure_code: str | None = None
    outcome: NetworkOutcome | None = None
    refunds: Refunds | None = None
    metadata: Metadata = Field(default_factory=dict)


class BalanceMove(StripeObject):
    """Money that came to the account, or, less than nothing, left it, in the account's own currency."""

    amount: Annotated[int, Field(strict=True)]
    currency: str


class DisputeObject(Priced):
    """The customer's bank takes a payment back, and may give it back; `balance_transactions` say how much of it."""

    id: StripeId
    amount: SmallestUnits
    currency: CurrencyCode
    balance_transactions: Annotated[tuple[BalanceMove, ...], EXPANDED] = ()
    reason: str | None = None
    payment_intent: Ref | None = None
    charge: Ref | None = None

    @property
    def taken(self) -> int:
        """How much the bank took."""
        return -sum([move for move in self._moves() if move < 0]) or self.amount

    @property
    def given_back(self) -> int:
        """How much the bank gave back: all, where the moves do not say it."""
        return sum([move for move in self._moves() if move > 0]) or self.amount

    def _moves(self) -> list[int]:
        """Moves in the payment's currency; the account may be kept in another."""
        currency = self.currency.lower()
        return [move.amount for move in self.balance_transactions if move.currency.lower() == currency]
