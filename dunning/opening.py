"""The opening of a case, and the three ways to change it: tell a fact, ask a request, apply an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from dunning import answers, asking, charging, ladder, lapses, telling
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.effects import Answer, Effect
from dunning.errors import Refused
from dunning.messages import FACTS, Fact, Message, Request, identity
from dunning.policy import Policy
from dunning.records import Customer, Invoice, Method
from dunning.state import Debt, MethodState, Party, StepState


def open_case(
    invoice: Invoice, customer: Customer, methods: tuple[Method, ...], policy: Policy, calendar: Calendar, at: datetime, why: str = "",
) -> Case:  # fmt: skip
    """A case as it opens at `at`: the policy and its calendar pinned (O2), the entry chosen (T6)."""
    debt = Debt(invoice.id, invoice.currency, invoice.minor, invoice.due_on, invoice.tags)
    party = Party(customer.id, customer.kind, customer.country, customer.segment, customer.locale, customer.tags)
    case = Case(
        invoice=debt, party=party, policy=policy, calendar=calendar, opened_at=at, now=at,
        track=charging.first_track(policy.charging, invoice, calendar, at),
        steps=(StepState(),) * len(policy.steps),
        methods=tuple(MethodState(method.id, method.network) for method in methods),
    )  # fmt: skip
    return ladder.enter(case.note("opened", policy.name, "O2", why or "the policy is pinned by its content"))


def tell(case: Case, name: str, body: dict[str, Any], at: datetime) -> Case:
    """The case after a fact by its public name. What cannot be understood goes to the journal and to a person."""
    known = identity(name, body)
    if known in case.told:
        return case
    case = case.evolve(told=case.told | {known}, now=max(at, case.now))
    kind = FACTS.get(name)
    if kind is None:
        return _unreadable(case, name, f"no such fact; known: {', '.join(sorted(FACTS))}")
    try:
        fact = kind.model_validate(body)
    except ValidationError as error:
        return _unreadable(
            case,
            name,
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)),
        )
    return tell_fact(case, fact, at)


def tell_fact(case: Case, fact: Fact, at: datetime) -> Case:
    """The case after a fact that is told at `at`, and reached us at `fact.at` if that was earlier (F2, T3)."""
    at = max(at, case.now)
    reached = _reached(case, fact, at)
    case = lapses.lapsed(case.evolve(now=at), reached, including=False)
    return telling.told(case, fact, reached)


def refusal(case: Case, request: Request, at: datetime) -> Refused | None:
    """Why the case refuses this request now, or None; a request told before is answered as then."""
    if identity(request.name, request.model_dump(mode="json", exclude_none=True)) in case.told and getattr(
        request, "id", None
    ):
        return None
    at = max(at, case.now)
    return asking.refusal(lapses.lapsed(case.evolve(now=at), at, including=False), request, at)


def ask(case: Case, request: Request, at: datetime) -> Case:
    """The case after a request: changed, or with the refusal on its journal."""
    known = identity(request.name, request.model_dump(mode="json", exclude_none=True))
    if known in case.told and getattr(request, "id", None):
        return case
    at = max(at, case.now)
    case = lapses.lapsed(case.evolve(now=at), at, including=False)
    refused = asking.refusal(case, request, at)
    if refused is not None:
        return case.note("refused", request.name, refused.rule, refused.reason)
    return asking.asked(case.evolve(told=case.told | {known}), request, at)


def answer(case: Case, effect: Effect, said: Answer, at: datetime) -> Case:
    """The case after the world's answer to an effect."""
    return answers.answered(case.evolve(now=max(at, case.now)), effect, said)


def _reached(case: Case, message: Message, at: datetime) -> datetime:
    if message.at is None or message.at > at:
        return at
    return max(message.at, case.opened_at)


def _unreadable(case: Case, name: str, why: str) -> Case:
    case = case.note("unreadable", name, "F6", why)
    return case if case.closed else telling.asks(case, "message", "collections", telling.PATIENCE, f"{name}: {why}")
