"""Whose a customer is where nobody says so by hand: rules, of which the first that fits counts."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from adapters.settings.four_eyes import limits_in
from adapters.settings.group import Group
from dunning.money import minor
from dunning.worklist.assignment import AssignmentRule


class AssignmentSettings(Group):
    """One rule. What is left out fits everybody; of a list one is enough."""

    country: tuple[str, ...] = Field((), description='Customers of these countries, such as `["BE", "LU"]`.')
    language: tuple[str, ...] = Field((), description='Customers of these languages, such as `["fr"]`.')
    tag: tuple[str, ...] = Field(
        (), description="Customers who bear one of these tags, or have an open invoice with it."
    )
    account_manager: tuple[str, ...] = Field((), description="Customers whom one of these people looks after, by name.")
    above: str = Field(
        "", description="Customers of whom more than this is overdue, such as `EUR 10000.00, USD 12000.00`."
    )
    person: str = Field("", description="Whose they are: somebody who signs in under this name.")
    queue: str = Field("", description="The queue that they are in; beside a `person`, or instead.")
    to_account_manager: bool = Field(
        default=False,
        description="They are their account manager's, who signs in under the name that the customer has there.",
    )

    @field_validator("above")
    @classmethod
    def _are_limits(cls, value: str) -> str:
        limits_in(value)
        return value

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if self.person and self.to_account_manager:
            raise ValueError("person or to_account_manager, and not both")
        if not (self.person or self.queue or self.to_account_manager):
            raise ValueError("a person, a queue, or to_account_manager = true")
        return self

    def as_rule(self) -> AssignmentRule:
        """The rule as the queue asks it."""
        return AssignmentRule(
            person=self.person or None,
            queue=self.queue or None,
            to_account_manager=self.to_account_manager,
            countries=frozenset(one.upper() for one in self.country),
            languages=frozenset(one.lower() for one in self.language),
            tags=frozenset(self.tag),
            account_managers=frozenset(self.account_manager),
            above={currency: minor(limit, currency) for currency, limit in limits_in(self.above).items()},
        )
