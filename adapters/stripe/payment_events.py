"""What the events of Stripe's payments, refunds and disputes say.

A payment that the ladder made carries our key in its metadata (`dunning_key`) beside the invoice (`invoice_id`); one
that the customer makes by a link carries the invoice alone. Others are not ours, unless an invoice of Stripe Billing
named them before. Chargebacks add up, so they carry no `as_of`: an older one is not undone by a newer (P5).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from adapters.refunds import RefundNews
from adapters.stripe.amounts import from_stripes_units
from adapters.stripe.charge_outcomes import settles_by
from adapters.stripe.event_meanings import Meaning, MoneyMoved, NotPaid, PaymentMade, PaymentProcessing, Refunded
from adapters.stripe.payment_shapes import ChargeObject, DisputeObject, PaymentError, PaymentIntent, RefundObject
from adapters.stripe.shapes import EventEnvelope, Metadata
from dunning import facts
from dunning.records import Id
from dunning.requests import ResolveDispute

INVOICE: Final = "invoice_id"
KEY: Final = "dunning_key"
# Returns of a bank debit: the bank could not take the money. Every other reason is the customer's objection.
RETURNS: Final = frozenset({"insufficient_funds", "incorrect_account_details", "bank_cannot_process", "check_returned"})
UNAUTHORISED: Final = "debit_not_authorized"  # an objection, and the end of the mandate
_GONE_WRONG: Final = frozenset({"failed", "canceled"})
_ID: Final = TypeAdapter(Id)


def read_succeeded(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001 - every reader has the zone
    """Money came in: under our key, or under the payment's own id."""
    paid = payment_by_itself(PaymentIntent.model_validate(event.data.object), event.created)
    return (paid,) if paid else ()


def payment_by_itself(intent: PaymentIntent, at: datetime) -> PaymentMade | None:
    """The payment as it tells itself; None where it is none of ours, or nothing. `at` is the moment of its state."""
    found, currency, amount = invoice_and_key(intent.metadata), intent.currency.upper(), intent.paid
    if found is None or not amount:
        return None
    names = tuple(name for name in (intent.id, intent.latest_charge) if name)
    return PaymentMade(found[0], names, from_stripes_units(amount, currency), currency, at, found[1])


def read_processing(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:
    """Money by a link is under way (P4). The ladder's own debits answer so themselves, with their own last day."""
    intent = PaymentIntent.model_validate(event.data.object)
    found, currency = invoice_and_key(intent.metadata), intent.currency.upper()
    if found is None or found[1] is not None or not intent.amount:
        return ()
    debit = intent.processing.type if intent.processing and intent.processing.type else ""
    until = settles_by(debit, event.created.astimezone(zone).date())
    return (PaymentProcessing(found[0], intent.id, from_stripes_units(intent.amount, currency), currency, until),)


def read_failed(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """Money that was under way will not come.

    A card that the customer tried by a link and that was refused was never under way, so it says nothing.
    """
    intent = PaymentIntent.model_validate(event.data.object)
    found, error = invoice_and_key(intent.metadata), intent.last_payment_error or PaymentError()
    by_card = error.payment_method is not None and error.payment_method.type == "card"
    if found is None or (found[1] is None and by_card):
        return ()
    return (NotPaid(found[0], found[1] or intent.id, error.decline_code or error.code, found[1]),)


def read_refunded(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """Each refund by its own id, or, where Stripe names none, how much is refunded of the charge in all."""
    charge = ChargeObject.model_validate(event.data.object)
    payment, currency = charge.payment_intent or charge.id, charge.currency.upper()
    if charge.refunds and charge.refunds.data:
        news = tuple(_refund(one, event) for one in charge.refunds.data)
    else:
        before = event.data.previous_attributes.get("amount_refunded")
        news = (
            RefundNews(
                f"{charge.id}/refunded/{charge.amount_refunded}/{int(event.created.timestamp())}",
                "total",
                from_stripes_units(charge.amount_refunded, currency),
                currency,
                event.created,
                before=from_stripes_units(before, currency) if isinstance(before, int) else None,
            ),
        )
    return (Refunded(payment, news, _of(charge)),)


def read_refund(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """A refund that was made, or that failed: then the money is with the creditor again."""
    refund = RefundObject.model_validate(event.data.object)
    payment = refund.payment_intent or refund.charge
    return (Refunded(payment, (_refund(refund, event),)),) if payment else ()


def read_dispute_opened(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """Nothing yet: as long as the money stays, nothing is owed and nobody is dunned; an inquiry may end that way."""
    DisputeObject.model_validate(event.data.object)
    return ()


def read_funds_withdrawn(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """The bank took the money back (P5), and the customer says that they do not owe it (D1).

    Both facts belong together, in this order. The reversal raises the balance and opens the case again; without the
    dispute it would then write to somebody who has just objected, and charge the card that they had objected with. A
    dispute holds both until a person answers it; told first, it would meet a case that is closed with nothing to
    dispute. A bank debit that was returned for want of money or of an account is no objection: the ladder goes on.
    """
    dispute = DisputeObject.model_validate(event.data.object)
    payment, currency = dispute.payment_intent or dispute.charge, dispute.currency.upper()
    if payment is None or not dispute.amount:
        return ()
    amount = from_stripes_units(dispute.taken, currency)
    code = dispute.reason if dispute.reason in {*RETURNS, UNAUTHORISED} else None
    back = facts.PaymentReversed(id=dispute.id, payment_id=payment, amount=amount, currency=currency, code=code)
    if dispute.reason in RETURNS:
        return (MoneyMoved(payment, (back,)),)
    why = f"taken back through the bank: {(dispute.reason or 'no reason given').replace('_', ' ')}"
    return (MoneyMoved(payment, (back, facts.Dispute(id=dispute.id, amount=amount, reason=why))),)


def read_funds_reinstated(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """The bank gave it back (P5), and so has rejected the objection for the creditor: the case goes on without it (D3).

    Where it gave back a part, a person says what becomes of the rest.
    """
    dispute = DisputeObject.model_validate(event.data.object)
    payment = dispute.payment_intent or dispute.charge
    if payment is None or not dispute.amount:
        return ()
    currency = dispute.currency.upper()
    amount = from_stripes_units(dispute.given_back, currency)
    back = facts.ReversalLifted(id=reinstatement_id(dispute.id), payment_id=payment, amount=amount, currency=currency)
    if dispute.given_back < dispute.taken:
        return (MoneyMoved(payment, (back,)),)
    return (MoneyMoved(payment, (back, ResolveDispute(id=dispute.id, rejected=True))),)


def reinstatement_id(dispute_id: str) -> str:
    """The id of the money that comes back with a dispute that was won."""
    return f"{dispute_id}/reinstated"


def invoice_and_key(metadata: Metadata) -> tuple[str, str | None] | None:
    """The invoice that a payment is for, and our key where the ladder made it; None where it is none of ours."""
    invoice, key = metadata.get(INVOICE), metadata.get(KEY)
    try:
        return (_ID.validate_python(invoice), _ID.validate_python(key) if key else None) if invoice else None
    except ValidationError:  # another system's metadata
        return None


def _of(charge: ChargeObject) -> tuple[str, str] | None:
    """The invoice and our key of a payment that the ladder made, as the charge itself tells them."""
    match invoice_and_key(charge.metadata):
        case (invoice, str(key)):
            return invoice, key
        case _:
            return None


def _refund(refund: RefundObject, event: EventEnvelope) -> RefundNews:
    currency = refund.currency.upper()
    kind: Literal["made", "failed"] = "failed" if refund.status in _GONE_WRONG else "made"
    name = f"{refund.id}/failed" if kind == "failed" else refund.id
    amount = from_stripes_units(refund.amount, currency)
    return RefundNews(name, kind, amount, currency, event.created, refund=refund.id)
