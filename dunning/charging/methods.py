"""What becomes of a payment method: it waits, waits for its customer, is finished, removed, or added anew (C2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

from dunning import charging
from dunning.answers import Approved, Declined, Underway
from dunning.case import Case
from dunning.charging.strategies import STRATEGIES
from dunning.charging.understood import understood
from dunning.rulebook.decline import NEVER_ARRIVED, Reading
from dunning.state import AttemptState, MethodState, altered

WHENEVER: Final = datetime.max.replace(tzinfo=UTC)


def answered(case: Case, attempt: AttemptState, answer: Approved | Declined | Underway) -> Case:
    """The case after a provider's answer, money not yet booked: method and track follow the kind of the answer (C2)."""
    code, codes = (answer.code, answer.codes) if isinstance(answer, Declined) else (None, None)
    known = altered(attempt, state=answer.kind, code=code, codes=codes, asked_at=None)
    case = case.evolve(attempts=(*case.attempts[:-1], known))
    return _declined(case, attempt, answer) if isinstance(answer, Declined) else case


def _declined(case: Case, attempt: AttemptState, answer: Declined) -> Case:
    track, by_ladder = case.track, attempt.by == "ladder"
    if answer.code == NEVER_ARRIVED:
        return case.evolve(track=charging.not_made(track, case.now, attempt.method)) if by_ladder else case
    read = understood(case, answer)
    case = _after(case, attempt, read)
    if by_ladder and case.policy.charging and charging.usable(case, WHENEVER) and case.track.at_once_from is None:
        return STRATEGIES[case.policy.charging.strategy].declined(case, case.policy.charging, read)
    return case


def _after(case: Case, attempt: AttemptState, read: Reading) -> Case:
    match read.kind:
        case "never_again":
            return handed_over(_now(case, attempt.method, "finished"), attempt.by)
        case "ask_customer":
            # Who pays by himself sees the answer, an instalment has its own reminder; all others get a link.
            due = case.track.link_due_from or (None if attempt.by in {"customer", "plan"} else case.now)
            return _now(case, attempt.method, "waiting").evolve(track=altered(case.track, link_due_from=due))
        case "try_later" | "look_first" | "operator":
            return _now(case, attempt.method, "usable", not_before=case.now + read.wait)


def handed_over(case: Case, by: str) -> Case:
    """When the ladder's method is finished, the next usable one is tried at the same moment (C2)."""
    another = by == "ladder" and charging.usable(case, case.now)
    return case.evolve(track=charging.woken(case.track, case.now)) if another else case


def barred(case: Case, method: str, until: datetime | None) -> Case:
    """The case whose method the rule book bars until a moment, or for good (C4)."""
    return _now(case, method, "finished") if until is None else _now(case, method, "usable", not_before=until)


def _now(
    case: Case, method: str, status: Literal["usable", "waiting", "finished"], *, not_before: datetime | None = None
) -> Case:
    """The case with another state of one method; one that is finished stays so until it is added anew."""
    methods = (
        altered(known, status=status, not_before=not_before)
        if known.id == method and known.status != "finished"
        else known
        for known in case.methods
    )
    return case.evolve(methods=tuple(methods))


def added(case: Case, method: MethodState) -> Case:
    """A method that is added or updated is usable, and tried at once: the customer has acted and needs no link (C2)."""
    is_new = all(known.id != method.id for known in case.methods)
    method = altered(method, renewed_at=case.now)
    methods = tuple(method if known.id == method.id else known for known in case.methods)
    case = case.evolve(methods=(*methods, method) if is_new else methods)
    track = charging.woken(charging.unlinked(case.track), case.now, method.id)
    return case.evolve(track=track) if case.policy.charging else case


def removed(case: Case, method: str) -> Case:
    """A method that is gone is finished; if it was to be tried at once, it is the schedule's turn again (C2)."""
    track = case.track
    if track.at_once_with == method:
        track = altered(track, at_once_from=None, at_once_with=None)
    return _now(case, method, "finished").evolve(track=track)
