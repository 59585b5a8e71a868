"""What a provider answered to an attempt, or to the question what became of it (C2, C4, C5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning.agreements import plans
from dunning.answers import Answer, Approved, Declined, Forbidden, Underway, Unknown, Unseen
from dunning.attempts import sent_again
from dunning.case import Case
from dunning.changes import AttemptForbidden
from dunning.charging import methods
from dunning.charging.track import begun, woken
from dunning.effects import Charge, SettleCharge
from dunning.holds import pending
from dunning.ledger import booking, moments, postings
from dunning.parts import AttemptState, Pending, Posting
from dunning.rulebook.decline import NEVER_ARRIVED
from dunning.value import altered


def charged(case: Case, effect: Charge | SettleCharge, answer: Answer) -> Case:
    """The case after the answer. A fact may have told the end of the attempt before: then the answer is old (P1)."""
    attempt = case.in_flight
    first = isinstance(effect, Charge) and (attempt is None or attempt.key != effect.key)
    if isinstance(effect, Charge) and first:
        if isinstance(answer, Forbidden):
            return forbidden(case, effect, answer)
        case = begun(case, effect)
        case = plans.charged_once(case) if effect.by == "plan" else case
        attempt = case.attempts[-1]
    if attempt is None or attempt.key != effect.key:
        return case
    match answer:
        case Declined():
            looks_first = answer.read.kind == "look_first" and isinstance(effect, Charge)
            return _unsettled(case, attempt, looked=False) if looks_first else _declined(case, attempt, answer)
        case Approved():
            return _approved(methods.after_answer(case, attempt, answer), attempt)
        case Underway():
            return _underway(methods.after_answer(case, attempt, answer), attempt, answer)
        case Unseen() if first or isinstance(effect, SettleCharge):
            return sent_again.asked_for(_unsettled(case, attempt, looked=not first), attempt)
        case Unknown(within=within):
            return _unsettled(case, attempt, looked=not first, within=within)
        case _:
            return _unsettled(case, attempt, looked=not first)


def _unsettled(case: Case, attempt: AttemptState, *, looked: bool, within: timedelta | None = None) -> Case:
    """Nobody knows yet what became of it: the provider is asked, first at once, until `within` this time it is over."""
    if looked:
        return case.evolve(attempts=(*case.attempts[:-1], altered(attempt, asked_at=case.now)))
    why = "the provider's answer is not known"
    if within is not None:
        why += f"; not found by {case.calendar.local(case.now + within):%Y-%m-%d %H:%M}, it was not made"
    return case.note("unsettled", attempt.method, "C5", why, method=attempt.method)


def _approved(case: Case, attempt: AttemptState) -> Case:
    payment = Posting("payment", attempt.key, -attempt.amount, case.now)
    case = moments.money_moves(case, case.now)
    if not postings.knows(case.ledger, attempt.key):
        case = booking.booked(case, payment)
    why = f"attempt {attempt.number} by {attempt.who}"
    case = case.note("charge", "approved", "C2", why, method=attempt.method, amount=attempt.amount)
    return booking.netted(case, payment)


def _declined(case: Case, attempt: AttemptState, answer: Declined) -> Case:
    """The decline on the journal, then what its reading asks for."""
    if answer.code == NEVER_ARRIVED:
        why = "it never reached the provider"
        case = methods.after_answer(case, attempt, answer)
        return case.note("unsettled", attempt.method, "C5", why, method=attempt.method)
    read = answer.read
    why = f"attempt {attempt.number} by {attempt.who}: {read.in_words}"
    case = case.note("charge", answer.code, "C2", why, method=attempt.method, amount=attempt.amount)
    if read.review or not read.known or read.kind == "operator":
        why = f"{read.row}: {read.meaning}" if read.known else f"{answer.code} is in no table of the rule book"
        case = case.note("review", answer.code, "C2", why, method=attempt.method)
    return methods.after_answer(case, attempt, answer)


def _underway(case: Case, attempt: AttemptState, answer: Underway) -> Case:
    case = case.evolve(pending=(*case.pending, Pending(attempt.key, attempt.amount, answer.until)))
    why = f"settles by {answer.until}"
    case = case.note("underway", attempt.method, "P4", why, method=attempt.method, amount=attempt.amount)
    return pending.follow_pending(case, case.now)


def forbidden(case: Case, charge: Charge, answer: Forbidden) -> Case:
    """The case whose method may not be tried now, or never; the next usable one is tried at the same moment.

    A day without banks only moves a debit: it is no reason to charge another method.
    """
    until = _until(case, charge, answer)
    case = methods.barred(case, answer.method, until)
    when = "never" if until is None else f"not before {case.calendar.local(until):%Y-%m-%d %H:%M}"
    why = f"{answer.row}: {answer.why}; {when}"
    case = case.with_change(AttemptForbidden(case.acts, answer.method, case.now, answer.row, answer.why, until))
    if charge.by == "ladder":
        if answer.until_on is not None and until is not None:  # the banks are closed: the attempt moves, by its method
            case = case.evolve(track=woken(case.track, until, answer.method))
        return case.note("forbidden", answer.method, "C4", why, method=answer.method)
    if charge.by == "plan":
        case = plans.charged_once(case)
        return case.note("forbidden", answer.method, "C4", why, method=answer.method)
    return case.note("refused", "attempt", "C4", why, method=answer.method)


def _until(case: Case, charge: Charge, answer: Forbidden) -> datetime | None:
    """The moment from which it may be tried: of a day its first, but the ladder keeps the time of day of its offset."""
    if answer.until_on is None:
        return answer.until
    if charge.by == "ladder":
        return case.calendar.later(case.now, (answer.until_on - case.today).days)
    return case.calendar.start(answer.until_on)
