"""Where a case stands on its ladder: its entry, steps done, skipped or brought forward (T4 to T6, A2)."""

from __future__ import annotations

from datetime import date

from dunning import tasks
from dunning.case import Case
from dunning.errors import RefusalReason
from dunning.ladder import dates
from dunning.parts import StepState
from dunning.policy import StepRules
from dunning.value import altered

PASSED = "passed before the case opened"


def enter(case: Case) -> Case:
    """Where a case begins that opens late (T6)."""
    today = case.calendar.day(case.opened_at)
    start = _entry(case, today)
    too_late = case.policy.reminds and case.invoice.due_on < today
    for index in range(len(case.policy.steps)):
        if index < start or (too_late and dates.nominal_on(case, index) < case.invoice.due_on):
            case = skip(case, index, "T6", PASSED)
    return case


def _entry(case: Case, today: date) -> int:
    if case.policy.entry == "first":
        return 0
    steps = case.policy.steps
    passed = [i for i, step in enumerate(steps) if step.notifies_only and dates.nominal_on(case, i) < today]
    return max((i for i in passed if not dates.nominal_on(case, i) < case.invoice.due_on < today), default=0)


def leave(case: Case, index: int, *, done: bool) -> Case:
    """The case with a step done or skipped today; a step that was late anchors those that follow (T5)."""
    state, step, today = case.steps[index], case.rules.steps[index], case.today
    doing = None if case.doing == index else case.doing
    if state.status == "done":
        again = altered(state, times=state.times + 1)
        return case.with_step(index, _comes_back(again, step, today), doing=doing)
    left = altered(
        state, status="done" if done else "skipped", left_on=today, deferred_to=None,
        anchors=done and (state.forced_on is not None or today > dates.calendar_on(case, index)),
        done_actions=len(step.do) if done else state.done_actions, times=1 if done else 0,
    )  # fmt: skip
    return case.with_step(index, _comes_back(left, step, today) if done and step.every else left, doing=doing)


def _comes_back(state: StepState, step: StepRules, today: date) -> StepState:
    """A step done today that comes back, unless its times are used up (T8); whatever it waited for, it will anew."""
    used_up = step.times is not None and state.times >= step.times
    return altered(
        state, again_from=None if used_up else today,
        done_actions=0, looked=False, deferred_to=None, asked=False, approved=False,
    )  # fmt: skip


def over(case: Case, index: int, rule: str, why: str) -> Case:
    """The case with a step that comes back no more, and why (T8); whether it may need not be answered any more (H4)."""
    name = case.rules.steps[index].name
    case = tasks.without(case, "approval", name)
    state = altered(case.steps[index], again_from=None, deferred_to=None)
    doing = None if case.doing == index else case.doing
    return case.with_step(index, state, doing=doing).note("over", name, rule, why, step=name)


def skip(case: Case, index: int, rule: str, why: str) -> Case:
    """The case with a step passed over, and why (F5). Whether it may happen need not be answered any more (H4)."""
    if case.steps[index].status == "done":
        return over(case, index, rule, why)
    name = case.rules.steps[index].name
    case = tasks.without(case, "approval", name)
    return leave(case, index, done=False).note("skip", name, rule, why, step=name)


def force(case: Case, index: int, on: date, rule: str, who: str = "") -> Case:
    """The case whose ladder goes on at a step further on; the ones between are skipped, by `rule` (A2, H3)."""
    current = case.current
    why = f"the ladder goes on at {case.rules.steps[index].name}" + (f", says {who}" if who else "")
    for between in range(index if current is None else current, index):
        if case.steps[between].status == "open":
            case = skip(case, between, rule, why)
    state = case.steps[index]
    return case.evolve(doing=None).with_step(
        index, altered(state, forced_on=on, looked=False, deferred_to=None, sent_now=None)
    )


def readied(case: Case) -> Case:
    """The case after its due date moved: which of the steps done were late is seen anew (T2, T5)."""
    for index, state in enumerate(case.steps):
        if state.status == "done" and not state.forced_on and state.left_on is not None:
            case = case.with_step(index, altered(state, anchors=state.left_on > dates.calendar_on(case, index)))
    return case


def why_not_open(case: Case, name: str) -> RefusalReason | None:
    """Why the ladder cannot go on at this step: it is past, or there is none of that name (T4)."""
    names = [step.name for step in case.policy.steps]
    if name not in names:
        return ("H3", f"no step {name}; the policy's steps: {', '.join(names)}")
    return None if case.steps[names.index(name)].status == "open" else ("T4", f"step {name} is past")


def why_no_skip(case: Case, name: str) -> RefusalReason | None:
    """Why a step cannot be passed over; one that comes back can, it then does no more (T8)."""
    back = case.coming_back
    return None if back is not None and case.rules.steps[back].name == name else why_not_open(case, name)
