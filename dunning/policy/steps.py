"""A step: one rung of the ladder, with its day, what it waits for and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, StrictBool, model_validator
from pydantic_core import CoreSchema

from dunning.policy.actions import Action, Fee, HandOffAction, Notify, Suspend, Task, WriteOffAction
from dunning.policy.conditions import Conditions
from dunning.policy.lengths import DaysOrWorkdaysFromOne, SignedOffset
from dunning.policy.parts import Name, Part, Whole, not_allowed

Consequence = Suspend | HandOffAction | WriteOffAction  # never two of them on one day, but of one step (T5)
StepAct = Notify | Task | Consequence  # what is done by itself: a fee comes with its notice (N1)
AFTER: Final = "days or workdays such as 3 days, or a mapping such as {days: 14, since: final-notice}"


def _after(raw: object) -> object:
    """`{days: 14, since: suspension}`; who since is stands in a field of its own."""
    if not isinstance(raw, Mapping):
        return raw
    units = [unit for unit in ("days", "workdays") if type(raw.get(unit)) is int]
    if len(units) != 1 or not raw.keys() <= {units[0], "since"}:
        raise not_allowed(AFTER)
    return f"{raw[units[0]]} {units[0]}"


class Step(Part):
    """One rung. `after` counts from the due date, or from the day that the step `since` was done (T2).

    One with `every` comes back that long after it was last done, at most so many `times` in all (T8).
    """

    name: Name
    after: Annotated[SignedOffset, BeforeValidator(_after)]
    since: Name | None = None
    every: DaysOrWorkdaysFromOne | None = None
    times: Whole | None = None
    when: Conditions | None = None
    requires: Name | None = None
    approval: StrictBool = False
    do: Annotated[tuple[Action, ...], Field(min_length=1)]

    @cached_property
    def notice(self) -> Notify | None:
        """The message that the step sends, if it sends one."""
        return next((action for action in self.do if isinstance(action, Notify)), None)

    @cached_property
    def notifies_only(self) -> bool:
        """Whether a case that opens late may begin here (T6)."""
        return all(isinstance(action, Notify) for action in self.do)

    @cached_property
    def acts(self) -> tuple[tuple[int, StepAct], ...]:
        """What it does, each with its number among the actions; a fee is booked with the notice (N1)."""
        return tuple((number, action) for number, action in enumerate(self.do) if not isinstance(action, Fee))

    @cached_property
    def fees(self) -> tuple[tuple[int, Fee], ...]:
        """Its fees, each with its number among the actions."""
        return tuple((number, action) for number, action in enumerate(self.do) if isinstance(action, Fee))

    @cached_property
    def only_writes(self) -> bool:
        """It sends a message, with its fee, and does nothing else: what may come back (T8)."""
        return self.notice is not None and all(isinstance(action, Notify | Fee) for action in self.do)

    @model_validator(mode="before")
    @classmethod
    def _since_apart(cls, raw: object) -> object:
        after = raw.get("after") if isinstance(raw, Mapping) else None
        if isinstance(raw, Mapping) and isinstance(after, Mapping) and "since" in after:
            return {**raw, "since": after["since"]}
        return raw

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the form of YAML, where `since` stands within `after`, for editors."""
        fields = handler.resolve_ref_schema(handler(schema))
        own = {name: field for name, field in fields["properties"].items() if name != "since"}
        since = fields["properties"]["since"]["anyOf"][0]
        counted = [
            {
                "type": "object",
                "properties": {unit: {"type": "integer"}, "since": since},
                "required": [unit],
                "additionalProperties": False,
            }
            for unit in ("days", "workdays")
        ]
        return {**fields, "properties": {**own, "after": {"anyOf": [own["after"], *counted], "description": AFTER}}}
