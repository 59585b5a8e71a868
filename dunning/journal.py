"""The journal: one line for every decision, to act or not to act (rule F6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter

from dunning.value import value

Where = Annotated[str | None, Field(exclude_if=lambda said: said is None)]  # written only where there is something
Several = Annotated[tuple[str, ...], Field(exclude_if=lambda several: not several)]


@value
class Line:
    """When, what, why. `kind` and `value` are what a scenario compares; amounts are minor units.

    `number` counts the lines of a case from 1, so that writing a line twice changes nothing. `by` is who is said to
    have asked for it, `authenticated` who was let in at our door and told it; neither where the case decided by itself.
    `about` is the id of the reversal that a line tells of, and `code` its return code. A notice for several `invoices`
    stands on the journal of each; `lead` is the one whose case sent it, where that is another (N5).
    """

    number: int
    at: datetime
    kind: str
    value: str
    rule: str
    why: str
    step: str | None = None
    demands: int | None = None
    by: str | None = None
    method: str | None = None
    amount: int | None = None
    queue: str | None = None
    escalated: bool = False
    authenticated: Where = None
    about: Where = None
    code: Where = None
    invoices: Several = ()
    lead: Where = None


# Wherever a line is written as JSON, what it does not say is left out, as in the histories of builds that knew no more.
Line.__pydantic_serializer__ = TypeAdapter(Line).serializer  # type: ignore[attr-defined]


TURNING_POINTS = frozenset(
    [
        "notice",
        "charge",
        "fee",
        "interest",
        "task",
        "suspend",
        "restore",
        "hand_off",
        "write_off",
        "waiver",
        "hold",
        "release",
        "promise",
        "plan",
        "refused",
        "closed",
        "reopened",
    ]
)
