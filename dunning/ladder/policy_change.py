"""Another policy takes over a running case, by request (O2)."""

from __future__ import annotations

from dunning import tasks
from dunning.answers import PolicyLoaded
from dunning.case import Case
from dunning.changes import PolicyPinned
from dunning.effects import LoadPolicy
from dunning.parts import StepState
from dunning.policy import Policy, Step
from dunning.value import altered


def taken_over(case: Case, effect: LoadPolicy, answer: PolicyLoaded) -> Case:
    """The case under the new policy, or the refusal on its journal where there is none of that name."""
    policy = answer.policy
    if policy is None or answer.calendar is None:
        return case.note("refused", "policy", "O2", f"no policy {effect.name} is known")
    names = {step.name for step in policy.steps}
    case = tasks.without(case, "approval").evolve(  # the new policy asks anew if it wants to
        policy=policy, calendar=answer.calendar, steps=_carried_over(case, policy), doing=None, end_done=False,
        takeovers=case.takeovers + 1,
        resends=tuple(again for again in case.resends if again.step in names),
    )  # fmt: skip
    case = case.with_change(PolicyPinned(policy.name))
    return case.note("policy", effect.name, "O2", "another policy takes over by request")


def _carried_over(case: Case, policy: Policy) -> tuple[StepState, ...]:
    """Steps of the same name keep what became of them; new ones before the last of these are passed over."""
    known = {step.name: (step, state) for step, state in zip(case.policy.steps, case.steps, strict=True)}
    states = [_under(step, *known[step.name]) if step.name in known else StepState() for step in policy.steps]
    last = max((index for index, state in enumerate(states) if state.status != "open"), default=-1)
    done = max((index for index, state in enumerate(states) if state.status == "done"), default=-1)
    return tuple(
        altered(state, status="skipped", left_on=case.today) if index < last and state.status == "open"
        else altered(state, again_from=None) if index < done else state
        for index, state in enumerate(states)
    )  # fmt: skip


def _under(step: Step, before: Step, state: StepState) -> StepState:
    """What became of a step. One that is under way goes on, as far as it does the same: nothing is done twice. One that
    comes back does so as the new policy says (T8).
    """
    if state.status != "open":
        more = step.every is not None and (step.times is None or state.times < step.times)
        return state if more else altered(state, again_from=None)
    done = state.done_actions
    return StepState(done_actions=done if len(step.do) > done and step.do[:done] == before.do[:done] else 0)
