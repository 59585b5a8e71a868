"""The ladder of a case as rungs: done, skipped, next or to come, each with its day and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from api.pages.words import channel, plain
from api.shapes.cases import CaseOut, LineOut, StepOut
from dunning.policy import Action, Fee, HandOff, Notify, Policy, Step, Suspend, Task, WriteOff


@dataclass(frozen=True, slots=True)
class Rung:
    """One step. `state` is done, skipped, next or open; `at` the moment that is foreseen."""

    name: str
    state: str
    does: tuple[str, ...]
    on: date | None
    at: datetime | None
    asks: str | None


def rungs(case: CaseOut, policy: Policy | None, coming: Sequence[LineOut]) -> tuple[Rung, ...]:
    """Every step of the policy that the case is pinned to."""
    still_open = [step.name for step in case.steps if step.status == "open" and case.outcome is None]
    says = {step.name: step for step in policy.steps} if policy else {}
    planned = _planned([says[name] for name in still_open if name in says], coming)
    return tuple(
        _rung(step, says.get(step.name), planned.get(step.name), is_next=step.name in still_open[:1])
        for step in case.steps
    )


def _rung(step: StepOut, says: Step | None, at: datetime | None, *, is_next: bool) -> Rung:
    state = "next" if is_next else step.status
    asks = "needs approval" if says and says.approval and not step.approved and step.status == "open" else None
    return Rung(step.name, state, tuple(does(action) for action in says.do) if says else (), step.done_on, at, asks)


def _planned(still_open: Sequence[Step], coming: Sequence[LineOut]) -> dict[str, datetime]:
    """When each step is foreseen: its first line, looked for behind that of the step before."""
    found: dict[str, datetime] = {}
    behind = 0
    for step in still_open:
        for number, line in enumerate(coming[behind:], behind + 1):
            if line.step == step.name or (line.step is None and _belongs(line, step)):
                found[step.name], behind = line.at, number
                break
    return found


def _belongs(line: LineOut, step: Step) -> bool:
    """Whether a line that names no step is of this one."""
    if step.approval:
        return line.kind == "task" and line.value == "approval"
    if line.kind == "task":
        return any(isinstance(action, Task) and action.task == line.value for action in step.do)
    return any(action.word == line.kind for action in step.do)


def does(action: Action) -> str:
    """What an action of a step does, in a few words."""
    match action:
        case Notify():
            joint = ", or else " if action.first else ", "
            return f"{plain(action.message)} by {joint.join(channel(one) for one in action.by)}"
        case Fee():
            return f"fee of {action.percent}%" if action.percent is not None else f"fee of {action.amount}"
        case Task():
            return f"{plain(action.task)}, a task for {plain(action.queue)}"
        case Suspend():
            return "suspend the service"
        case HandOff():
            return "hand off to the agency"
        case WriteOff():
            return "write off"
        case _:
            assert_never(action)
