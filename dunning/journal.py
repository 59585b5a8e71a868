"""The journal: one line for every decision, to act or not to act (rule F6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
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
