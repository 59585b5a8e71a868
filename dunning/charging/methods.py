"""What becomes of a payment method: it waits, waits for its customer, is finished, removed, or added anew (C2)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from dunning.answers import Approved, Declined, Underway
from dunning.case import Case
from dunning.charging.strategies import STRATEGIES
from dunning.charging.track import unlinked, usable_methods, woken
from dunning.messages import MethodAdded, MethodRemoved
from dunning.parts import AttemptState, MethodState
from dunning.purposes import Asker
from dunning.rulebook.decline import NEVER_ARRIVED, Reading
from dunning.value import altered


def after_answer(case: Case, attempt: AttemptState, answer: Approved | Declined | Underway) -> Case:
    """The case after a provider's answer, money not yet booked: method and track follow the kind of the answer (C2)."""
    if isinstance(answer, Declined):
        return _declined(case, attempt, answer)
    return case.evolve(attempts=_with_last(case, altered(attempt, state=answer.kind, asked_at=None)))


def _with_last(case: Case, attempt: AttemptState) -> tuple[AttemptState, ...]:
    """The attempts of the case, of whose last one this is known now."""
    return (*case.attempts[:-1], attempt)


def _declined(case: Case, attempt: AttemptState, answer: Declined) -> Case:
    attempts = _with_last(case, altered(attempt, state="declined", code=answer.code, codes=answer.codes, asked_at=None))
    by_ladder = attempt.by == "ladder"
    if answer.code == NEVER_ARRIVED:
        case = case.evolve(attempts=attempts)
        return _made_again(case, attempt.method) if by_ladder else case
    case = _after(case, attempt, answer.read, attempts)
    charging = case.rules.charging
    return STRATEGIES[case.rules.strategy].declined(case, charging, answer.read) if by_ladder and charging else case


def _after(case: Case, attempt: AttemptState, read: Reading, attempts: tuple[AttemptState, ...]) -> Case:
    match read.kind:
        case "never_again":
            methods = _now(case, attempt.method, "finished")
            return handed_over(case.evolve(attempts=attempts, methods=methods), attempt.by)
        case "ask_customer":
            # Who pays by themselves sees the answer, an instalment has its own reminder; all others get a link.
            due = case.track.link_due_from or (None if attempt.by in {"customer", "plan"} else case.now)
            methods, track = _now(case, attempt.method, "waiting"), altered(case.track, link_due_from=due)
            return case.evolve(attempts=attempts, methods=methods, track=track)
        case "try_later" | "look_first" | "operator":
            methods = _now(case, attempt.method, "usable", not_before=case.now + read.wait)
            return case.evolve(attempts=attempts, methods=methods)


def _made_again(case: Case, method: str) -> Case:
    """An attempt that never reached the provider does not count, and is made again at once (C3, C5)."""
    methods = tuple(altered(m, try_from=case.now) if m.id == method else m for m in case.methods)
    return case.evolve(methods=methods, track=altered(case.track, counted=case.track.counted - 1))


def handed_over(case: Case, by: Asker) -> Case:
    """When the ladder's method is finished, the next usable one is tried at the same moment (C2)."""
    another = by == "ladder" and usable_methods(case, case.now)
    return case.evolve(track=woken(case.track, case.now)) if another else case


def barred(case: Case, method: str, until: datetime | None) -> Case:
    """The case whose method the rule book bars until a moment, or for good (C4)."""
    status: Literal["usable", "finished"] = "finished" if until is None else "usable"
    return case.evolve(methods=_now(case, method, status, not_before=until))


def _now(
    case: Case, method: str, status: Literal["usable", "waiting", "finished"], *, not_before: datetime | None = None
) -> tuple[MethodState, ...]:
    """The methods, with another state of this one; one that is finished stays so until it is added anew."""
    return tuple(
        [
            altered(known, status=status, not_before=not_before)
            if known.id == method and known.status != "finished"
            else known
            for known in case.methods
        ]
    )


def added(case: Case, fact: MethodAdded) -> Case:
    """A method that is added or updated is tried at once, once: its customer has acted and needs no link (C2).

    One that was added before the case opened, or is added when it is closed, is a method on file like any other.
    """
    if _before_opening(case, fact.at):
        return _on_file(case, MethodState(fact.id, fact.network))
    case = case.note("method", fact.id, "C2", "a method was added", method=fact.id)
    wanted = case.rules.charging is not None and case.closed is None
    method = MethodState(fact.id, fact.network, renewed_at=case.now, try_from=case.now if wanted else None)
    return _on_file(case.evolve(track=unlinked(case.track)) if wanted else case, method)


def _on_file(case: Case, method: MethodState) -> Case:
    """The case with a method: one that is known stands where it stood, a new one comes last."""
    if any(known.id == method.id for known in case.methods):
        return case.evolve(methods=tuple(method if known.id == method.id else known for known in case.methods))
    return case.evolve(methods=(*case.methods, method))


def removed(case: Case, fact: MethodRemoved) -> Case:
    """A method that is gone is finished; if it was to be tried at once, it is the schedule's turn again (C2)."""
    if _before_opening(case, fact.at):
        return case.evolve(methods=tuple(known for known in case.methods if known.id != fact.id))
    track = case.track
    if track.at_once_with == fact.id:
        track = altered(track, at_once_from=None, at_once_with=None)
    case = case.note("method", fact.id, "C2", "a method was removed", method=fact.id)
    return case.evolve(methods=_now(case, fact.id, "finished"), track=track)


def _before_opening(case: Case, at: datetime | None) -> bool:
    return at is not None and at < case.opened_at
