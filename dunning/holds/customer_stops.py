"""Stops of a customer: every case of theirs is held until a person lifts them (H2)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.holds import holds
from dunning.messages import CustomerStop
from dunning.parts import HoldState


def held_by_stop(case: Case, reason: str, at: datetime) -> Case:
    """The case held by a stop of the customer, once for each reason (H2)."""
    if any(hold.made_by == "customer" and hold.reason == reason for hold in case.holds):
        return case
    hold = HoldState(f"stop-{reason}", reason, at, made_by="customer")
    return holds.held(case, hold, "H2", "every case of the customer stops")


def stopped(case: Case, fact: CustomerStop, at: datetime) -> Case:
    """A stop outlives the case: one that opens again is held again (H2)."""
    if fact.reason in case.stops:
        return case
    case = case.evolve(stops=(*case.stops, fact.reason))
    return case if case.closed else held_by_stop(case, fact.reason, at)


def released(case: Case, at: datetime) -> Case:
    """The case without its customer's stops (H2)."""
    case = case.evolve(stops=())
    for hold in [hold for hold in case.holds if hold.made_by == "customer"]:
        case = holds.lift_on_day(case, hold, at, "a person lifted the customer's stop")
    return case
