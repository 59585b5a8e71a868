"""The next step of the ladder: when it may begin, and what the case does itself before anything leaves (F5, H4, N4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import assert_never

from dunning import acting, ending, ladder, tasks
from dunning.case import Case
from dunning.due import STEP, Due, Move
from dunning.effects import LookUpAccount
from dunning.looking import looking_into
from dunning.policy.conditions import Conditions
from dunning.state import altered

LOOKED = timedelta(minutes=5)  # how long what was read of the other cases counts as read now (F1)


def next_rung(case: Case, now: datetime) -> Due | None:
    """The next step of the ladder, or the end; None while a person or a notice's delivery is waited for."""
    index = case.current
    if index is None:
        return ending.end(case)
    if case.doing == index:
        return acting.next_action(case, index)
    ready = ladder.ready_at(case, index)
    return _never_served(case, index) if ready is None else _begins(case, index, ready, now)


def _begins(case: Case, index: int, ready: datetime, now: datetime) -> Due | None:
    state, step = case.steps[index], case.policy.steps[index]
    start = partial(Move, index, "start")
    if step.when is None and not step.approval:
        return Due(ladder.contact_allowed(case, ready, spaced=step.notice is not None), STEP, start)
    gate = ladder.contact_allowed(case, ready, spaced=False)
    if gate > now:
        return Due(gate, STEP, partial(Move, index, "look"))
    if step.when is not None:
        decided = _condition(case, index, step.when, gate)
        if decided is not None:
            return decided
    if step.approval and not state.approved:
        return None if state.asked else Due(gate, STEP, partial(Move, index, "ask"))
    at = ladder.contact_allowed(case, ready, spaced=True) if step.notice else gate
    return Due(at, STEP, start)


def _condition(case: Case, index: int, when: Conditions, gate: datetime) -> Due | None:
    """What is to be looked up first, or the skip of a step whose condition is false at its ready moment (F5)."""
    looked = case.account_at is not None and case.now - case.account_at <= LOOKED
    if not looked and any(field.startswith("account.") for field in when.fields):
        name = case.policy.steps[index].name
        return Due(gate, STEP, lambda: LookUpAccount(case.key("account", name, case.line_count)))
    failing = when.failing(looking_into(case))
    why = ", ".join(f"{field} is {value}" for field, value in failing)
    return Due(gate, STEP, partial(Move, index, "skip", why)) if failing else None


def _never_served(case: Case, index: int) -> Due | None:
    """A step waits until the notice it requires was served; where that was skipped, it never will be (N4)."""
    required = case.policy.index(case.policy.steps[index].requires or "")
    if case.steps[required].status != "skipped":
        return None
    ready = case.calendar.opening(ladder.planned_on(case, index))
    why = f"{case.policy.steps[required].name}, which it requires, was skipped"
    return Due(ladder.contact_allowed(case, ready, spaced=False), STEP, partial(Move, index, "skip", why))


def moved(case: Case, move: Move) -> Case:
    """The case after a move of its own."""
    match move.do:
        case "look":
            return case
        case "end":
            case = case.evolve(end_done=True)
            return tasks.asks(case, "end", "collections", tasks.PATIENCE, "the ladder is at its end")
        case "skip":
            rule = "F5" if case.policy.steps[move.step].when else "N4"
            return ladder.skip(case, move.step, rule, move.why)
        case "ask":
            case = _ready(case, move.step, asked=True, doing=case.doing)
            return tasks.asks(case, "approval", "approvals", tasks.PATIENCE, case.policy.steps[move.step].name)
        case "start":
            return _ready(case, move.step, doing=move.step)
        case _:
            assert_never(move.do)


def _ready(case: Case, index: int, *, doing: int | None, asked: bool = False) -> Case:
    """The case that knows since which day this step is ready: done on a later one, it was late (T5)."""
    state = case.steps[index]
    ready_on = state.ready_on or _ready_day(case, index)
    return case.with_step(index, altered(state, ready_on=ready_on, asked=state.asked or asked), doing=doing)


def _ready_day(case: Case, index: int) -> date:
    ready = ladder.ready_at(case, index)
    return case.today if ready is None else case.calendar.day(ready)
