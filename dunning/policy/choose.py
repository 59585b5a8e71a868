"""Which policy takes an invoice, and why the others do not (O2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dunning.errors import Mistake, PolicyError
from dunning.policy import Policy
from dunning.policy.conditions import Look


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A fact that is not what the policy asks for. `allowed` is in words."""

    field: str
    found: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.field}: found {_shown(self.found)}; allowed {self.allowed}"


@dataclass(frozen=True, slots=True)
class ChoiceReason:
    """Why a policy was chosen or not: what does not match, or else that another one was asked first."""

    policy: str
    priority: int
    mismatches: tuple[Mismatch, ...]
    chosen: bool

    @property
    def matches(self) -> bool:
        """Whether it would take the invoice if no other did."""
        return not self.mismatches

    def __str__(self) -> str:
        if self.chosen:
            return f"{self.policy}: matches"
        why = "; ".join(map(str, self.mismatches)) or "matches too, but its priority is lower"
        return f"{self.policy}: {why}"


@dataclass(frozen=True, slots=True)
class Choice:
    """The policy that takes the invoice, None if no one does; a reason for every policy, in the order of asking."""

    policy: Policy | None
    reasons: tuple[ChoiceReason, ...]


def choose(policies: Iterable[Policy], look: Look) -> Choice:
    """Ask the policies, the highest priority first; `look` gives a fact of the invoice by its name.

    Raises `PolicyError` if two of one priority match and none above them does.
    """
    asked = sorted(policies, key=lambda policy: (-policy.priority, policy.name))
    answers = [(policy, _mismatches(policy, look)) for policy in asked]
    matching = [policy for policy, mismatches in answers if not mismatches]
    first = matching[0] if matching else None
    _one_at_the_top(matching)
    reasons = (ChoiceReason(policy.name, policy.priority, wrong, policy is first) for policy, wrong in answers)
    return Choice(first, tuple(reasons))


def _mismatches(policy: Policy, look: Look) -> tuple[Mismatch, ...]:
    if policy.for_ is None:
        return ()
    return tuple(Mismatch(field, found, policy.for_.allowed(field)) for field, found in policy.for_.failing(look))


def _one_at_the_top(matching: list[Policy]) -> None:
    equals = [policy.name for policy in matching if policy.priority == matching[0].priority]
    if len(equals) > 1:
        found = f"{matching[0].priority} in {' and '.join(equals)}, which both match"
        raise PolicyError("policies", [Mistake("priority", None, found, "one policy that matches for each priority")])


def _shown(found: object) -> str:
    if isinstance(found, tuple | list | set | frozenset):
        return ", ".join(sorted(map(str, found))) or "none"
    return "nothing" if found is None else str(found)
