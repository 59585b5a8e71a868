"""Stripe's customers as the rules know them: their addresses, their language, and whether they are in business."""

from __future__ import annotations

import re
from typing import Final, Literal

from adapters.stripe import billing_shapes as stripe
from adapters.stripe.shapes import Address, Metadata
from dunning.records import Customer

_COUNTRY: Final = re.compile("[A-Z]{2}")


def debtor(invoice: stripe.Invoice, customer: stripe.Customer | None) -> Customer:
    """The customer as the invoice names him, and as his own object does where it is at hand.

    Who is not known to be a business is treated as a consumer: the law asks for more care with those.
    """
    known = _known(customer) if customer else {}
    address = invoice.customer_address
    named = {
        "id": invoice.customer, "name": invoice.customer_name, "email": invoice.customer_email,
        "phone": invoice.customer_phone, "address": lines(address), "country": country(address),
        "kind": kind_of(invoice.metadata) or ("business" if invoice.customer_tax_ids else "consumer"),
    }  # fmt: skip
    return Customer.model_validate(named | known)


def known_as(customer: stripe.Customer) -> Customer:
    """The customer by his own object; set are only the fields that it tells."""
    return Customer.model_validate(_known(customer))


def _known(customer: stripe.Customer) -> dict[str, object]:
    taxed = "business" if customer.tax_ids and customer.tax_ids.data else None
    told = {
        "id": customer.id, "name": customer.name, "email": customer.email, "phone": customer.phone,
        "address": lines(customer.address), "country": country(customer.address),
        "kind": kind_of(customer.metadata) or taxed,
        "locale": next(iter(customer.preferred_locales), None),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def kind_of(metadata: Metadata) -> Literal["business", "consumer"] | None:
    """What the creditor has written down of it, under `kind`."""
    said = str(metadata.get("kind", "")).lower()
    return "business" if said == "business" else "consumer" if said == "consumer" else None


def lines(address: Address | None) -> str | None:
    """The address as a letter carries it, without the country."""
    if address is None:
        return None
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    written = [line for line in (address.line1, address.line2, place, address.state) if line]
    return "\n".join(written) or None


def country(address: Address | None) -> str | None:
    """The country in two capitals."""
    said = address.country if address else None
    return said if said and _COUNTRY.fullmatch(said) else None
