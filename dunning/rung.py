"""The step that is under way: its next action, and what it means that one of them is done (N1, T4)."""

from __future__ import annotations

from datetime import date

from dunning import ladder
from dunning.case import Case
from dunning.effects import Effect
from dunning.policy import Action
from dunning.state import altered


def action_key(case: Case) -> str | None:
    """The key of the running step's next action, None between steps."""
    if case.doing is None:
        return None
    return case.key(case.policy.steps[case.doing].name, case.steps[case.doing].done_actions)


def action_of(case: Case, effect: Effect) -> Action | None:
    """The action of the running step that this effect is, None if it is none of the step's."""
    if case.doing is None or effect.key != action_key(case):
        return None
    return case.policy.steps[case.doing].do[case.steps[case.doing].done_actions]


def one_more(case: Case, effect: Effect) -> Case:
    """The case with one more action of the running step done; with the last one the step is (N1)."""
    index = case.doing
    if index is None or action_of(case, effect) is None:
        return case  # asked for by a person, or a person moved the ladder on meanwhile
    done = case.steps[index].done_actions + 1
    if done == len(case.policy.steps[index].do):
        return ladder.leave(case, index, done=True)
    return case.with_step(index, altered(case.steps[index], done_actions=done, deferred_to=None))


def deferred(case: Case, effect: Effect, until: date) -> Case | None:
    """The case whose running step goes on with this action on a later day (T7), None if it is none of the step's."""
    if case.doing is None or action_of(case, effect) is None:
        return None
    return case.with_step(case.doing, altered(case.steps[case.doing], deferred_to=until))
