"""A policy as the rules read it at every turn: flat, its amounts in minor units of one currency.

Python reads an attribute of a pydantic model far more slowly than one of a plain value, and a case looks at its policy
hundreds of times. So what is read often is laid out once for all cases; what is read seldom stays where it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from dunning.policy.actions import Action, Fee, Notify
from dunning.policy.conditions import Conditions
from dunning.policy.steps import Consequence, Step, StepAct
from dunning.policy.terms import Charging, End, PerCustomer
from dunning.span import Span
from dunning.value import value

if TYPE_CHECKING:
    from dunning.policy import Policy


@value
class StepRules:
    """What a policy says of a step. Of the steps it names, `since` and `requires` are the places on the ladder, from 0.

    `acts` is what it does by itself, each with its number among its actions; so are its `fees`.
    """

    name: str
    after: Span
    since: int | None
    every: Span | None
    times: int | None
    when: Conditions | None
    requires: int | None
    approval: bool
    do: tuple[Action, ...]
    notice: Notify | None
    only_writes: bool
    acts: tuple[tuple[int, StepAct], ...]
    fees: tuple[tuple[int, Fee], ...]
    has_consequence: bool

    @classmethod
    def of(cls, step: Step, policy: Policy) -> Self:
        """A step of this policy."""
        return cls(
            step.name, step.after, policy.place(step.since), step.every, step.times, step.when,
            policy.place(step.requires), step.approval, step.do, step.notice, step.only_writes, step.acts, step.fees,
            has_consequence=any(isinstance(action, Consequence) for action in step.do),
        )  # fmt: skip

    def act_after(self, done: int) -> tuple[int, StepAct]:
        """What it does next, when so many of its actions are done."""
        return self.acts[0] if not done else next(act for act in self.acts if act[0] >= done)


@value
class Rules:
    """What a policy says to debts in one currency. `strategy` is that of the charging, if anything is charged."""

    steps: tuple[StepRules, ...]
    repeats: bool
    charging: Charging | None
    strategy: str
    tolerance: int
    minimum: int
    costs_alone: Literal["once", "waive", "climb"]
    spacing: Span
    per_customer: PerCustomer | None
    consolidates: int | None
    end: End

    @classmethod
    def of(cls, policy: Policy, currency: str) -> Self:
        """What this policy says."""
        charging, spacing = policy.charging, policy.spacing
        return cls(
            tuple(StepRules.of(step, policy) for step in policy.steps), policy.repeats,
            charging, charging.strategy if charging else "",
            policy.tolerance.minor(currency), policy.minimum.minor(currency), policy.costs_alone,
            spacing.minimum, spacing.per_customer, policy.consolidates, policy.end,
        )  # fmt: skip
