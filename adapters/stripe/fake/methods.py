"""Stored payment methods: those with a meaning are simply there, others are cards; a customer has what was attached."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import no_such_object
from adapters.stripe.fake.scripts import FakeMethod, fake_method
from adapters.stripe.fake.shapes import FakeObject, fake_object

_BANK: Final[dict[str, dict[str, Any]]] = {
    "sepa_debit": {"bank_code": "37040044", "branch_code": "", "country": "DE", "generated_from": None},
    "bacs_debit": {"sort_code": "108800"},
    "us_bank_account": {"account_type": "checking", "bank_name": "STRIPE TEST BANK", "routing_number": "110000000"},
}
_NOBODY: Final = "missing"  # ids with this in them belong to nothing


def customer_named(books: Books, name: str, param: str = "customer") -> FakeObject:
    """The customer, who is there as soon as they are named. Raises `Fault` for one whose id says they are not."""
    known = books.find("customer", name)
    if known is None and _NOBODY in name:
        raise no_such_object("customer", name, param, _status(param))
    return known or books.new("customer", id=name)


def payment_method(books: Books, name: str, param: str = "payment_method") -> FakeObject:
    """The method as Stripe shows it. Raises `Fault` for one whose id says that it is not there."""
    known = books.find("payment_method", name)
    if known is None and (_NOBODY in name or not name.startswith("pm_")):
        raise no_such_object("PaymentMethod", name, param, _status(param))
    return known or books.new("payment_method", **_shown(name, fake_method(name)))


def _status(param: str) -> int:
    return 404 if param == "id" else 400


def _shown(name: str, method: FakeMethod) -> FakeObject:
    token = hashlib.sha256(name.encode()).hexdigest()
    last4 = f"{int(token[:8], 16) % 10_000:04d}"
    if method.type == "card":
        brand = {"brand": method.brand, "display_brand": method.brand, "last4": last4, "fingerprint": token[:16]}
        networks = {"available": [method.brand], "preferred": None}
        detail = fake_object("card", **brand, networks=networks)
    else:
        detail = _BANK[method.type] | {"last4": last4, "fingerprint": token[:16]}
    return {"id": name, "type": method.type, method.type: detail}


def attach_to_customer(books: Books, name: str, to: str) -> FakeObject:
    """Give the customer this method."""
    method = payment_method(books, name)
    method["customer"] = customer_named(books, to)["id"]
    books.emit("payment_method.attached", method)
    return method
