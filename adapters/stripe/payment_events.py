"""What the events of Stripe's payments, refunds and disputes say.

A payment that the ladder made carries our key in its metadata (`dunning_key`) beside the invoice (`invoice_id`); one
that the customer makes by a link carries the invoice alone. Others are not ours, unless an invoice of Stripe Billing
named them before. Refunds and chargebacks add up, so they carry no `as_of`: an older one is not undone by a newer (P5).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from adapters.stripe.amounts import major
from adapters.stripe.answers import settles_by
from adapters.stripe.payment_shapes import Charge, Dispute, PaymentError, PaymentIntent, Refund
from adapters.stripe.sayings import MoneyMoved, NotPaid, Paid, Saying, Underway
from adapters.stripe.shapes import Envelope, Metadata
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


def succeeded(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001 - every reader has the zone
    """Money came in: under our key, or under the payment's own id."""
    paid = by_itself(PaymentIntent.model_validate(event.data.object), event.created)
    return (paid,) if paid else ()


def by_itself(intent: PaymentIntent, at: datetime) -> Paid | None:
    """The payment as it tells itself; None where it is none of ours. `at` is the moment of its state."""
    found, currency = named(intent.metadata), intent.currency.upper()
    if found is None:
        return None
    names = tuple(name for name in (intent.id, intent.latest_charge) if name)
    return Paid(found[0], names, major(intent.amount_received or intent.amount, currency), currency, at, found[1])


def processing(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:
    """Money by a link is under way (P4). The ladder's own debits answer so themselves, with their own last day."""
    intent = PaymentIntent.model_validate(event.data.object)
    found, currency = named(intent.metadata), intent.currency.upper()
    if found is None or found[1] is not None:
        return ()
    debit = intent.processing.type if intent.processing and intent.processing.type else ""
    until = settles_by(debit, event.created.astimezone(zone).date())
    return (Underway(found[0], intent.id, major(intent.amount, currency), currency, until),)


def failed(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """Money that was under way will not come.

    A card that the customer himself tried by a link and that was refused was never under way, so it says nothing.
    """
    intent = PaymentIntent.model_validate(event.data.object)
    found, error = named(intent.metadata), intent.last_payment_error or PaymentError()
    by_card = error.payment_method is not None and error.payment_method.type == "card"
    if found is None or (found[1] is None and by_card):
        return ()
    return (NotPaid(found[0], found[1] or intent.id, error.decline_code or error.code, found[1]),)


def refunded(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """Each refund under its own id, or, where Stripe names none, under what had been refunded with it in all."""
    charge = Charge.model_validate(event.data.object)
    payment, currency = charge.payment_intent or charge.id, charge.currency.upper()
    if charge.refunds and charge.refunds.data:
        made = [(one.id, one.amount) for one in charge.refunds.data if one.status not in _GONE_WRONG]
    else:
        before = event.data.previous_attributes.get("amount_refunded")
        step = charge.amount_refunded - (before if isinstance(before, int) else 0)
        made = [(f"{charge.id}/refunded/{charge.amount_refunded}", step)]
    told = tuple(_reversed(name, payment, major(amount, currency), currency) for name, amount in made if amount > 0)
    return (MoneyMoved(payment, told, _of(charge, payment)),) if told else ()


def refund_changed(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """A refund that failed: the money is with the creditor again."""
    refund = Refund.model_validate(event.data.object)
    payment = refund.payment_intent or refund.charge
    if payment is None or refund.status not in _GONE_WRONG or not refund.amount:
        return ()
    return (MoneyMoved(payment, (_returned(f"{refund.id}/failed", refund),)),)


def dispute_opened(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """Nothing yet: as long as the money stays, nothing is owed and nobody is dunned; an inquiry may end that way."""
    Dispute.model_validate(event.data.object)
    return ()


def withdrawn(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """The bank took the money back (P5), and the customer says that he does not owe it (D1).

    Both facts belong together, in this order. The reversal raises the balance and opens the case again; without the
    dispute it would then write to somebody who has just objected, and charge the card that he had objected with. A
    dispute holds both until a person answers it; told first, it would meet a case that is closed with nothing to
    dispute. A bank debit that was returned for want of money or of an account is no objection: the ladder goes on.
    """
    dispute = Dispute.model_validate(event.data.object)
    payment, currency = dispute.payment_intent or dispute.charge, dispute.currency.upper()
    if payment is None or not dispute.amount:
        return ()
    amount = major(dispute.amount, currency)
    code = dispute.reason if dispute.reason in {*RETURNS, UNAUTHORISED} else None
    back = _reversed(dispute.id, payment, amount, currency, code)
    if dispute.reason in RETURNS:
        return (MoneyMoved(payment, (back,)),)
    why = f"taken back through the bank: {(dispute.reason or 'no reason given').replace('_', ' ')}"
    return (MoneyMoved(payment, (back, facts.Dispute(id=dispute.id, amount=amount, reason=why))),)


def reinstated(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """The bank gave it back, and so has rejected the objection for the creditor: the case goes on without it (D3)."""
    dispute = Dispute.model_validate(event.data.object)
    payment = dispute.payment_intent or dispute.charge
    if payment is None or not dispute.amount:
        return ()
    rejected = ResolveDispute(id=dispute.id, rejected=True)
    return (MoneyMoved(payment, (_returned(reinstated_by(dispute.id), dispute), rejected)),)


def reinstated_by(dispute_id: str) -> str:
    """The id of the money that comes back with a dispute that was won."""
    return f"{dispute_id}/reinstated"


def named(metadata: Metadata) -> tuple[str, str | None] | None:
    """The invoice that a payment is for, and our key where the ladder made it; None where it is none of ours."""
    invoice, key = metadata.get(INVOICE), metadata.get(KEY)
    try:
        return (_ID.validate_python(invoice), _ID.validate_python(key) if key else None) if invoice else None
    except ValidationError:  # another system's metadata
        return None


def _of(charge: Charge, payment: str) -> tuple[str, str] | None:
    """The invoice and our id of the payment, as the charge itself tells them."""
    found = named(charge.metadata)
    if found is not None:
        return found[0], found[1] or payment
    return None


def _reversed(
    name: str, payment: str, amount: Decimal, currency: str, code: str | None = None
) -> facts.PaymentReversed:
    return facts.PaymentReversed(id=name, payment_id=payment, amount=amount, currency=currency, code=code)


def _returned(name: str, moved: Refund | Dispute) -> facts.PaymentReceived:
    currency = moved.currency.upper()
    return facts.PaymentReceived(id=name, amount=major(moved.amount, currency), currency=currency)
