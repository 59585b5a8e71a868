"""A policy: the ladder that a case follows, and the terms beside it. Pinned by its content when a case opens (O2).

What a policy leaves out is as rule O5 says. One that contradicts itself is refused when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, StrictStr, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from dunning.errors import Mistake, NotFound, PolicyError, as_path
from dunning.policy.actions import Action, Fee, HandOffAction, Notify, Suspend, Task, WriteOffAction
from dunning.policy.checks import MOST_STEPS, Draft, findings, missing_messages
from dunning.policy.conditions import Conditions
from dunning.policy.hours import CalendarRules, ContactHours
from dunning.policy.lengths import Days
from dunning.policy.parts import Name, Part, not_allowed
from dunning.policy.rules import Rules, StepRules
from dunning.policy.steps import Step
from dunning.policy.terms import (
    Amounts,
    Charging,
    DisputeTerms,
    End,
    PerCustomer,
    PlanTerms,
    PromiseTerms,
    Spacing,
    Thanks,
)
from dunning.records import Channel
from dunning.span import Span

__all__ = [
    "Action",
    "Amounts",
    "CalendarRules",
    "Channel",
    "Charging",
    "Conditions",
    "ContactHours",
    "DisputeTerms",
    "End",
    "Fee",
    "HandOffAction",
    "Notify",
    "PerCustomer",
    "PlanTerms",
    "Policy",
    "PromiseTerms",
    "Rules",
    "Spacing",
    "Step",
    "StepRules",
    "Suspend",
    "Task",
    "WriteOffAction",
    "check_messages",
]


class Policy(Part):
    """The rules for one kind of debt."""

    name: Name
    description: StrictStr = ""
    priority: StrictInt = Field(default=0, description="Higher is asked first")
    for_: Conditions | None = Field(default=None, alias="for", description="Which invoices; left out: all")
    calendar: CalendarRules = CalendarRules()
    spacing: Spacing = Spacing()
    consolidate: Days = Field(
        default=Span(0, "days"),
        description="How far ahead a notice looks for others of the customer to take along (N5)",
    )
    entry: Literal["first", "by-age"] = "first"
    minimum: Amounts = Field(default=Amounts(), description="Below it nothing is demanded (F4)")
    tolerance: Amounts = Field(default=Amounts(), description="Up to it the rest is forgiven (F3)")
    costs_alone: Literal["once", "waive", "climb"] = Field(
        default="once", description="What becomes of costs once the invoice itself is paid (F7)"
    )
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
    charging: Charging | None = Field(default=None, description="Left out: never charge")
    promise: PromiseTerms | None = Field(default=None, description="Left out: promises are refused")
    plan: PlanTerms | None = Field(default=None, description="Left out: plans are refused")
    dispute: DisputeTerms = DisputeTerms()
    end: End = End()
    thanks: Thanks = Field(
        default=(), exclude_if=lambda thanks: not thanks, description="Messages beside the steps, or `all` (M2)"
    )

    def step_named(self, name: str) -> Step:
        """The step of that name. Raises `NotFound`."""
        return self.steps[self.index(name)]

    def index(self, name: str) -> int:
        """Where on the ladder the step of that name stands, from 0. Raises `NotFound`."""
        try:
            return self._indices[name]
        except KeyError:
            raise NotFound(f"step {name} of policy {self.name}: found {', '.join(self._indices)}") from None

    def place(self, name: str | None) -> int | None:
        """As `index`, of a step that need not be named."""
        return None if name is None else self.index(name)

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {step.name: index for index, step in enumerate(self.steps)}

    @cached_property
    def reminds(self) -> bool:
        """Whether a step is planned before the due date (T2)."""
        return any(step.after.count < 0 for step in self.steps)

    @cached_property
    def repeats(self) -> bool:
        """Whether a step comes back (T8)."""
        return any(step.every is not None for step in self.steps)

    @cached_property
    def consolidates(self) -> int | None:
        """How many days ahead its notices look for others to take along, None: each stands alone (N5)."""
        return self.consolidate.count or None

    def rules(self, currency: str) -> Rules:
        """What it says to debts in this currency, laid out once."""
        if currency not in self._rules:
            self._rules[currency] = Rules.of(self, currency)
        return self._rules[currency]

    @cached_property
    def _rules(self) -> dict[str, Rules]:
        return {}

    def draft(self) -> Draft:
        """The ladder as the checks look at it."""
        broken = self.promise.broken if self.promise else None
        return Draft(tuple(step.name for step in self.steps), self.steps, broken)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        wrong = [
            InitErrorDetails(type=not_allowed(one.allowed, found=one.found), loc=one.place, input=one.found)
            for one in findings(self.draft())
        ]
        if wrong:
            raise ValidationError.from_exception_data("Policy", wrong)
        return self


def check_messages(policy: Policy, catalogue: Mapping[str, frozenset[str]]) -> None:
    """Hold every message that a notice names to the names that each locale has. Raises `PolicyError`."""
    missing = missing_messages(policy.draft(), catalogue)
    problems = [Mistake(as_path(one.place), None, one.found, one.allowed) for one in missing]
    if problems:
        raise PolicyError(policy.name, problems)
