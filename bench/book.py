"""The case that the benchmarks run: five steps, a fee, four attempts that are declined, and the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from adapters.calendars import calendar_for
from dunning.calendar import Calendar
from dunning.policy import Policy
from dunning.records import Customer, Invoice, Method

DUE_ON = date(2026, 3, 2)
OPENS_AT = datetime(2026, 3, 2, 23, tzinfo=UTC)


def notice(name: str, after: int, message: str, *more: dict[str, object]) -> dict[str, object]:
    """A step that writes by e-mail."""
    return {"name": name, "after": f"{after} days", "do": [*more, {"notify": {"message": message, "by": ["email"]}}]}


def policy(*, charging: bool = True) -> Policy:
    """Five steps; with a charging track of four attempts."""
    body: dict[str, object] = {
        "name": "bench",
        "calendar": {"timezone": "customer", "holidays": "customer"},
        "steps": [
            notice("reminder", 3, "friendly"),
            notice("second-reminder", 10, "friendly"),
            notice("dunning", 17, "firm", {"fee": "15.00"}),
            {"name": "call", "after": "24 days", "do": [{"task": {"kind": "call"}}]},
            notice("last-notice", 31, "final"),
        ],
        "end": {"after": "14 days", "then": "close"},
    }
    if charging:
        body["charging"] = {"schedule": ["1 day", "3 days", "7 days", "12 days"], "attempts": 4, "within": "21 days"}
    return Policy.model_validate(body)


def calendar(rules: Policy) -> Calendar:
    """The calendar of a Dutch customer for two years."""
    return calendar_for(
        rules.calendar,
        Customer(id="c", timezone="Europe/Amsterdam", country="NL"),
        creditor_timezone="Europe/Amsterdam",
        creditor_country="NL",
        start=DUE_ON - timedelta(days=60),
        until=DUE_ON + timedelta(days=700),
    )


def invoice(number: int) -> Invoice:
    """One of many invoices."""
    return Invoice(id=f"INV-{number}", currency="EUR", amount=Decimal("250.00"), due_on=DUE_ON)


def customer(number: int) -> Customer:
    """Each invoice has a customer of its own."""
    return Customer(
        id=f"c-{number}", country="NL", timezone="Europe/Amsterdam", locale="nl", email=f"ap{number}@bench.example"
    )


CARD = Method(id="pm_card_insufficient_funds")
