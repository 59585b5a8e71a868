"""Policies: what they say, whether a text is one, and which of them takes an invoice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from api.shapes.values import Shape, example
from dunning.errors import PolicyError
from dunning.policy import Policy
from dunning.policy.choose import Choice, ChoiceReason


class PolicyInList(Shape):
    """A policy that is in force."""

    name: str
    description: str
    priority: int
    steps: tuple[str, ...]

    @classmethod
    def of(cls, policy: Policy) -> PolicyInList:
        """By its names."""
        steps = tuple(step.name for step in policy.steps)
        return cls(name=policy.name, description=policy.description or "", priority=policy.priority, steps=steps)


class PolicyOut(PolicyInList):
    """A policy with all that it says."""

    content: dict[str, Any] = Field(description="the policy in our own JSON")

    @classmethod
    def of(cls, policy: Policy) -> PolicyOut:
        """In full."""
        listed = PolicyInList.of(policy).model_dump()
        return cls(**listed, content=policy.model_dump(mode="json", by_alias=True, exclude_none=True))


class PolicyMistake(Shape):
    """One mistake in a text: where it stands, what was found there and what is allowed."""

    place: str
    line: int | None
    found: str
    allowed: str


class PolicyChecked(Shape):
    """Whether a text is a policy that could be used, and if not, all that is wrong with it."""

    model_config = example(
        ok=False,
        policy=None,
        mistakes=[
            {"place": "steps[0].after", "line": 12, "found": "soon", "allowed": "days or workdays, such as 3 days"}
        ],
    )

    ok: bool
    policy: PolicyInList | None
    mistakes: tuple[PolicyMistake, ...]

    @classmethod
    def good(cls, policy: Policy) -> PolicyChecked:
        """It is one."""
        return cls(ok=True, policy=PolicyInList.of(policy), mistakes=())

    @classmethod
    def bad(cls, error: PolicyError) -> PolicyChecked:
        """It is none."""
        found = tuple(
            PolicyMistake(place=p.place, line=p.line, found=p.found, allowed=p.allowed) for p in error.problems
        )
        return cls(ok=False, policy=None, mistakes=found)


class Mismatched(Shape):
    """A fact that is not what the policy asks for."""

    field: str
    allowed: str


class PolicyReason(Shape):
    """Why a policy takes the invoice or does not; policies are asked in this order."""

    policy: str
    priority: int
    chosen: bool
    why: str
    mismatches: tuple[Mismatched, ...]

    @classmethod
    def every(cls, reasons: Iterable[ChoiceReason]) -> tuple[PolicyReason, ...]:
        """In words."""
        return tuple(
            cls(
                policy=reason.policy, priority=reason.priority, chosen=reason.chosen, why=str(reason),
                mismatches=tuple(Mismatched(field=one.field, allowed=one.allowed) for one in reason.mismatches),
            )
            for reason in reasons
        )  # fmt: skip


class PolicyChoice(Shape):
    """Which policy would take the invoice now (O2)."""

    invoice_id: str
    policy: str | None
    reasons: tuple[PolicyReason, ...]

    @classmethod
    def of(cls, invoice_id: str, choice: Choice) -> PolicyChoice:
        """In words."""
        reasons = PolicyReason.every(choice.reasons)
        return cls(invoice_id=invoice_id, policy=choice.policy.name if choice.policy else None, reasons=reasons)
