"""Builders for the store's tests: a default for everything, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.calendars import creditors_calendars
from dunning import snapshot
from dunning.answers import Answer, Declined, Done
from dunning.changes import Change
from dunning.effects import BookFee, Charge, Effect, Outcome, SendNotice, SettleCharge
from dunning.journal import Line
from dunning.policy import PerCustomer, Policy
from dunning.ports import Act, Projection, Written
from dunning.records import Channel, Customer, Invoice, Method
from dunning.rulebook.decline import Codes
from dunning.rulebook.reading import read
from dunning.span import Span
from tests.dunning.cases import a_case

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def days_later(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def policy(name: str = "plain", **more: Any) -> Policy:
    steps = [{"name": "reminder", "after": "3 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}]
    return Policy.model_validate({"name": name, "steps": steps, **more})


calendar = creditors_calendars("Europe/Amsterdam", "NL")


def customer(id: str = "c1", **more: Any) -> Customer:  # noqa: A002 - the record's own name for it
    known = {"country": "NL", "timezone": "Europe/Amsterdam", "email": f"{id}@example.com", **more}
    return Customer.model_validate({"id": id, **known})


def invoice(id: str = "INV-1", **more: Any) -> Invoice:  # noqa: A002 - the record's own name for it
    known = {"currency": "EUR", "amount": "100.00", "due_on": "2026-02-28", **more}
    return Invoice.model_validate({"id": id, **known})


def method(id: str = "card") -> Method:  # noqa: A002 - the record's own name for it
    return Method(id=id, network="visa", brand="Visa", last4="4242")


def notice(
    step: str = "reminder",
    *,
    of: str = "INV-1",
    by: tuple[Channel, ...] = ("email",),
    first: bool = False,
    cap: tuple[int, int] | None = None,
    **more: Any,
) -> SendNotice:
    limit = PerCustomer(notices=cap[0], within=Span(cap[1], "days")) if cap else None
    return SendNotice(f"case:{of}/step/{step}/0", step, "friendly", by, first, 100_00, cap=limit, **more)


def charge(attempt: int = 1, *, of: str = "INV-1", amount: int = 100_00) -> Charge:
    return Charge(f"case:{of}/attempt/{attempt}", attempt, "card", amount, "ladder")


def a_decline(code: str, advice: str | None = None, at: datetime = MONDAY) -> Declined:
    """A provider's no to a charge of that moment, read as the activity reads it."""
    return Declined("card", code, read("visa", Codes(code, advice), at.date()), advice)


def settling(charge: Charge) -> SettleCharge:
    return SettleCharge(charge.key, charge.attempt, charge.method, charge.amount)


def fee(of: str = "INV-1", amount: int = 15_00, number: int = 0) -> BookFee:
    return BookFee(f"case:{of}/step/fee/{number}", "fee", amount)


def line(number: int, kind: str = "notice", value: str = "friendly", **more: Any) -> Line:
    return Line(number, MONDAY, kind, value, more.pop("rule", "N1"), "the step's day", **more)


def a_closed_case(*methods: str) -> str:
    """A whole case as it is kept at its end."""
    return snapshot.dump(a_case(methods=methods).evolve(closed="paid"))


def written(
    *lines: Line,
    balance: int = 100_00,
    outcome: Outcome | None = None,
    state: str | None = None,
    changes: Sequence[Change] = (),
    **more: Any,
) -> Written:
    shown = {"stage": "reminder", "policy": "plain", "next_step": None, "next_at": None, **more}
    return Written(
        lines, Projection(balance=balance, demandable=balance, outcome=outcome, **shown), state, tuple(changes)
    )


def act(
    effect: Effect | None = None,
    *,
    of: str = "INV-1",
    at: datetime = MONDAY,
    day: date | None = None,
    seen: int = 0,
    lines: Sequence[Line] = (),
    changes: Sequence[Change] = (),
    assumed: Answer | None = None,
    expected: Written | None = None,
) -> Act:
    return Act(of, effect or fee(of), at, day or at.date(), seen, tuple(lines), tuple(changes), assumed, expected)


def done(effect: Effect, **more: Any) -> Act:
    """An act that is assumed to end well."""
    return act(effect, assumed=Done(), expected=written(line(1)), **more)
