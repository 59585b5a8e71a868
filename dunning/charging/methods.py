"""What becomes of a payment method: it waits, waits for its customer, is finished, or is added anew (C2)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from dunning import charging
from dunning.case import Case
from dunning.charging.declines import NEVER_ARRIVED, reading
from dunning.effects import Approved, Declined, Underway
from dunning.state import AttemptState, MethodState, altered


def answered(case: Case, attempt: AttemptState, answer: Approved | Declined | Underway) -> Case:
    """The case after a provider's answer, money not yet booked: method and track follow the kind of the answer (C2)."""
    code = answer.code if isinstance(answer, Declined) else None
    case = case.evolve(attempts=(*case.attempts[:-1], altered(attempt, state=answer.kind, code=code, asked_at=None)))
    return _declined(case, attempt, answer) if isinstance(answer, Declined) else case


def _declined(case: Case, attempt: AttemptState, answer: Declined) -> Case:
    track, by_ladder = case.track, attempt.by == "ladder"
    if answer.code == NEVER_ARRIVED:
        return case.evolve(track=charging.not_made(track, case.now, attempt.method)) if by_ladder else case
    read = reading(answer.code, answer.advice)
    match read.kind:
        case "never_again":
            case = _now(case, attempt.method, "finished")
            another = by_ladder and charging.usable(case, case.now)
            return case.evolve(track=charging.woken(track, case.now)) if another else case
        case "ask_customer":
            # Who pays by himself sees the answer, an instalment has its own reminder; all others get a link.
            due = track.link_due_from or (None if attempt.by in {"customer", "plan"} else case.now)
            return _now(case, attempt.method, "waiting").evolve(track=altered(track, link_due_from=due))
        case "try_later" | "look_first":
            return _now(case, attempt.method, "usable", not_before=case.now + read.wait)


def _now(
    case: Case, method: str, status: Literal["usable", "waiting", "finished"], *, not_before: datetime | None = None
) -> Case:
    """The case with another state of one method."""
    methods = (
        MethodState(known.id, known.network, status, not_before) if known.id == method else known
        for known in case.methods
    )
    return case.evolve(methods=tuple(methods))


def added(case: Case, method: MethodState) -> Case:
    """A method that is added or updated is usable, and tried at once: the customer has acted and needs no link (C2)."""
    is_new = all(known.id != method.id for known in case.methods)
    methods = tuple(method if known.id == method.id else known for known in case.methods)
    case = case.evolve(methods=(*methods, method) if is_new else methods)
    track = charging.woken(charging.unlinked(case.track), case.now, method.id)
    return case.evolve(track=track) if case.policy.charging else case
