"""The step that is under way: its next action, and what it means that one of them is done (N1, T4)."""

from __future__ import annotations

from datetime import date

from dunning.case import Case
from dunning.effects import Effect
from dunning.ladder import progress
from dunning.policy.steps import StepAct
from dunning.value import altered


def action_of(case: Case, effect: Effect) -> StepAct | None:
    """The action of the running step that this effect is, None if it is none of the step's."""
    return None if case.next_act is None or effect.key != case.action_key else case.next_act[1]


def one_more(case: Case, effect: Effect) -> Case:
    """The case with one more action of the running step done; with the last one the step is (N1)."""
    index, act = case.doing, case.next_act
    if index is None or act is None or effect.key != case.action_key:
        return case  # asked for by a person, or a person moved the ladder on meanwhile
    return _next_act(case, index, act)


def pass_over(case: Case, index: int, rule: str, why: str) -> Case:
    """The case whose running step does not do its next action, and why (F6)."""
    act, step = case.next_act, case.rules.steps[index]
    return case if act is None else _next_act(case.note("passed", act[1].word, rule, why, step=step.name), index, act)


def _next_act(case: Case, index: int, act: tuple[int, StepAct]) -> Case:
    if act is case.rules.steps[index].acts[-1]:
        return progress.leave(case, index, done=True)
    return case.with_step(index, altered(case.steps[index], done_actions=act[0] + 1, deferred_to=None))


def defer_step(case: Case, effect: Effect, until: date) -> Case | None:
    """The case whose running step goes on with this action on a later day (T7), None if it is none of the step's."""
    index = case.doing
    if index is None or effect.key != case.action_key:
        return None
    state = altered(case.steps[index], deferred_to=until, looked=True)
    return case.with_step(index, state, doing=None)
