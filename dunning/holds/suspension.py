"""The service that a case stops: announced, given back for a reason, brought back when that is gone (S1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from dunning import thanks
from dunning.case import Case
from dunning.effects import (
    RestoreService,
    SuspendService,
)
from dunning.ladder import running_step
from dunning.parts import Suspension
from dunning.policy import Suspend
from dunning.value import altered

COSTS: Final = "costs"  # why the service was given back: only costs were left (F7)


def by_agreement(case: Case, kind: str) -> Case:
    """The case after a promise or a plan was agreed: the service is given back if the policy says so."""
    suspension = case.suspension
    if suspension is None or kind not in suspension.restore_on:
        return case
    if not suspension.stands:  # given back before; from now on it is this agreement that keeps it so
        return case.evolve(suspension=altered(suspension, given_back_for=kind, brings_back_from=None))
    given_back = altered(suspension, stands=False, given_back_for=kind)
    return case.evolve(suspension=given_back).with_todo(RestoreService(case.next_key("restore")))


def brings_back(case: Case, reason: str, on: date) -> Case:
    """The case whose service stops again on the next allowed day, if it was given back for this reason."""
    suspension = case.suspension
    if suspension is None or suspension.stands or suspension.given_back_for != reason:
        return case
    return case.evolve(suspension=altered(suspension, brings_back_from=on))


def suspended(case: Case, effect: SuspendService) -> Case:
    """The case whose service is stopped, by its step or once more (S1)."""
    action = running_step.action_of(case, effect)
    if not isinstance(action, Suspend):
        restore_on = case.suspension.restore_on if case.suspension else ()
        why = "the reason for giving it back is gone"
        case = case.evolve(suspension=Suspension(restore_on, case.today)).note("suspend", "", "S1", why)
        return thanks.says(case, "service-suspended")
    why = "announced, and the deadline has run out"
    case = case.evolve(suspension=Suspension(action.restore_on, case.today)).note("suspend", "", "S1", why)
    return running_step.one_more(thanks.says(case, "service-suspended"), effect)


def restored(case: Case) -> Case:
    """The service is given back by agreement, which says so before, or at the closing, or with only costs left (F7)."""
    if case.suspension is not None and case.suspension.stands:
        reason = COSTS if case.costs_alone and case.closing is None else "closing"
        case = case.evolve(suspension=altered(case.suspension, stands=False, given_back_for=reason))
    return thanks.says(case.note("restore", "", "S1", "the service is given back"), "service-restored")


def follows_costs(case: Case, at: datetime) -> Case:
    """The case whose service stops again from the next day, where more than costs is owed anew (F7, S1)."""
    suspension = case.suspension
    if suspension is None or suspension.given_back_for != COSTS or case.closed or case.costs_alone or case.settled:
        return case
    if suspension.stands or suspension.brings_back_from is not None:
        return case
    return brings_back(case, COSTS, case.calendar.day(at) + timedelta(days=1))
