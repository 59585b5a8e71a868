"""Whose a customer is, where no person said so: the first rule of the settings that fits them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Features:
    """What the rules look at of a customer; `overdue` in minor units by currency, `account_manager` by name."""

    country: str | None
    language: str
    tags: frozenset[str] = frozenset()
    overdue: Mapping[str, int] = field(default_factory=dict)
    account_manager: str | None = None


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """What is left out fits everybody; of a list one is enough. `above` are minor units by currency.

    Who fits is the `person`'s or in the `queue`, or is their account manager's own.
    """

    person: str | None = None
    queue: str | None = None
    to_account_manager: bool = False
    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    account_managers: frozenset[str] = frozenset()
    above: Mapping[str, int] = field(default_factory=dict)

    def fits(self, who: Features) -> bool:
        """Whether it is about this customer."""
        return (
            (not self.countries or who.country in self.countries)
            and (not self.languages or who.language in self.languages)
            and (not self.tags or bool(self.tags & who.tags))
            and (not self.account_managers or who.account_manager in self.account_managers)
            and (not self.above or any(who.overdue.get(one, 0) > limit for one, limit in self.above.items()))
            and (not self.to_account_manager or who.account_manager is not None)
        )


@dataclass(frozen=True, slots=True)
class Assigned:
    """A person, or a queue, or nobody."""

    person: str | None = None
    queue: str | None = None


def assigned(rules: tuple[AssignmentRule, ...], who: Features) -> Assigned:
    """Who the first rule that fits says."""
    rule = next((rule for rule in rules if rule.fits(who)), None)
    if rule is None:
        return Assigned()
    return Assigned(who.account_manager if rule.to_account_manager else rule.person, rule.queue)
