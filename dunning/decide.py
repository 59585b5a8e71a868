"""The heart: what a case does next. A pure function of the case and the moment; nothing here changes a case.

`decide` answers what to do now or until when to wait. `advance` is what the three shells call: it also applies what
needs no world (lapses, skips, the start of a step), so that they only ever see Perform, Wait or Ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from dunning import acting, charging, ending, ladder, lapses, side_notices, stepping, tasks, wishes
from dunning.case import Case
from dunning.due import BESIDE, CHARGE, ESCALATE, SETTLE, STEP, Due, Move
from dunning.effects import (
    Decision,
    Effect,
    Ended,
    EscalateTask,
    ExtendCalendar,
    Perform,
    SettleCharge,
    SuspendService,
    Wait,
)
from dunning.state import AttemptState, TaskState

ASK_AGAIN, ASK_LATER = timedelta(minutes=15), timedelta(hours=1)  # how often a provider is asked for an outcome (C5)
BESIDE_STEPS = {SETTLE: "answer", CHARGE: "attempt", BESIDE: "notice", ESCALATE: "escalation"}  # awaited, no step
SAME_AT_ITS_MOMENT = {CHARGE, STEP}  # what is made of it does not depend on the day on which it is made
_FIRST = itemgetter(0, 1)  # by moment, then by rank
AHEAD, RENEWED = timedelta(days=60), timedelta(days=730)  # before its end a pinned calendar is made anew, for so long


def advance(case: Case, now: datetime) -> tuple[Case, Decision]:
    """The case brought up to `now`, and what to do: perform an effect, wait, or nothing for ever."""
    case, decision, _ = follow(case, now, None)
    return case, decision


def follow(case: Case, now: datetime, awaited: Due | None) -> tuple[Case, Decision, Due | None]:
    """As `advance`, and what a case that waits is waiting for: handed in again, it spares a second look at its moment.

    Only for who knows that nothing was told in between.
    """
    woken = lapses.wake(case, now)
    decision: Decision | Move
    if awaited is not None and awaited.at == now and woken.lines is case.lines:
        case, decision, due = woken, _made(awaited), None
    else:
        case, (decision, due) = woken, _look(woken, now)
    while isinstance(decision, Move):
        case = stepping.moved(case, decision)
        # What goes before a step was not due when it started, so its first action is next.
        first = acting.next_action(case, decision.step) if decision.do == "start" else None
        decision, due = (_made(first), None) if first is not None and first.at <= now else _look(case, now)
    return case, decision, due


def decide(case: Case, now: datetime) -> Decision | Move:
    """What the case does at `now`, which is not before anything it was told."""
    return _look(case, now)[0]


def _made(due: Due) -> Perform | Move:
    what = due.what()
    return what if isinstance(what, Move) else Perform(what)


def _look(case: Case, now: datetime) -> tuple[Decision | Move, Due | None]:
    """What the case does; if it waits, for what, where that is the same whenever it is made."""
    urgent = _urgent(case)
    if urgent is not None:
        return Perform(urgent), None
    due = _first(_due(case, now))
    if due is not None and due.at <= now:
        return _made(due), None
    lapse = lapses.next_lapse(case)
    if case.closed:
        until = due.at if due else lapse[0] if lapse else None
        return Wait(until, "an attempt is in flight") if until else Ended(case.closed), None
    return _waits(case, due, lapse)


def _waits(case: Case, due: Due | None, lapse: lapses.Lapse | None) -> tuple[Wait, Due | None]:
    if due is None or (lapse is not None and lapse[0] < due.at):
        return Wait(lapse[0] if lapse else None, waits_for(case)), None
    why = BESIDE_STEPS.get(due.rank) or waits_for(case)
    return Wait(due.at, why), due if due.rank in SAME_AT_ITS_MOMENT else None


def _first(due: list[Due]) -> Due | None:
    return due[0] if len(due) == 1 else min(due, key=_FIRST, default=None)


def waits_for(case: Case) -> str:
    """Why nothing happens now, in a few words; the Temporal UI shows them, so none are a person's own (O3)."""
    if case.closed:
        return str(case.closed)
    if case.holds:
        return "held: " + ", ".join(hold.made_by for hold in case.holds)
    if not case.demands:
        return "too little is demandable"
    index = case.current
    return "the end" if index is None else f"step {case.policy.steps[index].name}"


def _urgent(case: Case) -> Effect | None:
    """What is due whatever the calendar says: closing (F3), and effects that a fact or a request called for."""
    if case.closed is None:
        if case.closing is not None:
            return ending.closing(case, case.closing)
        if case.settled:
            return ending.settling(case)
    return wishes.at_this_moment(case, case.todo[0]) if case.todo else None


def _due(case: Case, now: datetime) -> list[Due]:
    """Everything that has a moment of its own."""
    flight = case.in_flight
    unknown = flight if flight is not None and flight.state == "unknown" else None
    due = [_settles(case, unknown)] if unknown else []
    if case.closed:
        return due
    due += [_escalation(case, task) for task in case.tasks]
    if unknown:
        return due  # its end may settle the whole debt: nothing is demanded or tried before it is known (C5)
    if case.plan:
        due += side_notices.instalments(case)
    if not case.holds and case.demands:
        due += _unheld(case, now)
    if case.calendar.until - case.today <= AHEAD:
        due.append(Due(case.now, SETTLE, partial(_extends, case)))
    return due


def _extends(case: Case) -> Effect:
    return ExtendCalendar(case.key("calendar", case.today), case.today + RENEWED)


def _settles(case: Case, attempt: AttemptState) -> Due:
    """The provider is asked at once what became of an attempt, and again until he knows (C5)."""
    effect = partial(_settle, case, attempt)
    if attempt.asked_at is None:
        return Due(case.now, SETTLE, effect)
    often = attempt.asked_at - attempt.at < ASK_LATER
    return Due(attempt.asked_at + (ASK_AGAIN if often else ASK_LATER), SETTLE, effect)


def _settle(case: Case, attempt: AttemptState) -> Effect:
    network = charging.network_of(case, attempt.method)
    return SettleCharge(attempt.key, attempt.number, attempt.method, attempt.amount, network)


def _unheld(case: Case, now: datetime) -> list[Due]:
    due = side_notices.again(case) if case.resends else []
    if case.track.link_due_from is not None:
        due += side_notices.link(case)
    attempt_at = None if case.in_flight else charging.attempt_due(case)
    if attempt_at is not None:
        due.append(Due(attempt_at, CHARGE, partial(charging.ladder_charge, case, attempt_at)))
    suspension = case.suspension
    if suspension is not None and suspension.brings_back_from is not None:
        at = ladder.contact_allowed(case, case.calendar.start(suspension.brings_back_from), spaced=False)
        due.append(Due(at, BESIDE, lambda: SuspendService(case.key("suspend-again", case.line_count))))
    rung = stepping.next_rung(case, now)
    if rung is not None:
        due.append(rung)
    return due


def _escalation(case: Case, task: TaskState) -> Due:
    """A task is escalated at the start of the day after its last day, and again every such time (H6)."""
    return Due(case.calendar.start(task.last_on + timedelta(days=1)), ESCALATE, partial(_escalate, case, task))


def _escalate(case: Case, task: TaskState) -> Effect:
    times, last_on = task.escalations + 1, tasks.next_last_on(case, task)
    key = case.key("escalate", task.id, times)
    return EscalateTask(key, task.id, task.kind, task.queue, times, last_on)
