"""Another policy takes over a running case, by request (O2)."""

from __future__ import annotations

from dunning.answers import PolicyLoaded
from dunning.case import Case
from dunning.effects import LoadPolicy
from dunning.policy import Policy
from dunning.state import StepState


def taken_over(case: Case, effect: LoadPolicy, answer: PolicyLoaded) -> Case:
    """The case under the new policy, or the refusal on its journal where there is none of that name."""
    policy = answer.policy
    if policy is None or answer.calendar is None:
        return case.note("refused", "policy", "O2", f"no policy {effect.name} is known")
    names = {step.name for step in policy.steps}
    case = case.evolve(
        policy=policy, calendar=answer.calendar, steps=_carried_over(case, policy), doing=None, end_done=False,
        resends=tuple(again for again in case.resends if again.notice in names),
        tasks=tuple(task for task in case.tasks if task.kind != "approval"),  # the new policy asks anew if it wants to
    )  # fmt: skip
    return case.note("policy", effect.name, "O2", "another policy takes over by request")


def _carried_over(case: Case, policy: Policy) -> tuple[StepState, ...]:
    """Steps of the same name keep what became of them; new ones before the last of these are passed over."""
    left = {
        step.name: state for step, state in zip(case.policy.steps, case.steps, strict=True) if state.status != "open"
    }
    last = max((index for index, step in enumerate(policy.steps) if step.name in left), default=-1)
    passed = StepState(status="skipped", left_on=case.today)
    return tuple(
        left.get(step.name, passed if index < last else StepState()) for index, step in enumerate(policy.steps)
    )
