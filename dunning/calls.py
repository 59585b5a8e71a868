"""What came of a call: it answers the task that asked for it, and does what the debtor said on the telephone (M6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dunning import tasks
from dunning.agreements import promises
from dunning.case import Case
from dunning.changes import Called
from dunning.facts import Call, CallResult, Dispute, PaymentPending
from dunning.holds import disputes
from dunning.ledger import payments
from dunning.messages import Promise
from dunning.parts import CallBack, TaskState

CALL: Final = tasks.CALL
QUEUE: Final = "collections"  # of a call that nobody was asked for
NOT_REACHED: Final[frozenset[CallResult]] = frozenset({"voicemail", "no_answer", "wrong_number"})
IN_WORDS: Final[dict[CallResult, str]] = {
    "reached": "the debtor was reached",
    "voicemail": "the voicemail answered",
    "no_answer": "nobody answered",
    "wrong_number": "the number is not the debtor's: it is not used again until it changes",
    "refused": "the debtor did not want to talk",
    "call_back": "the debtor wants to be called back",
    "promised": "the debtor promised to pay",
    "disputed": "the debtor objects",
    "paid": "the debtor says that the money is under way",
}


def called(case: Case, fact: Call, at: datetime) -> Case:
    """The case after a call. The number of a wrong one is the store's to forget; its task stays open (M6)."""
    case = case.note("call", fact.result, "M6", IN_WORDS[fact.result], by=fact.by)
    if fact.result not in NOT_REACHED and at > case.opened_at:
        case = _contacted(case, at)
    task = _task_of(case, fact.task)
    if fact.result != "wrong_number" and task is not None:
        case = tasks.over(case, [task]).note("dispose", task.id, "M6", "a call was made")
    match fact.result:
        case "call_back":
            return _calls_back(case, task, fact)
        case "promised":
            return _promised(case, fact, at)
        case "disputed" if all(known.id != _named(fact, at) for known in case.disputes):
            told = Dispute(id=_named(fact, at), amount=fact.amount, reason=fact.reason or "told on the telephone")
            return disputes.disputed(case, told, at)
        case "paid" if fact.amount is not None and fact.until is not None:
            coming = PaymentPending(id=_named(fact, at), amount=fact.amount, until=fact.until)
            return payments.announced(case, coming, at)
        case _:
            return case


def _contacted(case: Case, at: datetime) -> Case:
    """The debtor was reached: a contact, for this case's spacing and for the customer's limit (T7)."""
    day = case.calendar.day(at)
    return case.evolve(calls=(*case.calls, day)).with_change(Called(len(case.calls) + 1, day))


def _task_of(case: Case, name: str | None) -> TaskState | None:
    """The open task that asked for this call: the one that is named, or else the newest."""
    task = tasks.named(case, name or CALL)
    return task if task is not None and task.kind == CALL and task.purpose == "step" else None


def _calls_back(case: Case, task: TaskState | None, fact: Call) -> Case:
    """The case that asks for the call again, at the moment that the debtor named; none that has ended does."""
    if case.closed or fact.again_at is None:
        return case
    if task is None:
        task = TaskState(CALL, CALL, QUEUE, case.today, tasks.PATIENCE, case.today, "step")
    return case.evolve(call_backs=(*case.call_backs, CallBack(task, fact.again_at)))


def _promised(case: Case, fact: Call, at: datetime) -> Case:
    """A promise on the telephone is held to the same rules; one that stands already, word for word, is that (A1)."""
    terms = case.policy.promise
    if fact.on is None:
        return case
    asked = Promise(id=_named(fact, at), amount=fact.amount, on=fact.on)
    over = case.closed or case.closing or ("settled" if case.settled else None)
    if over is not None:
        return case.note("refused", Promise.name, "S4", f"the case is closed as {over}", by=fact.by)
    if promises.stands(case, asked):
        return case
    why = promises.why_refused(case, asked, at)
    if why is not None or terms is None:
        rule, reason = why or ("O5", "the policy takes no promises")
        return case.note("refused", Promise.name, rule, reason, by=fact.by)
    return promises.made(case, asked, at, terms)


def _named(fact: Call, at: datetime) -> str:
    """The id of what was said; where the caller named none, one by the moment."""
    return fact.id or f"call-{at:%Y%m%dT%H%M%S}"
