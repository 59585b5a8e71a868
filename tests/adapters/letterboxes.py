"""Builders of notices on their way: a letterbox with a default for everything that a test does not talk about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from adapters.correspondence import Parcel
from adapters.messages.composer import Composed
from adapters.messages.statement import StatementEntry
from adapters.parcel_id import parcel_id
from dunning.effects import SendNotice
from dunning.ports import Letterbox
from dunning.records import Channel, Customer, Invoice

TODAY = date(2026, 3, 10)
DEADLINE = date(2026, 3, 24)
PAID_AND_CHARGED = (StatementEntry("payment", 400_00, date(2026, 3, 5)), StatementEntry("fee", 15_00, TODAY))
"""A payment of 400 and a fee of 15: of 1,000 that leaves 615."""


def a_letterbox(
    message: str = "friendly",
    *,
    locale: str = "en",
    kind: Literal["business", "consumer"] = "business",
    country: str | None = "NL",
    name: str | None = "Acme Watersport B.V.",
    email: str | None = "ap@acme.example",
    phone: str | None = "+31 6 1000 0000",
    address: str | None = "Acme Watersport B.V.\nHaven 3\n8601 AB Sneek",
    invoice_id: str = "INV-2026-0042",
    currency: str = "EUR",
    amount: str = "1000.00",
    demands: int = 1000_00,
    issued_on: date | None = date(2026, 1, 29),
    due_on: date = date(2026, 2, 28),
    deadline_on: date | None = None,
    copy: bool = False,
    day: date = TODAY,
    key: str = "case:INV-2026-0042/step/friendly",
) -> Letterbox:
    act = SendNotice(
        key=key,
        notice=message,
        message=message,
        by=("email",),
        first=False,
        demands=demands,
        deadline_on=deadline_on,
        purpose="copy" if copy else "step",
    )
    customer = Customer(
        id="c1",
        name=name,
        kind=kind,
        country=country,
        locale=locale,
        email=email,
        phone=phone,
        address=address,
    )
    invoice = Invoice(id=invoice_id, currency=currency, amount=Decimal(amount), issued_on=issued_on, due_on=due_on)
    return Letterbox(act, customer, invoice, datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC), day)


def a_parcel(
    to: str = "ap@acme.example",
    *,
    key: str = "case:INV-2026-0042/step/friendly",
    channel: Channel = "email",
    subject: str = "A friendly reminder",
    text: str = "Dear Acme,\n\nplease pay €\N{NO-BREAK SPACE}615,00.\n",
    html: str | None = "<p>Dear Acme,</p><p>please pay €&nbsp;615,00.</p>",
    language: str = "en",
    invoice_id: str = "INV-2026-0042",
    at: datetime = datetime(2026, 3, 10, 9, 0, tzinfo=UTC),
) -> Parcel:
    message = Composed(language, subject, text, html)
    return Parcel(parcel_id(key, channel), channel, to, message, at, invoice_id, "friendly-reminder")
