"""An attempt that the provider does not know, though it may have been sent: it is sent again under its own key (C5).

However often the same key arrives, money is taken once. Another attempt, under another key, could take it twice.
"""

from __future__ import annotations

from dunning.agreements import plans
from dunning.case import Case
from dunning.charging.track import network_of
from dunning.effects import Charge
from dunning.parts import AttemptState


def asked_for(case: Case, attempt: AttemptState) -> Case:
    """The case that sends its attempt again at once, if the facts still want it; else the provider is asked later."""
    again = Charge(
        attempt.key, attempt.number, attempt.method, attempt.amount, attempt.by, network_of(case, attempt.method),
        attempt.agent,
    )  # fmt: skip
    if not still_wanted(case, again):
        return case
    why = "the provider does not know it; it is sent again under its own key"
    return case.note("unsettled", attempt.method, "C5", why, method=attempt.method).with_todo(again)


def still_wanted(case: Case, again: Charge) -> bool:
    """Whether this attempt, if it were not made yet, would be made now as it was: amount and method are the key's.

    Nobody is charged what they do not owe any more, under a hold, or by a method that they took away (F1, C6).
    """
    attempt = case.in_flight
    if case.closed or attempt is None or attempt.key != again.key or case.demandable < again.amount:
        return False
    if not any(method.id == again.method and method.status != "finished" for method in case.methods):
        return False
    if again.by == "customer":
        return True
    return case.consent and (_due_by_plan(case, again) if again.by == "plan" else not case.holds)


def _due_by_plan(case: Case, again: Charge) -> bool:
    """The instalment is as open as it was, and nothing but the plan holds the case (A3)."""
    if any(hold.made_by != "plan" for hold in case.holds):
        return False
    return any(part.tried and left >= again.amount for _, part, left in plans.open_parts(case))
