"""Attempts that a person makes: an agent, or the customer himself. They do not move the ladder's own (C3)."""

from __future__ import annotations

from dunning.case import Case
from dunning.charging import track
from dunning.effects import Charge
from dunning.errors import RefusalReason
from dunning.messages import Attempt
from dunning.parts import MethodState
from dunning.purposes import Asker
from dunning.requests import CUSTOMER


def why_refused(case: Case, request: Attempt) -> RefusalReason | None:
    """Why an attempt is refused, or None. The customer may pay whatever holds the ladder, an agent may not (C6)."""
    if case.in_flight or any(isinstance(effect, Charge) for effect in case.todo):
        return ("C5", "an attempt is in flight")
    if case.demandable <= 0:
        return ("F4", "nothing is demandable")
    if request.by != CUSTOMER and case.holds:
        return ("C6", f"a hold stands: {case.holds[0].reason}")
    if request.by != CUSTOMER and not case.consent:
        return ("C6", "the customer withdrew consent")
    if _method(case, request) is None:
        known = ", ".join(f"{method.id} is {method.status}" for method in case.methods) or "no method is known"
        return ("C2", f"{request.method or 'no method'} cannot be tried now: {known}")
    return None


def _method(case: Case, request: Attempt) -> MethodState | None:
    """The method named, or the first that may be tried: by the customer also one that waits for them (C2)."""
    open_to = track.usable_methods(case, case.now)
    if request.by == CUSTOMER:
        open_to += [method for method in case.methods if method.status != "finished" and method not in open_to]
    return next((method for method in open_to if request.method in {None, method.id}), None)


def attempted(case: Case, request: Attempt) -> Case:
    """The case that makes the attempt at once."""
    method = _method(case, request)
    chosen = None if method is None else method.id
    by: Asker = "customer" if request.by == CUSTOMER else "agent"
    agent = request.by if by == "agent" else None
    charge = track.next_charge(case, amount=case.demandable, by=by, agent=agent, method=chosen, at=case.now)
    return case if charge is None else case.with_todo(charge)
