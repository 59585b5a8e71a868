"""An event of Stripe, read: pure, no network. Which events there are, and who reads which.

Every reader takes the envelope and the creditor's time zone, in which the days of invoices are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from adapters.stripe import customer_events, invoice_events, payment_events
from adapters.stripe.event_meanings import Meaning, ParsedEvent
from adapters.stripe.shapes import EventEnvelope
from dunning.errors import DunningError, MoneyError
from dunning.policy.parts import not_allowed

Reader = Callable[[EventEnvelope, ZoneInfo], tuple[Meaning, ...]]

READERS: Final[Mapping[str, Reader]] = {
    "invoice.payment_failed": invoice_events.read_overdue,
    "invoice.overdue": invoice_events.read_overdue,
    "invoice.updated": invoice_events.read_updated,
    "invoice.paid": invoice_events.read_paid,
    "invoice.voided": invoice_events.read_voided,
    "invoice.marked_uncollectible": invoice_events.read_uncollectible,
    "invoice_payment.paid": invoice_events.read_invoice_payment,
    "payment_intent.succeeded": payment_events.read_succeeded,
    "payment_intent.processing": payment_events.read_processing,
    "payment_intent.payment_failed": payment_events.read_failed,
    "charge.refunded": payment_events.read_refunded,
    "charge.refund.updated": payment_events.read_refund,
    "refund.updated": payment_events.read_refund,
    "refund.created": payment_events.read_refund,
    "refund.failed": payment_events.read_refund,
    "charge.dispute.created": payment_events.read_dispute_opened,
    "charge.dispute.funds_withdrawn": payment_events.read_funds_withdrawn,
    "charge.dispute.funds_reinstated": payment_events.read_funds_reinstated,
    "customer.updated": customer_events.read_customer,
    "payment_method.attached": customer_events.read_method_attached,
    "payment_method.updated": customer_events.read_method_updated,
    "payment_method.automatically_updated": customer_events.read_method_updated,
    "payment_method.detached": customer_events.read_method_detached,
}
# An invoice of which one of these is known to be newer asks for no case any more.
FINAL: Final = frozenset({"invoice.paid", "invoice.voided", "invoice.marked_uncollectible"})


class Malformed(DunningError):
    """No event, or not what its type promises; nothing can be done with it."""

    def __init__(self, errors: Sequence[ErrorDetails], within: tuple[str, ...] = ()) -> None:
        """`errors` are pydantic's; `within` is where in the event that stands which they are about."""
        self.errors: tuple[dict[str, Any], ...] = tuple({**error, "loc": (*within, *error["loc"])} for error in errors)
        super().__init__(f"event: found {len(self.errors)} mistakes in it; allowed one as Stripe sends it")


def read_event(event: object, zone: ZoneInfo) -> ParsedEvent:
    """What the event says; nothing, if it is of a type that we do not hear. Raises `Malformed`."""
    try:
        envelope = EventEnvelope.model_validate(event)
    except ValidationError as error:
        raise Malformed(error.errors(include_url=False)) from None
    body = envelope.data.object
    try:
        meanings = READERS.get(envelope.type, _nothing)(envelope, zone)
    except ValidationError as error:
        raise Malformed(error.errors(include_url=False), ("data", "object")) from None
    except MoneyError as error:  # a sum of amounts that is none
        wrong = InitErrorDetails(type=not_allowed(error.allowed, found=error.found), loc=(error.place,), input=None)
        summed = ValidationError.from_exception_data(envelope.type, [wrong])
        raise Malformed(summed.errors(include_url=False), ("data", "object")) from None
    about = {"object_type": str(body.get("object", "")), "object_id": str(body.get("id", ""))}
    return ParsedEvent(
        envelope.id, envelope.type, envelope.created, **about, meanings=meanings,
        account=envelope.account or envelope.context, mode=envelope.mode,
        currency=str(body.get("currency") or "").upper() or None,
    )  # fmt: skip


def _nothing(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001 - every reader has both
    return ()
