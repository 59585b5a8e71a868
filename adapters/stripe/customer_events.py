"""What the events of Stripe's customers and payment methods say; they concern all cases of the customer."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from adapters.stripe.billing import method
from adapters.stripe.billing_shapes import Customer, PaymentMethod
from adapters.stripe.debtors import known_as
from adapters.stripe.sayings import CustomerIs, MethodGone, MethodIs, Saying
from adapters.stripe.shapes import Envelope

_ADDRESSES: Final = frozenset({"email", "phone", "address"})


def updated(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001 - every reader has the zone
    """The customer as he is now. An address that Stripe never had is kept; one that was taken away is gone."""
    customer = known_as(Customer.model_validate(event.data.object))
    changed = _ADDRESSES & event.data.previous_attributes.keys()
    cleared = frozenset(name for name in changed if not getattr(customer, name))
    return (CustomerIs(customer, cleared),)


def method_attached(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """He can be charged in another way."""
    return _told(event, renewed=False)


def method_updated(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """He, or the card network's updater, changed the card itself; another billing address makes it no new one (C2)."""
    changed = event.data.previous_attributes
    return _told(event, renewed=True) if not changed or event.data.object.get("type") in changed else ()


def method_detached(event: Envelope, zone: ZoneInfo) -> tuple[Saying, ...]:  # noqa: ARG001
    """He took it away; it is nobody's any more, and whose it was stands in what has changed."""
    found, owner = PaymentMethod.model_validate(event.data.object), event.data.previous_attributes.get("customer")
    return (MethodGone(str(owner), found.id),) if owner else ()


def _told(event: Envelope, *, renewed: bool) -> tuple[Saying, ...]:
    found = PaymentMethod.model_validate(event.data.object)
    return (MethodIs(found.customer, method(found), renewed),) if found.customer else ()
