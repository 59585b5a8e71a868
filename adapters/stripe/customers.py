"""Stripe's customers as the rules know them: their addresses, their language, and whether they are in business."""

from __future__ import annotations

import re
from typing import Final, Literal

from adapters.stripe import billing_shapes as stripe
from adapters.stripe.shapes import Metadata, PostalAddress
from dunning.records import Customer

_COUNTRY: Final = re.compile("[A-Z]{2}")


def customer_of_invoice(invoice: stripe.InvoiceObject, customer: stripe.CustomerObject | None) -> Customer:
    """The customer as the invoice names them, and as their own object does where it is at hand.

    Who is not known to be a business is treated as a consumer: the law asks for more care with those.
    """
    known = _known(customer) if customer else {}
    address = invoice.customer_address
    named = {
        "id": invoice.customer, "name": invoice.customer_name, "email": invoice.customer_email,
        "phone": invoice.customer_phone, "address": postal_lines(address), "country": country_code(address),
        "kind": customer_kind(invoice.metadata) or ("business" if invoice.customer_tax_ids else "consumer"),
    }  # fmt: skip
    return Customer.model_validate(named | known)


def customer_known_as(customer: stripe.CustomerObject) -> Customer:
    """The customer by their own object; set are only the fields that it tells."""
    return Customer.model_validate(_known(customer))


def _known(customer: stripe.CustomerObject) -> dict[str, object]:
    taxed = "business" if customer.tax_ids and customer.tax_ids.data else None
    told = {
        "id": customer.id, "name": customer.name, "email": customer.email, "phone": customer.phone,
        "address": postal_lines(customer.address), "country": country_code(customer.address),
        "kind": customer_kind(customer.metadata) or taxed,
        "locale": next(iter(customer.preferred_locales), None),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def customer_kind(metadata: Metadata) -> Literal["business", "consumer"] | None:
    """What the creditor has written down of it, under `kind`."""
    said = str(metadata.get("kind", "")).lower()
    return "business" if said == "business" else "consumer" if said == "consumer" else None


def postal_lines(address: PostalAddress | None) -> str | None:
    """The address as a letter carries it, without the country."""
    if address is None:
        return None
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    written = [line for line in (address.line1, address.line2, place, address.state) if line]
    return "\n".join(written) or None


def country_code(address: PostalAddress | None) -> str | None:
    """The country in two capitals."""
    said = address.country if address else None
    return said if said and _COUNTRY.fullmatch(said) else None
