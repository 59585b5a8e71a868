"""Whose a customer is, and until when they are put off: bodies and answers."""

from __future__ import annotations

from pydantic import Field

from adapters.storage.worklist.owners import Assignment, Snooze
from api.shapes.values import Day, Moment, OneLine, Shape, Words, example


class OwnerIn(Shape):
    """The customer is this person's, whatever the rules of the settings say."""

    model_config = example(person="r.devries")

    person: OneLine


class SnoozeIn(Shape):
    """The customer leaves the queue to the end of a day, or until something happens that may not wait."""

    model_config = example(until="2026-03-20", reason="their bookkeeper is back then")

    until: Day
    reason: Words | None = None


class AssignmentOut(Shape):
    """Whose a customer is by hand, or was until `ended_at`."""

    person: str
    by: str
    at: Moment
    ended_at: Moment | None
    ended_by: str | None

    @classmethod
    def of(cls, one: Assignment) -> AssignmentOut:
        """As the store knows it."""
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class SnoozeOut(Shape):
    """A customer who is put off, or was until `ended_at`."""

    until: Day
    reason: str
    by: str
    at: Moment
    ended_at: Moment | None
    ended_by: str | None
    woken_by: str | None = Field(
        description="what ended it by itself: time, reply, dispute, promise-broken or payment-reversed"
    )

    @classmethod
    def of(cls, one: Snooze) -> SnoozeOut:
        """As the store knows it."""
        said = {name: getattr(one, name) for name in cls.model_fields if name != "until"}
        return cls.model_validate({"until": one.until_on, **said})


class CareOut(Shape):
    """Who looks after a customer, the newest first: the first of each stands unless it has ended."""

    customer_id: str
    assignments: tuple[AssignmentOut, ...]
    snoozes: tuple[SnoozeOut, ...]
