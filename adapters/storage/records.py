"""From rows to the records that the rules know, and back. Rows are read by column, so they may come from any join."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic_core import to_json

from adapters.storage.tables import customers, invoices
from dunning.money import major
from dunning.records import Channel, Customer, Invoice, Method
from dunning.simulation.world import ADDRESS

Columns = Mapping[Any, Any]

_CUSTOMER: Final = tuple(customers.c[name] for name in Customer.model_fields)
_INVOICE: Final = tuple(invoices.c[name] for name in Invoice.model_fields)


def customer_of(row: Columns) -> Customer:
    """The customer of a row that has the columns of `customers`."""
    return Customer.model_validate({column.name: row[column] for column in _CUSTOMER})


def invoice_of(row: Columns) -> Invoice:
    """The invoice of a row that has the columns of `invoices`; its amount in major units again."""
    found = {column.name: row[column] for column in _INVOICE}
    return Invoice.model_validate({**found, "amount": major(found["amount"], found["currency"])})


def method_of(row: Columns) -> Method:
    """The payment method of a row of `methods`."""
    return Method(id=row["id"], network=row["network"], brand=row["brand"], last4=row["last4"])


def customer_row(customer: Customer, at: datetime) -> dict[str, Any]:
    """What to keep of a new customer."""
    return {**customer.model_dump(mode="json"), "opted_out": [], "bounced": {}, "registered_at": at}


def invoice_row(invoice: Invoice, customer_id: str, at: datetime) -> dict[str, Any]:
    """What to keep of a new invoice."""
    return {
        **invoice.model_dump(exclude={"amount", "tags"}),
        "attempts": invoice.attempts,
        "tags": list(invoice.tags),
        "amount": invoice.minor,
        "customer_id": customer_id,
        "fingerprint": fingerprint(invoice),
        "told": 0,
        "registered_at": at,
    }


def fingerprint(invoice: Invoice) -> str:
    """The same for the same demand, however its amount is written: 100 and 100.00 are one."""
    content = {**invoice.model_dump(mode="json"), "amount": invoice.minor}
    return hashlib.sha256(to_json(content)).hexdigest()


def addresses(row: Columns) -> dict[Channel, str]:
    """Where the customer is reached, by channel."""
    found = ((channel, row[customers.c[name]]) for channel, name in ADDRESS.items())
    return {channel: text for channel, text in found if text and text.strip()}


def usable(row: Columns) -> tuple[Channel, ...]:
    """The channels that may be used now: an address is there, not opted out of, not the one that bounced (N1, N2)."""
    closed, bounced = row[customers.c.opted_out], row[customers.c.bounced]
    known = addresses(row)
    return tuple(channel for channel in known if channel not in closed and bounced.get(channel) != known[channel])
