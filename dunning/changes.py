"""What a case changes in the books by its own decisions, beside what effects and facts change there.

The store makes these changes in the transaction that writes the journal lines; the lines themselves are for people.
Each may be made again: it changes nothing then.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from dunning.value import value


@value
class Credited:
    """So much of a disputed amount is given up: how much of the invoice was disputed is the case's to know (D1, D3)."""

    id: str
    amount: int
    at: datetime
    why: str
    kind: Literal["credited"] = "credited"


@value
class Waived:
    """So much of a part of the debt that a person gives up (K6)."""

    entry: Literal["costs_waived", "interest_waived"]
    id: str
    amount: int
    at: datetime
    why: str
    kind: Literal["waived"] = "waived"


@value
class TakenBack:
    """What the policy had booked or given up and would not have: as much is booked against it, `of` that entry where
    it is one (F8, P9).
    """

    entry: Literal["fee", "interest", "discount"]
    id: str
    amount: int
    at: datetime
    why: str
    of: str | None = None
    kind: Literal["taken_back"] = "taken_back"


@value
class TaskClosed:
    """A question before a person needs no answer any more (H3, H4, H6)."""

    task: str
    at: datetime
    kind: Literal["task_closed"] = "task_closed"


@value
class PolicyPinned:
    """Another policy has taken over (O2)."""

    policy: str
    kind: Literal["policy_pinned"] = "policy_pinned"


@value
class AttemptForbidden:
    """The rule book allowed no attempt by this method: not before `until`, or never (C4). Each has its own `number`."""

    number: int
    method: str
    at: datetime
    row: str
    why: str
    until: datetime | None
    kind: Literal["attempt_forbidden"] = "attempt_forbidden"


@value
class Called:
    """The debtor was reached by telephone on this day, for the `number`-th time: a contact of the customer (M6, T7)."""

    number: int
    day: date
    kind: Literal["called"] = "called"


Change = Annotated[
    Credited | Waived | TakenBack | TaskClosed | PolicyPinned | AttemptForbidden | Called, Field(discriminator="kind")
]
