"""The heart: what a case does next. A pure function of the case and the moment; nothing here changes a case.

`decide` answers what to do now or until when to wait. `advance` is what the three shells call: it also applies what
needs no world (lapses, skips, the start of a step), so that they only ever see Perform, Wait or Ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Final

from dunning import requested_effects, tasks
from dunning.agreements import lapses
from dunning.case import Case
from dunning.charging import track
from dunning.derived import remembered
from dunning.due import BESIDE, CHARGE, ESCALATE, RUNNING, SETTLE, STEP, Due, Move
from dunning.effects import (
    Decision,
    Effect,
    Ended,
    EscalateTask,
    ExtendCalendar,
    Next,
    Outcome,
    Perform,
    RestoreService,
    SettleCharge,
    SuspendService,
    Wait,
)
from dunning.holds import asked_again
from dunning.ladder import actions, dates, steps
from dunning.ledger import closing, discount, moments
from dunning.notices import absence, beside_the_ladder
from dunning.parts import AttemptState, TaskState

# A provider is asked for an outcome often in the first hour, later so that it is known within an hour of their return.
ASK_AGAIN, ASK_LATER, ASK_OFTEN_FOR = timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)
BESIDE_STEPS: Final[dict[int, Next]] = {
    SETTLE: "answer", CHARGE: "attempt", BESIDE: "notice", ESCALATE: "escalation",
}  # fmt: skip
_AT: Final = attrgetter("at")
AHEAD, RENEWED = timedelta(days=60), timedelta(days=730)  # before its end a pinned calendar is made anew, for so long


def advance(case: Case, now: datetime) -> tuple[Case, Decision]:
    """The case brought up to `now`, and what to do: perform an effect, wait, or nothing for ever."""
    case, decision, _ = follow(case, now, None)
    return case, decision


def follow(case: Case, now: datetime, awaited: Due | None) -> tuple[Case, Decision, Due | None]:
    """As `advance`, and what a case that waits is waiting for: handed in again, it spares a second look at its moment.

    Only for who knows that nothing was told in between.
    """
    woken = lapses.wake(case if case.moved is None else moments.looked_at(case), now)
    decision: Decision | Move
    if awaited is not None and awaited.at == now and woken.lines is case.lines and not woken.todo:
        case, decision, due = woken, _made(woken, awaited), None
    else:
        case = woken
        decision, due = _look(case, now)
    while isinstance(decision, Move):
        case = steps.after_move(case, decision)
        # What goes before a step was not due when it started, so its first action is next.
        first = actions.next_action(case) if decision.do == "start" else None
        decision, due = (_made(case, first), None) if first is not None and first.at <= now else _look(case, now)
    if case.doing is not None and isinstance(decision, Wait):
        # A step that has to wait is under way no more: whether and when it goes on is looked at anew then (F5).
        return follow(case.evolve(doing=None), now, None)
    return case, decision, due


def decide(case: Case, now: datetime) -> Decision | Move:
    """What the case does at `now`, which is not before anything it was told."""
    return _look(case, now)[0]


def _made(case: Case, due: Due) -> Perform | Move:
    what = due.what
    if isinstance(what, Move):
        return what
    return Perform(absence.informed(case, what(case)) if case.absences else what(case))


def _look(case: Case, now: datetime) -> tuple[Decision | Move, Due | None]:
    """What the case does; and if it waits, for what."""
    urgent = _urgent(case)
    if urgent is not None:
        return Perform(urgent), None
    all_due = _due(case, now)
    due = all_due[0] if len(all_due) == 1 else _first(case, all_due, now)
    if due is not None and due.at <= now:
        return _made(case, due), None
    lapse = lapses.next_lapse(case) if case.may_lapse else None
    if case.closed:
        return _after_the_end(case.closed, due, lapse), None
    if due is None or (lapse is not None and lapse[0] < due.at):
        if lapse is None:
            return Wait(None, waits_for(case)), None
        return Wait(lapse[0], waits_for(case), lapses.what_comes(lapse)), None
    beside = BESIDE_STEPS.get(due.rank)
    return Wait(due.at, beside, beside) if beside else _waits_for_step(case, due), due


def _after_the_end(outcome: Outcome, due: Due | None, lapse: lapses.Lapse | None) -> Decision:
    """An ended case waits for an attempt of its own that is under way, and for what it has to say (C5, M2)."""
    if due is not None and due.rank == BESIDE and (lapse is None or due.at <= lapse[0]):
        return Wait(due.at, "a message is to leave", "notice")
    until = due.at if due else lapse[0] if lapse else None
    return Wait(until, "an attempt is in flight", "answer") if until else Ended(outcome)


def _first(case: Case, every: list[Due], now: datetime) -> Due | None:
    """What is done first. Of what may be done at one moment what was due first, however late the case wakes."""
    if not every:
        return None
    first, *later = sorted(every, key=_AT)
    until = max(now, first.at)
    if not later or later[0].at > until:
        return first
    return min((due for due in every if due.at <= until), key=lambda due: (_since(case, due), due.rank))


def _since(case: Case, due: Due) -> datetime:
    """When it was due first: not before the case opened."""
    since = due.at if due.since is None else due.since
    if due.rank in {RUNNING, STEP}:
        since = min(since, steps.due_since(case))
    return max(since, case.opened_at)


def _waits_for_step(case: Case, due: Due) -> Wait:
    index = due.what.step if isinstance(due.what, Move) and due.what.do != "end" else case.current
    name = None if index is None else case.rules.steps[index].name
    return Wait(due.at, waits_for(case, name), step=name)


def waits_for(case: Case, step: str | None = None) -> str:
    """Why nothing happens now, in a few words; the Temporal UI shows them, so none are a person's own (O3).

    `step` is the one that comes then, where it is not the ladder's next but one that comes back.
    """
    if case.closed:
        return str(case.closed)
    if case.holds:
        return "held: " + ", ".join(hold.made_by for hold in case.holds)
    if not case.demands:
        return "too little is demandable"
    if step is None and case.current is not None:
        step = case.rules.steps[case.current].name
    return "the end" if step is None else f"step {step}"


def _urgent(case: Case) -> Effect | None:
    """What is due whatever the calendar says: closing (F3), and effects that a fact or a request called for."""
    if case.closed is None:
        if case.closing is not None:
            return closing.closing(case, case.closing)
        kept_back = discount.earned(case) if case.invoice.discount else None
        if kept_back is not None:
            return kept_back
        if case.settled or (case.costs_alone and case.rules.costs_alone == "waive"):
            return closing.settling(case)
        if case.suspension is not None and case.suspension.stands and case.costs_alone:
            return RestoreService(case.next_key("restore"))
    elif case.closed == "handed-off" and case.settled:
        return closing.settling(case)
    return requested_effects.at_this_moment(case, case.todo[0]) if case.todo else None


def _due(case: Case, now: datetime) -> list[Due]:
    """Everything that has a moment of its own."""
    flight = case.in_flight
    unknown = flight if flight is not None and flight.state == "unknown" else None
    due = [_settles(unknown)] if unknown else []
    if case.thanks:
        due += beside_the_ladder.thanks(case)
    if case.closed:
        return due
    if case.tasks or case.unanswered:
        due += _questions(case)
    if unknown:
        return due  # its end may settle the whole debt: nothing is demanded or tried before it is known (C5)
    if case.plan:
        due += beside_the_ladder.instalments(case)
    demands = case.demands or (case.costs_alone and case.demandable > 0)
    if demands and not case.holds and not (case.unanswered and asked_again.waits(case)):
        _unheld(case, now, due)
    if case.today >= case.calendar.until - AHEAD:
        due.append(Due(case.calendar.start(case.calendar.until - AHEAD), SETTLE, _extends))
    return due


def _unheld(case: Case, now: datetime, due: list[Due]) -> None:
    """Add what a hold would stop. Costs alone below the minimum are not demanded, but come to their end (F4, F7)."""
    if case.demands:
        _demanded(case, due)
    rung = steps.next_rung(case, now)
    if rung is not None:
        due.append(rung)


def _demanded(case: Case, due: list[Due]) -> None:
    """Add what demands beside the ladder."""
    if case.resends:
        due += beside_the_ladder.again(case)
    if case.track.link_due_from is not None:
        due += beside_the_ladder.link(case)
    attempt = track.attempt_due(case) if case.methods and not case.in_flight else None
    if attempt is not None:
        due.append(attempt)
    suspended = case.suspension
    if suspended is not None and suspended.brings_back_from is not None and not case.costs_alone:
        due.append(dates.in_hours(case, case.calendar.start(suspended.brings_back_from), BESIDE, _suspends_again))


def _suspends_again(case: Case) -> Effect:
    return SuspendService(case.next_key("suspend-again"))


def _extends(case: Case) -> Effect:
    return ExtendCalendar(case.key("calendar", case.today), case.today + RENEWED)


def _settles(attempt: AttemptState) -> Due:
    """The provider is asked at once what became of an attempt, and again until they know (C5)."""
    effect = partial(_settle, attempt)
    if attempt.asked_at is None:
        return Due(attempt.at, SETTLE, effect)
    often = attempt.asked_at - attempt.at < ASK_OFTEN_FOR
    return Due(attempt.asked_at + (ASK_AGAIN if often else ASK_LATER), SETTLE, effect)


def _settle(attempt: AttemptState, case: Case) -> Effect:
    network = track.network_of(case, attempt.method)
    return SettleCharge(attempt.key, attempt.number, attempt.method, attempt.amount, network)


def _questions(case: Case) -> list[Due]:
    """What people were asked: answered by a fact meanwhile (F5), or else to be escalated (H6)."""
    answered, escalation = steps.answered(case), _escalation(case) if case.tasks else None
    return [due for due in (answered, escalation) if due is not None]


@remembered("tasks", "calendar")
def _escalation(case: Case) -> Due:
    """The task that is escalated next, at the start of the day after its last day, and again every such time (H6)."""
    task = min(case.tasks, key=attrgetter("last_on"))
    return Due(case.calendar.start(task.last_on + timedelta(days=1)), ESCALATE, partial(_escalate, task))


def _escalate(task: TaskState, case: Case) -> Effect:
    times, last_on = task.escalations + 1, tasks.next_last_on(case, task)
    key = case.key("escalate", task.id, times)
    return EscalateTask(key, task.id, task.kind, task.queue, times, last_on)
