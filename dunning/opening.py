"""The opening of a case, and the three ways to change it: tell a fact, ask a request, apply an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from dunning import applying, asking, charging, ladder, lapses, refusing, telling, wishes
from dunning.answers import Answer
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.effects import Effect
from dunning.errors import Refused
from dunning.messages import FACTS, AnyFact, AnyRequest, CustomerRelease, CustomerStop, identity
from dunning.policy import Policy
from dunning.records import Customer, Invoice, Method
from dunning.state import Debt, MethodState, Party, StepState
from dunning.telling import NotApplied


def open_case(
    invoice: Invoice, customer: Customer, methods: tuple[Method, ...], policy: Policy, calendar: Calendar,
    at: datetime, why: str = "",
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


def learn(case: Case, messages: Iterable[tuple[str, dict[str, Any]]], at: datetime) -> Case:
    """The case that has just opened and learns what was told before; a stop that was lifted since is none (H2)."""
    told: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, body in messages:
        told.setdefault(identity(name, body), (name, body))
    lifted = False
    for known, (name, _) in reversed(told.items()):
        if name == CustomerStop.name and lifted:
            case = case.evolve(told=case.told | {known})
        lifted = lifted or name == CustomerRelease.name
    for name, body in told.values():
        case = tell(case, name, body, at)
    return case


def tell(case: Case, name: str, body: dict[str, Any], at: datetime) -> Case:
    """The case after a fact by its public name. What cannot be understood goes to the journal and to a person.

    A message is applied once (P1). One that could not be is remembered by its content alone, so that a corrected one
    with the same id is taken.
    """
    at = max(at, case.now)
    fact = _read(case, name, body)
    known = identity(name, {"not applied": body} if isinstance(fact, NotApplied) else body)
    if known in case.told:
        return case
    case = case.evolve(told=case.told | {known}, now=at)
    if isinstance(fact, NotApplied):
        return telling.not_applied(case, name, fact)
    reached = at if fact.at is None or fact.at > at else max(fact.at, case.opened_at)
    case = lapses.lapsed(case, reached, including=False)
    return wishes.still_wanted(telling.told(case, fact, reached))


def _read(case: Case, name: str, body: dict[str, Any]) -> AnyFact | NotApplied:
    """The fact, or why it is none that this case can take."""
    kind = FACTS.get(name)
    if kind is None:
        return NotApplied("message", "F6", f"no such fact; known: {', '.join(sorted(FACTS))}")
    try:
        fact = kind.model_validate(body)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        why = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong)
        return NotApplied("message", "F6", why)
    return telling.mistake(case, fact) or fact


def refusal(case: Case, request: AnyRequest, at: datetime) -> Refused | None:
    """Why the case refuses this request now, or None; a request told before is answered as then."""
    if _asked_before(case, request):
        return None
    at = max(at, case.now)
    return refusing.refusal(lapses.lapsed(case.evolve(now=at), at, including=False), request, at)


def ask(case: Case, request: AnyRequest, at: datetime) -> Case:
    """The case after a request: changed, or with the refusal on its journal."""
    if _asked_before(case, request):
        return case
    at = max(at, case.now)
    case = lapses.lapsed(case.evolve(now=at), at, including=False)
    refused = refusing.refusal(case, request, at)
    if refused is not None:
        return case.note("refused", request.name, refused.rule, refused.reason)
    case = case.evolve(told=case.told | {_identity(request)})
    return wishes.still_wanted(asking.asked(case, request, at))


def _identity(request: AnyRequest) -> str:
    return identity(request.name, request.model_dump(mode="json", exclude_none=True))


def _asked_before(case: Case, request: AnyRequest) -> bool:
    """A request with an id is one request, however often it reaches us; one without is a new one every time."""
    return bool(getattr(request, "id", None)) and _identity(request) in case.told


def answer(case: Case, effect: Effect, said: Answer, at: datetime) -> Case:
    """The case after the world's answer to an effect."""
    return applying.answered(case if at <= case.now else case.evolve(now=at), effect, said)
