"""What the world answered to an effect, and how it changes the case. An effect is done when its answer is applied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from dunning import booking, charging, reopening, rung, tasks
from dunning.answers import Account, Answer, CalendarMade, Deferred, PolicyLoaded, Stale
from dunning.case import Case
from dunning.charging.charged import charged
from dunning.effects import (
    BookFee,
    BookWriteOff,
    Charge,
    CloseCase,
    Effect,
    EscalateTask,
    ExtendCalendar,
    HandOffDebt,
    LoadPolicy,
    LookUpAccount,
    OpenTask,
    ReportToAgency,
    RestoreService,
    SendNotice,
    SettleCharge,
    SuspendService,
)
from dunning.noticed import deferred, noticed
from dunning.policy import Suspend, Task
from dunning.state import Posting, Suspension, TaskState, altered
from dunning.takeover import taken_over


def answered(case: Case, effect: Effect, answer: Answer) -> Case:
    """The case after an effect's answer; `Stale` is the shell's to unpack into facts."""
    if isinstance(answer, Stale):
        return case
    if case.todo and case.todo[0].key == effect.key:
        case = case.evolve(todo=case.todo[1:])
    return _apply(case, effect, answer)


def _apply(case: Case, effect: Effect, answer: Answer) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    match effect:
        case SendNotice():
            return noticed(case, effect, answer)
        case BookFee():
            return deferred(case, effect, answer) if isinstance(answer, Deferred) else _fee(case, effect)
        case BookWriteOff():
            return _written_off(case, effect)
        case OpenTask():
            return _task_opened(case, effect)
        case EscalateTask():
            return _escalated(case, effect)
        case SuspendService():
            return _suspended(case, effect)
        case RestoreService():
            return _restored(case)
        case HandOffDebt():
            case = rung.one_more(case, effect).evolve(closing="handed-off", agency=effect.agency)
            return case.note("hand_off", effect.agency, "S3", "the debt goes to an agency", amount=effect.amount)
        case ReportToAgency():
            return case.note("report", effect.agency, "P7", "the agency is told what is left", amount=effect.balance)
        case Charge() | SettleCharge():
            return charged(case, effect, answer)
        case LookUpAccount():
            return case.evolve(account=answer, account_at=case.now) if isinstance(answer, Account) else case
        case LoadPolicy():
            return taken_over(case, effect, answer) if isinstance(answer, PolicyLoaded) else case
        case ExtendCalendar():
            return case.evolve(calendar=answer.calendar) if isinstance(answer, CalendarMade) else case
        case CloseCase():
            return _closed(case, effect)
        case _:
            assert_never(effect)


def _fee(case: Case, effect: BookFee) -> Case:
    case = booking.booked(case, Posting("fee", effect.key, effect.amount, case.now))
    shown, why = case.amount(effect.amount), "the step books a fee"
    return rung.one_more(case.note("fee", shown, "N4", why, amount=effect.amount, step=effect.step), effect)


def _task_opened(case: Case, effect: OpenTask) -> Case:
    """A step's own task joins the open ones; those of a fact or a hold were put there by it."""
    if effect.about == tasks.OVERPAYMENT:
        return case.note("overpaid", effect.note.partition(" ")[0], "P3", f"a person is asked by {effect.last_on}")
    case = case.note("task", effect.about, "H6", f"a person is asked by {effect.last_on}", queue=effect.queue)
    action = rung.action_of(case, effect)
    if not isinstance(action, Task):
        return case
    task = TaskState(effect.task, effect.about, effect.queue, case.today, action.within, effect.last_on, effect.note)
    case = case.evolve(tasks=(*case.tasks, task), tasks_opened=case.tasks_opened + 1)
    return rung.one_more(case, effect)


def _written_off(case: Case, effect: BookWriteOff) -> Case:
    case = booking.booked(case, Posting("write_off", effect.key, -effect.amount, case.now))
    case = case.note("write_off", case.amount(effect.amount), "H5", effect.reason, by=effect.by, amount=effect.amount)
    within_tolerance = effect.by == "policy" and effect.key.endswith("/rest")
    return case if within_tolerance else case.evolve(closing="written-off", doing=None)


def _escalated(case: Case, effect: EscalateTask) -> Case:
    later = tuple(
        altered(t, escalations=effect.times, last_on=effect.last_on) if t.id == effect.task else t for t in case.tasks
    )
    why = f"nobody answered in time, escalated {effect.times} times"
    return case.evolve(tasks=later).note("task", effect.about, "H6", why, queue=effect.queue, escalated=True)


def _suspended(case: Case, effect: SuspendService) -> Case:
    action = rung.action_of(case, effect)
    if not isinstance(action, Suspend):
        restore_on = case.suspension.restore_on if case.suspension else ()
        why = "the reason for giving it back is gone"
        return case.evolve(suspension=Suspension(restore_on)).note("suspend", "", "S1", why)
    why = "announced, and the deadline has run out"
    case = case.evolve(suspension=Suspension(action.restore_on)).note("suspend", "", "S1", why)
    return rung.one_more(case, effect)


def _restored(case: Case) -> Case:
    """The service is given back by agreement, which says so before, or at the closing."""
    if case.suspension is not None and case.suspension.stands:
        case = case.evolve(suspension=altered(case.suspension, stands=False, given_back_for="closing"))
    return case.note("restore", "", "S1", "the service is given back")


def _closed(case: Case, effect: CloseCase) -> Case:
    at: datetime = case.now
    # The day of the closing itself is chased, so the pause begins just after (S5).
    paused = case.paused if case.holds else (*case.paused, (at + timedelta(microseconds=1), None))
    case = case.evolve(
        closed=effect.outcome, closing=effect.outcome, closed_at=at, holds=(), tasks=(), doing=None, resends=(),
        promise=None, plan=None, paused=paused, track=charging.unlinked(case.track),
        todo=tuple(owed for owed in case.todo if _outlives(owed)),
    )  # fmt: skip
    paid = effect.outcome in {"paid", "credited"}
    case = case.note("closed", effect.outcome, "F3" if paid else "S4", _what_is_left(case))
    if paid and not case.settled:
        return reopening.reopened(case, at, "P5", "a payment was taken back at the moment of closing")
    return tasks.asks_about_overpayment(case)


def _outlives(effect: Effect) -> bool:
    """What is told to the agency, or asked about a message that nobody understood, does not end with the case."""
    if isinstance(effect, OpenTask):
        return effect.about in {"currency", "message", tasks.OVERPAYMENT}
    return isinstance(effect, ReportToAgency)


def _what_is_left(case: Case) -> str:
    left = case.balance
    if left < 0:
        return f"{case.amount(-left)} was paid too much and is the customer's credit"
    return f"{case.amount(left)} is left" if left else "nothing is left"
