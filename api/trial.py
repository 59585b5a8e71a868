"""A policy tried on an invoice that is made up: what would happen until its end, if nobody pays or answers.

The rules tell it, in a time that jumps. Nothing is kept, and nobody is written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dunning.journal import TURNING_POINTS, Line
from dunning.policy import Policy
from dunning.ports import CalendarFor
from dunning.records import Customer, CustomerKind
from dunning.scenarios.core_engine import play, stage_of_story
from dunning.scenarios.scenario import Scenario, ScenarioInvoice

_INVOICE: Final = "made-up"
# Whom every channel reaches: what is asked is what the policy would do, not whether anybody can be reached.
_REACHED: Final = Customer(id="nobody", email="debtor@example.com", phone="+31 20 000 00 00", address="somewhere")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """An invoice that is made up; the amount is in major units."""

    amount: Decimal
    currency: str
    due_on: date
    kind: CustomerKind
    country: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What would happen, in order; `balance` is what is open at the end, in minor units, `zone` the debtor's."""

    lines: tuple[Line, ...]
    balance: int
    zone: str


def tried(policy: Policy, made_up: MadeUp, calendar_for: CalendarFor) -> Trial:
    """The whole story of this invoice under this policy, in milliseconds. Raises `MoneyError` and `CalendarError`."""
    invoice = ScenarioInvoice(id=_INVOICE, amount=made_up.amount, currency=made_up.currency, due_on=made_up.due_on)
    customer = _REACHED.model_copy(update={"kind": made_up.kind, "country": made_up.country})
    scenario = Scenario(scenario=policy.name, policy=policy.name, customer=customer, invoices=(invoice,))
    on = stage_of_story(scenario, policy, calendar_for)
    told = play(on, calendar_for, {policy.name: policy}.get)
    lines = told.lines.get(_INVOICE, ())
    shown = tuple(line for line in lines if line.kind in TURNING_POINTS and not line.escalated)
    return Trial(shown, told.finals[_INVOICE].balance, on.calendar.zone)
