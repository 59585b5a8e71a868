"""The next step of the ladder: when it may begin, and what the case does itself before anything leaves (F5, H4, N4)."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from dunning import tasks
from dunning.case import Case
from dunning.derived import remembered
from dunning.due import SETTLE, STEP, Due, Move
from dunning.effects import LookUpAccount
from dunning.ladder import actions, costs_alone, dates, end, progress, running_step, turns
from dunning.ladder.condition_values import looking_into
from dunning.policy.conditions import BY_TIME, Conditions
from dunning.value import altered


def next_rung(case: Case, now: datetime) -> Due | None:
    """The next step of the ladder, the next time of one that comes back, or the end; None while a person or a notice's
    delivery is waited for.
    """
    running = None if case.doing is None else actions.next_action(case)
    if running is not None:
        return running
    due = end.end(case) if case.current is None else _next_step(case, case.current, now)
    again = None if case.coming_back is None else _next_time(case, case.coming_back, now)
    if due is None or again is None:
        return due or again
    return again if again.at <= due.at else due  # it comes before the following step is ready, or is over then (T8)


def _next_step(case: Case, index: int, now: datetime) -> Due | None:
    if case.costs_alone:
        skip = costs_alone.skipped(case, index, dates.next_ready_at(case) or dates.opens_at(case, index))
        if skip is not None:
            return skip
    due = _unconditional(case)
    if due is not None:
        return due if due.at >= case.now else Due(case.calendar.contact_from(case.now), STEP, due.what)
    ready = dates.next_ready_at(case)
    return _never_served(case, index) if ready is None else _begins(case, index, ready, now)


def due_since(case: Case) -> datetime:
    """When the next step, the one that is under way or the end was due first, if nothing but days decided."""
    index = case.current if case.doing is None else case.doing
    if index is None:
        return end.starts_at(case)
    if index == case.coming_back:
        return _first_at(case, index, dates.again_at(case, index))
    return _first_at(case, index, dates.next_ready_at(case) or dates.opens_at(case, index))


def _first_at(case: Case, index: int, ready: datetime) -> datetime:
    """When a step may be done, however late it is by now."""
    return case.calendar.contact_from(dates.may_be_done_at(case, index, ready))


@remembered(
    "steps", "notices", "calls", "served_by_hand", "invoice", "policy", "calendar", "resume_on", "suspension", "outage"
)  # fmt: skip
def _unconditional(case: Case) -> Due | None:
    """The next step and its moment, if nothing but days decides; None while a notice's delivery is waited for."""
    index = case.current or 0
    step, ready = case.rules.steps[index], dates.next_ready_at(case)
    if ready is None or step.when is not None or step.approval:
        return None
    return Due(_first_at(case, index, ready), STEP, Move(index, "start"))


def _next_time(case: Case, index: int, now: datetime) -> Due | None:
    """The next time of a step that comes back, before the following step is ready; from then on it is over (T8)."""
    ready, until = dates.again_at(case, index), dates.comes_back_until(case, index)
    due = None
    if until is None or until > now:
        alone = costs_alone.skipped(case, index, ready) if case.costs_alone else None
        due = _begins(case, index, ready, now) if alone is None else alone
    if until is None or (due is not None and due.at < until):
        return None if due is None else altered(due, since=min(due.at, _first_at(case, index, ready)))
    following = "the end" if case.current is None else case.rules.steps[case.current].name
    return Due(max(until, case.now), STEP, Move(index, "over", f"{following} comes next"), until)


def _begins(case: Case, index: int, ready: datetime, now: datetime) -> Due | None:
    """The moment of a step, and what comes first where it has a condition or needs an approval (F5, H4)."""
    state, step = case.steps[index], case.rules.steps[index]
    when, asks = step.when, step.approval and not state.approved
    at = case.calendar.contact_from(max(case.now, dates.may_be_done_at(case, index, ready)))
    if when is None and not asks:
        return Due(at, STEP, Move(index, "start"))
    if when is not None and when.by_time and _past_its_day(case, ready) and turns.has_turned(case, when):
        return _decided(case, index, when, case.now)
    gate = dates.contact_allowed(case, ready, spaced=False)
    if gate > now:
        return _or_turned(case, index, ready, gate)
    if when is not None and (asks or at <= now or not state.looked):
        decided = _decided(case, index, when, gate)
        if decided is not None:
            return decided
    if asks:
        return _or_turned(case, index, ready, None) if state.asked else Due(gate, STEP, Move(index, "ask"))
    if at <= now:
        return Due(at, STEP, Move(index, "start"))
    return _or_turned(case, index, ready, at) if state.looked else Due(gate, STEP, Move(index, "found"))


def _decided(case: Case, index: int, when: Conditions, at: datetime) -> Due | None:
    """What is to be looked up first, or the skip of a step whose condition is false; None: it is true (F5)."""
    if when.asks_account and not turns.looked_up(case):
        return Due(at, STEP, lambda later: LookUpAccount(later.next_key("account")))
    failing = when.failing(looking_into(case))
    return Due(at, STEP, Move(index, "skip", _in_words(failing))) if failing else None


def _in_words(facts: tuple[tuple[str, object], ...]) -> str:
    return ", ".join(f"{field} is {value}" for field, value in facts)


def _past_its_day(case: Case, ready: datetime) -> bool:
    """Whether the day on which a step could be done first is over, and the case may move today (H1)."""
    if ready > case.now or (case.resume_on is not None and case.resume_on > case.today):
        return False
    return case.calendar.day(case.calendar.contact_from(max(ready, case.opened_at))) < case.today


def _or_turned(case: Case, index: int, ready: datetime, at: datetime | None) -> Due | None:
    """The look at a step when it could be done, sooner where time alone turns its condition once it is ready (F5)."""
    when = case.rules.steps[index].when
    turn = turns.turns_at(case, when) if when is not None and when.by_time and ready <= case.now else None
    if turn is not None:
        turn = dates.not_before(case, turn, spaced=False)
        at = turn if at is None else min(at, turn)
    return None if at is None else Due(at, STEP, Move(index, "look"))


def answered(case: Case) -> Due | None:
    """The question whether a step may happen, once a fact has answered it: its condition is false (F5, H4)."""
    for index in (case.current, case.coming_back):
        if index is None or not case.steps[index].asked or case.steps[index].approved:
            continue
        when = case.rules.steps[index].when
        facts = () if when is None else when.failing(looking_into(case))
        told = tuple((field, value) for field, value in facts if not (field in BY_TIME or field.startswith("account.")))
        if told:
            return Due(case.now, SETTLE, Move(index, "answered", _in_words(told)), case.opened_at)
    return None


def still_begun(before: Case, case: Case) -> Case:
    """The case after news, whose step is under way no more if they have made its condition false (F1, F5).

    What the step itself has done makes nothing false: its fee is no news.
    """
    when = None if case.doing is None else case.rules.steps[case.doing].when
    if when is None or not when.failing(looking_into(case)) or when.failing(looking_into(before)):
        return case
    return case.evolve(doing=None)


def _never_served(case: Case, index: int) -> Due | None:
    """A step waits until the notice it requires was served; where it never will be, it is skipped on its day (N4)."""
    required = case.rules.steps[index].requires or 0
    name = case.rules.steps[required].name
    if _may_be_served(case, name):
        return None
    ready = dates.opens_at(case, index)
    skipped = case.steps[required].status == "skipped"
    why = f"{name}, which it requires, " + ("was skipped" if skipped else "reached nobody")
    return Due(dates.contact_allowed(case, ready, spaced=False), STEP, Move(index, "skip", why, "N4"))


def _may_be_served(case: Case, step: str) -> bool:
    """Whether a notice of the step leaves again, or is in a person's hands (N1 to N4)."""
    return any(again.step == step for again in case.resends) or (
        any(task.serves is not None and task.serves.step == step for task in (*case.tasks, *case.unanswered))
    )


def after_move(case: Case, move: Move) -> Case:
    """The case after a move of its own."""
    name = "" if move.do == "end" else case.rules.steps[move.step].name
    match move.do:
        case "start":
            return case.evolve(doing=move.step)
        case "look":
            return case
        case "found":
            return case.with_step(move.step, altered(case.steps[move.step], looked=True))
        case "end":
            case = case.evolve(end_done=True)
            return tasks.asks(case, "end", "collections", tasks.PATIENCE, "the ladder is at its end")
        case "skip":
            return progress.skip(case, move.step, move.rule, move.why)
        case "pass":
            return running_step.pass_over(case, move.step, move.rule, move.why)
        case "over":
            return progress.over(case, move.step, "T8", move.why)
        case "ask":
            case = case.with_step(move.step, altered(case.steps[move.step], asked=True))
            return tasks.asks(case, "approval", "approvals", tasks.PATIENCE, name)
        case "answered":
            task = tasks.task_of(case, "approval", name)
            case = case.with_step(move.step, altered(case.steps[move.step], asked=False))
            return tasks.without(case, "approval", name).note("dispose", task.id if task else name, "F5", move.why)
        case _:
            assert_never(move.do)
