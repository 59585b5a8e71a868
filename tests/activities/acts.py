"""Builders: one customer, one invoice, and acts of its case, each with a default for everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from temporalio.testing import ActivityEnvironment

from dunning.answers import Answer
from dunning.calendar import Calendar
from dunning.effects import Charge, Effect, SendNotice, SettleCharge
from dunning.journal import Line
from dunning.policy import PerCustomer, Policy
from dunning.ports import Act, Acted, Projection, Written
from dunning.records import Channel, Customer, Invoice
from tests.fakes.process import ProcessDied
from tests.fakes.receivables import FakeReceivables

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
REMINDER = "case:INV-1/step/reminder/0"
ATTEMPT = "case:INV-1/attempt/1"

ACME = Customer(id="c1", name="Acme", email="ap@acme.example", phone="+31201234567", address="Damrak 1, Amsterdam")
INVOICE = Invoice(id="INV-1", currency="EUR", amount=Decimal("100.00"), due_on=date(2026, 2, 28))
CALENDAR = Calendar("UTC", ((AT, 0),), (), date(2027, 12, 31), time(8), time(20), "workdays")
POLICY = Policy.model_validate(
    {
        "name": "reminders",
        "steps": [
            {"name": "reminder", "after": "3 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}
        ],
    }
)


def store_with(customer: Customer = ACME, invoice: Invoice = INVOICE) -> FakeReceivables:
    store = FakeReceivables(POLICY, CALENDAR)
    store.register(invoice, customer)
    return store


def act(
    effect: Effect,
    *,
    at: datetime = AT,
    seen: int = 0,
    assumed: Answer | None = None,
    expected: Written | None = None,
) -> Act:
    return Act(INVOICE.id, effect, at, at.date(), seen, assumed=assumed, expected=expected)


def notice(
    *by: Channel, first: bool = False, key: str = REMINDER, cap: PerCustomer | None = None, seen: int = 0
) -> Act:
    return act(SendNotice(key, "reminder", "friendly", by or ("email",), first, 10_000, cap=cap), seen=seen)


def charge(method: str = "pm_card_ok", *, amount: int = 10_000, key: str = ATTEMPT, seen: int = 0) -> Act:
    return act(Charge(key, 1, method, amount, "ladder"), seen=seen)


def settle(method: str = "pm_card_ok", *, at: datetime = AT, amount: int = 10_000, seen: int = 0) -> Act:
    return act(SettleCharge(ATTEMPT, 1, method, amount), at=at, seen=seen)


def written(*values: str, stage: str = "reminder") -> Written:
    lines = tuple(Line(n, AT, "notice", value, "N1", "the step's day") for n, value in enumerate(values, start=1))
    return Written(lines, Projection(stage, "reminders", 10_000, 10_000, None, None))


async def done(activity: Callable[..., Awaitable[Acted]], *arguments: Any, tries: int = 1) -> Acted:
    """Run an activity as a worker does, for the `tries`-th time in a row."""
    worker = ActivityEnvironment()
    worker.info = replace(worker.info, attempt=tries)
    return await worker.run(activity, *arguments)


async def done_again_after_death(activity: Callable[..., Awaitable[Acted]], *arguments: Any) -> Acted:
    """Run an activity until the process dies, and then as Temporal does: again."""
    try:
        await done(activity, *arguments)
    except ProcessDied:
        return await done(activity, *arguments)
    raise AssertionError("the process should have died")
