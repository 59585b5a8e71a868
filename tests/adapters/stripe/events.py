"""Builders of Stripe's events: its published shapes, with what a test is about filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from adapters.stripe.fake.shapes import FakeObject, fake_object

MONDAY: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INVOICE: Final = "in_1Pgc6tB7WZ01zgkW"
CUSTOMER: Final = "cus_QXg1o8vcGmoR32"
PAYMENT: Final = "pi_1PgafyB7WZ01zgkW"
CHARGE: Final = "ch_1PgafuB7WZ01zgkW"
KEY: Final = f"case:{INVOICE}/attempt/1"
_numbers = count(1)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def minutes_later(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def event(
    kind: str,
    about: FakeObject,
    at: datetime = MONDAY,
    *,
    before: Mapping[str, Any] | None = None,
    id: str | None = None,  # noqa: A002 - Stripe's own name for it
) -> FakeObject:
    """One event; `before` is what the changed fields had been."""
    data: FakeObject = {"object": about} | ({"previous_attributes": dict(before)} if before is not None else {})
    return fake_object("event", id=id or f"evt_{next(_numbers)}", type=kind, created=seconds(at), data=data)


def invoice(amount: int = 100_00, **more: Any) -> FakeObject:
    """An open invoice of a subscription, finalised on the Monday and charged by itself."""
    sums = {"amount_due": amount, "amount_remaining": amount - more.get("amount_paid", 0)}
    said = {
        "id": INVOICE,
        "customer": CUSTOMER,
        "currency": "eur",
        "status": "open",
        "created": seconds(MONDAY - timedelta(hours=1)),
        "due_date": None,
        "attempt_count": 1,
        "customer_name": "Jenny Rosen",
        "customer_email": "jenny@rosen.example",
        "customer_address": {
            "line1": "Keizersgracht 1",
            "postal_code": "1015 CJ",
            "city": "Amsterdam",
            "country": "NL",
        },
        "status_transitions": {"finalized_at": seconds(MONDAY)},
    }
    return fake_object("invoice", **(said | sums | more))


def paid_invoice(amount: int = 100_00, **more: Any) -> FakeObject:
    return invoice(amount, status="paid", amount_paid=amount, **more)


def invoice_payment(amount: int = 100_00, *, by: str = PAYMENT, **more: Any) -> FakeObject:
    """A payment towards an invoice, as versions from 2025-03-31 on tell of it."""
    said = {
        "id": f"inpay_{by}", "object": "invoice_payment", "invoice": INVOICE, "amount_paid": amount, "currency": "eur",
        "status": "paid", "payment": {"type": "payment_intent", "payment_intent": by},
    }  # fmt: skip
    return said | more


def payment(amount: int = 100_00, *, key: str | None = KEY, of: str | None = INVOICE, **more: Any) -> FakeObject:
    """A payment of the ladder's; without a `key` one by a link, without an invoice none of ours."""
    metadata = {name: value for name, value in (("dunning_key", key), ("invoice_id", of)) if value}
    said = {"id": PAYMENT, "currency": "eur", "latest_charge": CHARGE, "metadata": metadata, "last_payment_error": None}
    return fake_object("payment_intent", **({**said, "amount": amount, "amount_received": amount} | more))


def charge(amount: int = 100_00, **more: Any) -> FakeObject:
    said = {"id": CHARGE, "amount": amount, "currency": "eur", "payment_intent": PAYMENT, "metadata": {}}
    return fake_object("charge", **(said | more))


def refund(amount: int, name: str = "re_1", **more: Any) -> FakeObject:
    said = {"id": name, "amount": amount, "currency": "eur", "payment_intent": PAYMENT, "charge": CHARGE}
    return fake_object("refund", **(said | {"status": "succeeded"} | more))


def dispute(amount: int = 100_00, reason: str = "fraudulent", **more: Any) -> FakeObject:
    said = {"id": "du_1", "amount": amount, "currency": "eur", "payment_intent": PAYMENT, "charge": CHARGE}
    return fake_object("dispute", **(said | {"reason": reason} | more))


def customer(**more: Any) -> FakeObject:
    said = {"id": CUSTOMER, "name": "Jenny Rosen", "email": "jenny@rosen.example", "preferred_locales": ["nl"]}
    return fake_object("customer", **(said | {"address": None, "phone": None, "metadata": {}} | more))


def card(name: str = "pm_1", brand: str = "visa", **more: Any) -> FakeObject:
    said = {"id": name, "type": "card", "customer": CUSTOMER, "card": {"brand": brand, "last4": "4242"}}
    return fake_object("payment_method", **(said | more))
