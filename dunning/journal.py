"""The journal: one line for every decision, to act or not to act (rule F6)."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from dunning.value import value


@value
class Line:
    """When, what, why. `kind` and `value` are what a scenario compares; amounts are minor units.

    `number` counts the lines of a case from 1, so that writing a line twice changes nothing.
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


class Details(TypedDict, total=False):
    """What a line may say beside its kind, value, rule and reason."""

    step: str | None
    demands: int | None
    by: str | None
    method: str | None
    amount: int | None
    queue: str | None
    escalated: bool


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
        "hold",
        "release",
        "promise",
        "plan",
        "refused",
        "closed",
        "reopened",
    ]
)
