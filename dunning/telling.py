"""Facts: how each one changes the case. None is refused, each is applied once (P1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from dunning import booking, bounces, disputes, holds, ladder, reopening, tasks
from dunning.case import Case
from dunning.charging import methods
from dunning.errors import MoneyError
from dunning.messages import (
    AnyFact,
    Bounced,
    ConsentWithdrawn,
    Contact,
    Credit,
    CustomerRelease,
    CustomerStop,
    Delivered,
    Dispute,
    Escalate,
    InvoiceChanged,
    MethodAdded,
    MethodRemoved,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
)
from dunning.money import minor
from dunning.state import HoldState, MethodState


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A fact that the case cannot take: the kind of the task that it becomes, the rule and the reason."""

    task: Literal["currency", "message"]
    rule: str
    why: str


def mistake(case: Case, fact: AnyFact) -> NotApplied | None:
    """What is wrong with a fact for this case: its currency, or an amount that is none in it (F2)."""
    currency, amount = getattr(fact, "currency", None), getattr(fact, "amount", None)
    if currency is not None and currency != case.invoice.currency:
        return NotApplied("currency", "F2", f"in {currency}, the case is in {case.invoice.currency}")
    try:
        if amount is not None:
            minor(amount, case.invoice.currency)
    except MoneyError as error:
        return NotApplied("message", "F2", str(error))
    return None


def not_applied(case: Case, name: str, found: NotApplied) -> Case:
    """The case that kept a fact on its journal only, and asks a person what to make of it (F2, F6)."""
    case = case.note("unapplied", name, found.rule, found.why)
    return tasks.asks(case, found.task, "collections", tasks.PATIENCE, f"{name}: {found.why}")


def told(case: Case, fact: AnyFact, at: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    """The case after a fact that reached us at `at`."""
    match fact:
        case PaymentReceived():
            return booking.received(case, fact, at)
        case PaymentPending():
            return booking.announced(case, fact, at)
        case PaymentFailed():
            return booking.failed(case, fact, at)
        case PaymentReversed():
            return booking.taken_back(case, fact, at)
        case Credit():
            amount = minor(fact.amount, case.invoice.currency)
            return booking.credited(case, fact.id, amount, at, "P6", "a credit lowers the balance")
        case InvoiceChanged():
            return _changed(case, fact, at)
        case MethodAdded():
            case = case.note("method", fact.id, "C2", "a method was added", method=fact.id)
            return methods.added(case, MethodState(fact.id, fact.network))
        case MethodRemoved():
            return methods.removed(case.note("method", fact.id, "C2", "a method was removed", method=fact.id), fact.id)
        case ConsentWithdrawn():
            return case.evolve(consent=False).note("consent", "withdrawn", "C6", "no more attempts by the ladder")
        case Contact():
            return case.note("contact", "changed", "N2", "the customer's contact data changed")
        case Delivered():
            return bounces.delivered(case, fact)
        case Bounced():
            return bounces.bounced(case, fact)
        case Dispute():
            return disputes.disputed(case, fact, at)
        case Escalate():
            return _escalated(case, fact, at)
        case CustomerStop():
            return _stopped(case, fact, at)
        case CustomerRelease():
            return _released(case, at)
        case _:
            assert_never(fact)


def _changed(case: Case, fact: InvoiceChanged, at: datetime) -> Case:
    due_on = fact.due_on or case.invoice.due_on
    amount = case.invoice.amount if fact.amount is None else minor(fact.amount, case.invoice.currency)
    case = case.evolve(invoice=replace(case.invoice, due_on=due_on, amount=amount))
    case = case.note("invoice", "changed", "T2", f"due {due_on}, amount {case.amount(amount)}")
    case = case if fact.due_on is None else ladder.readied(case)
    if case.closed in {"paid", "credited"} and not case.settled:
        return reopening.reopened(case, at, "P5", "the invoice was raised after it was settled")
    return booking.after_money(case, at)


def _escalated(case: Case, fact: Escalate, at: datetime) -> Case:
    if case.closed or holds.made_by(case, "escalation"):
        return case.note("escalate", fact.queue, "H3", "already with a person, or closed", queue=fact.queue)
    case = holds.held(case, HoldState("escalation", "escalation", at, made_by="escalation"), "H3", "escalated by hand")
    return tasks.asks(case, "escalation", fact.queue, tasks.PATIENCE, "escalated by hand")


def _stopped(case: Case, fact: CustomerStop, at: datetime) -> Case:
    """A stop outlives the case: one that opens again is held again (H2)."""
    if fact.reason in case.stops:
        return case
    case = case.evolve(stops=(*case.stops, fact.reason))
    return case if case.closed else holds.stopped(case, fact.reason, at)


def _released(case: Case, at: datetime) -> Case:
    case = case.evolve(stops=())
    for hold in [hold for hold in case.holds if hold.made_by == "customer"]:
        case = holds.lift_on_day(case, hold, at, "a person lifted the customer's stop")
    return case
