"""An event of Stripe, read: pure, no network. Which events there are, and who reads which.

Every reader takes the envelope and the creditor's time zone, in which the days of invoices are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.stripe import customer_events, invoice_events, payment_events
from adapters.stripe.sayings import Said, Saying
from adapters.stripe.shapes import Envelope
from dunning.errors import DunningError

Reader = Callable[[Envelope, ZoneInfo], tuple[Saying, ...]]

READERS: Final[Mapping[str, Reader]] = {
    "invoice.payment_failed": invoice_events.overdue,
    "invoice.overdue": invoice_events.overdue,
    "invoice.updated": invoice_events.updated,
    "invoice.paid": invoice_events.paid,
    "invoice.voided": invoice_events.voided,
    "invoice.marked_uncollectible": invoice_events.given_up,
    "invoice_payment.paid": invoice_events.payment,
    "payment_intent.succeeded": payment_events.succeeded,
    "payment_intent.processing": payment_events.processing,
    "payment_intent.payment_failed": payment_events.failed,
    "charge.refunded": payment_events.refunded,
    "charge.refund.updated": payment_events.refund_changed,
    "refund.updated": payment_events.refund_changed,
    "refund.failed": payment_events.refund_changed,
    "charge.dispute.created": payment_events.dispute_opened,
    "charge.dispute.funds_withdrawn": payment_events.withdrawn,
    "charge.dispute.funds_reinstated": payment_events.reinstated,
    "customer.updated": customer_events.updated,
    "payment_method.attached": customer_events.method_attached,
    "payment_method.updated": customer_events.method_updated,
    "payment_method.automatically_updated": customer_events.method_updated,
    "payment_method.detached": customer_events.method_detached,
}
# An invoice of which one of these is known to be newer asks for no case any more.
FINAL: Final = frozenset({"invoice.paid", "invoice.voided", "invoice.marked_uncollectible"})


class Malformed(DunningError):
    """No event, or not what its type promises; nothing can be done with it."""

    def __init__(self, errors: Sequence[ErrorDetails], within: tuple[str, ...] = ()) -> None:
        """`errors` are pydantic's; `within` is where in the event that stands which they are about."""
        self.errors: tuple[dict[str, Any], ...] = tuple({**error, "loc": (*within, *error["loc"])} for error in errors)
        super().__init__(f"event: found {len(self.errors)} mistakes in it; allowed one as Stripe sends it")


def read(event: object, zone: ZoneInfo) -> Said:
    """What the event says; nothing, if it is of a type that we do not hear. Raises `Malformed`."""
    try:
        envelope = Envelope.model_validate(event)
    except ValidationError as error:
        raise Malformed(error.errors(include_url=False)) from None
    body = envelope.data.object
    try:
        what = READERS.get(envelope.type, _nothing)(envelope, zone)
    except ValidationError as error:
        raise Malformed(error.errors(include_url=False), ("data", "object")) from None
    about = {"object_type": str(body.get("object", "")), "object_id": str(body.get("id", ""))}
    return Said(envelope.id, envelope.type, envelope.created, **about, what=what)


def _nothing(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001 - every reader has both
    return ()
