"""What the events of Stripe's customers and payment methods say; they concern all cases of the customer."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from adapters.stripe.billing import stored_method
from adapters.stripe.billing_shapes import CustomerObject, PaymentMethod
from adapters.stripe.customers import customer_known_as
from adapters.stripe.event_meanings import CustomerIs, Meaning, MethodGone, MethodIs
from adapters.stripe.shapes import EventEnvelope

_ADDRESSES: Final = frozenset({"email", "phone", "address"})


def read_customer(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001 - every reader has the zone
    """The customer as they are now. An address that Stripe never had is kept; one that was taken away is gone."""
    customer = customer_known_as(CustomerObject.model_validate(event.data.object))
    changed = _ADDRESSES & event.data.previous_attributes.keys()
    cleared = frozenset(name for name in changed if not getattr(customer, name))
    return (CustomerIs(customer, cleared),)


def read_method_attached(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """They can be charged in another way."""
    return _told(PaymentMethod.model_validate(event.data.object), renewed=False)


def read_method_updated(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """They, or the card network's updater, changed the card; another billing address makes it no new one (C2)."""
    found, changed = PaymentMethod.model_validate(event.data.object), event.data.previous_attributes
    return _told(found, renewed=True) if not changed or found.type in changed else ()


def read_method_detached(event: EventEnvelope, zone: ZoneInfo) -> tuple[Meaning, ...]:  # noqa: ARG001
    """They took it away; it is nobody's any more, and whose it was stands in what has changed."""
    found, owner = PaymentMethod.model_validate(event.data.object), event.data.previous_attributes.get("customer")
    return (MethodGone(str(owner), found.id),) if owner else ()


def _told(found: PaymentMethod, *, renewed: bool) -> tuple[Meaning, ...]:
    return (MethodIs(found.customer, stored_method(found), renewed),) if found.customer else ()
