"""Invoices and the money that moves on them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from adapters.storage.lists.views import InvoiceView
from api.shapes.cases import StageShown
from api.shapes.values import (
    Day,
    FactName,
    Moment,
    OneLine,
    PositiveSum,
    Shape,
    Sum,
    SumFromNought,
    Tags,
    Words,
    example,
)
from dunning.effects import Outcome
from dunning.money import minor
from dunning.policy.parts import WrittenAs, not_allowed
from dunning.records import CustomerId, EarlierAttempt, Id, Invoice


class EarlierAttemptIn(Shape):
    """An attempt that the billing system made before the case opened (C1, C3)."""

    at: Moment
    method: Id | None = None
    declined: OneLine | None = None


class DiscountShape(Shape):
    """What may be kept back by who pays to the end of `until`: `percent` of the invoice, or an amount below it (F8)."""

    model_config = example(percent="2", until="2026-02-10")

    percent: Annotated[str, WrittenAs(r"[0-9]{1,2}(\.[0-9]{1,6})?", "a percentage such as 2 or 2.5")] | None = None
    amount: PositiveSum | None = None
    until: Day

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise not_allowed("percent or amount, one of them")
        if self.percent is not None and not Decimal(self.percent):
            raise not_allowed("a percentage above 0, such as 2 or 2.5")
        return self

    @classmethod
    def of(cls, invoice: Invoice) -> DiscountShape | None:
        """As the store knows it."""
        told = invoice.discount
        if told is None:
            return None
        amount = None if told.amount is None else PositiveSum.of(minor(told.amount, invoice.currency), invoice.currency)
        return cls(percent=None if told.percent is None else str(told.percent), amount=amount, until=told.until)


class InvoiceIn(Shape):
    """An invoice to register; with `open` its case is opened too."""

    model_config = example(
        id="INV-2041",
        customer_id="acme",
        amount={"amount": "1000.00", "currency": "EUR"},
        issued_on="2026-01-29",
        due_on="2026-02-28",
        tags=["annual"],
        open=True,
    )

    id: Id
    customer_id: CustomerId
    amount: PositiveSum
    issued_on: Day | None = None
    due_on: Day
    tags: Tags = ()
    attempts: Annotated[tuple[EarlierAttemptIn, ...], Field(max_length=50)] = ()
    discount: DiscountShape | None = None
    open: bool = Field(default=False, strict=True)

    @model_validator(mode="after")
    def _discount_is_less(self) -> Self:
        less = self.discount.amount if self.discount else None
        if less is not None and (less.currency != self.amount.currency or less.minor >= self.amount.minor):
            raise not_allowed(f"a discount in {self.amount.currency} of less than the amount, {self.amount.amount}")
        return self

    @property
    def record(self) -> Invoice:
        """As the rules know it."""
        return Invoice.model_validate(
            {
                **self.model_dump(include={"id", "issued_on", "due_on", "tags"}),
                "currency": self.amount.currency,
                "amount": self.amount.amount,
                "attempts": tuple(EarlierAttempt(**attempt.model_dump()) for attempt in self.attempts),
                "discount": self.discount
                and {
                    "percent": self.discount.percent,
                    "amount": self.discount.amount and self.discount.amount.amount,
                    "until": self.discount.until,
                },
            }
        )


class InvoiceChange(Shape):
    """What is corrected of an invoice (T2). What is left out stays as it is."""

    model_config = example(due_on="2026-03-14")

    due_on: Day | None = None
    amount: SumFromNought | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.due_on is None and self.amount is None:
            raise not_allowed("due_on, amount, or both")
        return self


class CreditIn(Shape):
    """A credit note or goodwill (P6)."""

    model_config = example(id="CN-7", amount={"amount": "50.00", "currency": "EUR"})

    id: Id
    amount: PositiveSum


class PartIn(Shape):
    """The part of one payment that is for one of several invoices (P9)."""

    invoice_id: Id
    amount: PositiveSum


def _fit(whole: Sum, parts: tuple[PartIn, ...]) -> None:
    """Refuse parts that name an invoice twice, are in another currency, or are more than the whole."""
    if len({part.invoice_id for part in parts}) < len(parts):
        raise not_allowed("each invoice once")
    if any(part.amount.currency != whole.currency for part in parts):
        raise not_allowed(f"parts in {whole.currency}")
    if sum(part.amount.minor for part in parts) > whole.minor:
        raise not_allowed(f"parts of no more than {whole.amount} together")


Parts = Annotated[tuple[PartIn, ...], Field(max_length=200)]


class PaymentIn(Shape):
    """Money that came in (P1). `as_of` is its value day, and the moment of this state at its source (P5, P9).

    One payment for several invoices names its parts in `allocations`; what they leave is the customer's credit, which
    stands on `invoice_id`.
    """

    model_config = example(
        id="bank-8841",
        invoice_id="INV-2041",
        amount={"amount": "400.00", "currency": "EUR"},
        as_of="2026-03-05T09:12:00Z",
    )

    id: Id
    invoice_id: Id
    amount: PositiveSum
    as_of: Moment | None = None
    allocations: Parts = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        _fit(self.amount, self.allocations)
        return self


class UnmatchedPaymentIn(Shape):
    """Money that came in without a word of which invoice it is for (P9). A payment booked under its id matches it."""

    model_config = example(
        id="bank-8850",
        amount={"amount": "400.00", "currency": "EUR"},
        as_of="2026-03-05T09:12:00Z",
        payer="Dakpark BV",
        reference="our invoice of January",
    )

    id: Id
    amount: PositiveSum
    as_of: Moment | None = None
    payer: OneLine | None = Field(default=None, description="who paid, as it stands on the bank statement")
    reference: Words | None = Field(default=None, description="what they wrote, as it stands on the bank statement")


class UnmatchedPaymentOut(UnmatchedPaymentIn):
    """Money that waits for its invoice."""


class PendingPaymentIn(Shape):
    """Money that is under way and expected by the end of `until` (P4)."""

    model_config = example(
        id="sepa-311", invoice_id="INV-2041", amount={"amount": "1000.00", "currency": "EUR"}, until="2026-03-12"
    )

    id: Id
    invoice_id: Id
    amount: PositiveSum
    until: Day


class FailureIn(Shape):
    """A pending payment will not come (P4); `code` says why, where it is known."""

    model_config = example(invoice_id="INV-2041", code="AM04")

    invoice_id: Id
    code: OneLine | None = None


class ReversalIn(Shape):
    """A payment was taken back, wholly or in part (P5). `code` is the return code of a debit that came back (C4).

    Where only some parts of a payment for several invoices go back, `allocations` names them (P9).
    """

    model_config = example(
        id="cb-19", invoice_id="INV-2041", amount={"amount": "400.00", "currency": "EUR"}, as_of="2026-03-19T08:00:00Z"
    )

    id: Id
    invoice_id: Id
    amount: PositiveSum
    as_of: Moment | None = None
    code: OneLine | None = None
    allocations: Parts = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        _fit(self.amount, self.allocations)
        return self


class LiftedReversalIn(Shape):
    """What was taken back of a payment came again, wholly or in part (P5).

    Where only some parts of a payment for several invoices come again, `allocations` names them (P9).
    """

    model_config = example(id="cb-19-won", invoice_id="INV-2041", amount={"amount": "400.00", "currency": "EUR"})

    id: Id
    invoice_id: Id
    amount: PositiveSum
    as_of: Moment | None = None
    allocations: Parts = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        _fit(self.amount, self.allocations)
        return self


class InvoiceOut(Shape):
    """An invoice as it is now."""

    id: str
    customer_id: str
    amount: Sum
    balance: Sum
    issued_on: Day | None
    due_on: Day
    tags: tuple[str, ...]
    discount: DiscountShape | None
    stage: StageShown | None = Field(description="where its case stands, null without a case")
    outcome: Outcome | None
    registered_at: Moment
    voided_at: Moment | None
    updated_at: Moment

    @classmethod
    def of(cls, view: InvoiceView) -> InvoiceOut:
        """As the store knows it."""
        invoice = view.record
        return cls(
            id=invoice.id,
            customer_id=view.customer_id,
            amount=Sum.of(invoice.minor, invoice.currency),
            balance=Sum.of(view.balance, invoice.currency),
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            tags=invoice.tags,
            discount=DiscountShape.of(invoice),
            stage=view.stage,
            outcome=view.outcome,
            registered_at=view.registered_at,
            voided_at=view.voided_at,
            updated_at=view.updated_at,
        )


class Told(Shape):
    """A fact was kept. `number` counts what this case was told; `case` says whether a case heard it."""

    model_config = example(invoice_id="INV-2041", message="payment_received", number=3, case="told")

    invoice_id: str
    message: FactName
    number: int
    case: Literal["told", "none"] = Field(
        description="`none` where no case is open yet: one that opens later learns of it"
    )
