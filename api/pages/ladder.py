"""The ladder of a case as rungs: done, skipped, next or to come, each with its day and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from api.pages.words import as_words, channel_name, money_text
from api.shapes.cases import CaseOut, LineOut, StepOut
from api.shapes.values import Sum
from dunning.policy import Action, Fee, HandOffAction, Notify, Policy, Step, Suspend, Task, WriteOffAction


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
    currency = case.money.balance.currency
    planned = _planned([says[name] for name in still_open if name in says], coming)
    return tuple(
        _rung(step, says.get(step.name), planned.get(step.name), currency, is_next=step.name in still_open[:1])
        for step in case.steps
    )


def _rung(step: StepOut, says: Step | None, at: datetime | None, currency: str, *, is_next: bool) -> Rung:
    state = "next" if is_next else step.status
    asks = "needs approval" if says and says.approval and not step.approved and step.status == "open" else None
    return Rung(
        step.name,
        state,
        tuple(step_actions(action, currency) for action in says.do) if says else (),
        step.done_on,
        at,
        asks,
    )


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


def step_actions(action: Action, currency: str | None = None) -> str:
    """What an action of a step does, in a few words; to an invoice of this currency, or of any."""
    match action:
        case Notify():
            joint = ", or else " if action.first else ", "
            return f"{as_words(action.message)} by {joint.join(channel_name(one) for one in action.by)}"
        case Fee():
            return _fee(action, currency)
        case Task():
            return f"{as_words(action.task)}, a task for {as_words(action.queue)}"
        case Suspend():
            return "suspend the service"
        case HandOffAction():
            return "hand off to the agency"
        case WriteOffAction():
            return "write off"
        case _:
            assert_never(action)


def _in(currency: str | None, amount: Decimal) -> str:
    """The amount in this currency, as far as that has so many decimals; else as the policy writes it."""
    try:
        return money_text(Sum(amount=str(amount), currency=currency)) if currency else str(amount)
    except ValueError:
        return str(amount)


def _fee(fee: Fee, currency: str | None) -> str:
    """A currency that is not named has none (F8)."""
    if fee.named is None:
        return f"fee of {fee.percent}%" if fee.amount is None else f"fee of {_in(currency, fee.amount)}"
    told = {name: amount for name, amount in fee.named.items() if currency in {None, name}}
    sums = [money_text(Sum(amount=str(amount), currency=name)) for name, amount in told.items()]
    return f"fee of {', '.join(sums)}" if sums else f"no fee in {currency}"
