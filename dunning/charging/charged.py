"""What a provider answered to an attempt, or to the question what became of it (C2, C5)."""

from __future__ import annotations

from dataclasses import replace

from dunning import arrangements, booking, charging, holds
from dunning.answers import Answer, Approved, Declined, Forbidden, Underway
from dunning.case import Case
from dunning.charging import methods
from dunning.charging.forbidden import forbidden
from dunning.charging.understood import understood
from dunning.effects import Charge, SettleCharge
from dunning.rulebook.decline import NEVER_ARRIVED, Reading
from dunning.state import AttemptState, Pending, Posting


def charged(case: Case, effect: Charge | SettleCharge, answer: Answer) -> Case:
    """The case after the answer. A fact may have told the end of the attempt before: then the answer is old (P1)."""
    if isinstance(effect, Charge):
        if isinstance(answer, Forbidden):
            return forbidden(case, effect, answer)
        case = charging.begun(case, effect)
        case = arrangements.tried(case) if effect.by == "plan" else case
    attempt = case.in_flight
    if attempt is None or attempt.key != effect.key:
        return case
    match answer:
        case Declined() if isinstance(effect, Charge) and understood(case, answer).kind == "look_first":
            return _unsettled(case, attempt, looked=False)
        case Approved():
            return _approved(methods.answered(case, attempt, answer), attempt)
        case Declined():
            return _declined(case, attempt, answer)
        case Underway():
            return _underway(methods.answered(case, attempt, answer), attempt, answer)
        case _:
            return _unsettled(case, attempt, looked=isinstance(effect, SettleCharge))


def _unsettled(case: Case, attempt: AttemptState, *, looked: bool) -> Case:
    """Nobody knows yet what became of it: the provider is asked, first at once."""
    if looked:
        return case.evolve(attempts=(*case.attempts[:-1], replace(attempt, asked_at=case.now)))
    why = "the provider's answer is not known"
    return case.note("unsettled", attempt.method, "C5", why, method=attempt.method)


def _approved(case: Case, attempt: AttemptState) -> Case:
    if not booking.knows(case, attempt.key):
        case = booking.booked(case, Posting("payment", attempt.key, -attempt.amount, case.now))
    why = f"attempt {attempt.number} by {attempt.by}"
    case = case.note("charge", "approved", "C2", why, method=attempt.method, amount=attempt.amount)
    return booking.after_money(booking.netted(case, attempt.key), case.now)


def _declined(case: Case, attempt: AttemptState, answer: Declined) -> Case:
    """The decline on the journal, then what its reading asks for."""
    if answer.code == NEVER_ARRIVED:
        why = "it never reached the provider"
        case = methods.answered(case, attempt, answer)
        return case.note("unsettled", attempt.method, "C5", why, method=attempt.method)
    read = understood(case, answer)
    why = f"attempt {attempt.number} by {attempt.by}: {_in_words(read)}"
    case = case.note("charge", answer.code, "C2", why, method=attempt.method, amount=attempt.amount)
    if read.review or not read.known or read.kind == "operator":
        why = f"{read.row}: {read.meaning}" if read.known else f"{answer.code} is in no table of the rule book"
        case = case.note("review", answer.code, "C2", why, method=attempt.method)
    return methods.answered(case, attempt, answer)


def _in_words(read: Reading) -> str:
    hours = int(read.wait.total_seconds()) // 3600
    waits = f", {hours} hours at least" if hours else ""
    return f"{read.kind.replace('_', ' ')}{waits} ({read.row}: {read.meaning})"


def _underway(case: Case, attempt: AttemptState, answer: Underway) -> Case:
    case = case.evolve(pending=(*case.pending, Pending(attempt.key, attempt.amount, answer.until)))
    why = f"settles by {answer.until}"
    case = case.note("underway", attempt.method, "P4", why, method=attempt.method, amount=attempt.amount)
    return holds.follow_pending(case, case.now)
