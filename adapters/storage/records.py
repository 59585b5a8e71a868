"""From rows to the records that the rules know, and back. Rows are read by column, so they may come from any join."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic_core import to_json

from adapters.storage.tables import customers, invoices
from dunning import channels
from dunning.money import major
from dunning.recipients import Reach
from dunning.records import Channel, Customer, Invoice, Method
from dunning.rulebook.decline import Codes

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
    return Method(id=row["id"], network=row["network"], brand=row["brand"], last4=row["last4"], expires=row["expires"])


def codes_of(row: Columns) -> Codes | None:
    """The codes of a decline, of a row of `attempts` or `outside_attempts`; None where there are none."""
    return Codes(row["code"], row.get("advice"), row["network_code"], row["network_advice"]) if row["code"] else None


def customer_row(customer: Customer, at: datetime) -> dict[str, Any]:
    """What to keep of a new customer."""
    nothing: dict[str, Any] = {"opted_out": [], "silent": {}, "texts_stopped": {}, "bounced": {}, "away": {}}
    return {**customer.model_dump(mode="json"), **nothing, "registered_at": at}


def invoice_row(invoice: Invoice, customer_id: str, at: datetime) -> dict[str, Any]:
    """What to keep of a new invoice."""
    return {
        **invoice.model_dump(exclude={"amount", "tags", "discount"}),
        "attempts": invoice.attempts,
        "discount": invoice.discount.model_dump(mode="json", exclude_none=True) if invoice.discount else None,
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
    return channels.addresses(lambda name: row[customers.c[name]])


def reach_of(row: Columns) -> Reach:
    """Where the customer may be reached now; an address is closed by a bounce until it changes (N1, N2)."""
    opted_out, silent, bounced = (row[customers.c[name]] for name in ("opted_out", "silent", "bounced"))
    return Reach(customer_of(row), opted_out, silent, bounced)
