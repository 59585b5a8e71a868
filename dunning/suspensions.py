"""The service that a case stopped: given back for a reason, and brought back when that reason is gone (S1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dunning.case import Case
from dunning.effects import RestoreService


def by_agreement(case: Case, kind: str) -> Case:
    """The case after a promise or a plan was agreed: the service is given back if the policy says so."""
    suspension = case.suspension
    if suspension is None or kind not in suspension.restore_on:
        return case
    if not suspension.stands:  # given back before; from now on it is this agreement that keeps it so
        return case.evolve(suspension=replace(suspension, given_back_for=kind, brings_back_from=None))
    effect = RestoreService(case.key("restore", case.line_count))
    given_back = replace(suspension, stands=False, given_back_for=kind)
    return case.evolve(suspension=given_back, todo=(*case.todo, effect))


def brings_back(case: Case, reason: str, on: date) -> Case:
    """The case whose service stops again on the next allowed day, if it was given back for this reason."""
    suspension = case.suspension
    if suspension is None or suspension.stands or suspension.given_back_for != reason:
        return case
    return case.evolve(suspension=replace(suspension, brings_back_from=on))
