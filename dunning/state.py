"""The parts that a case is made of: small frozen values, amounts in minor units, moments aware, days local."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, cast

from dunning.records import Channel
from dunning.rulebook.decline import Codes
from dunning.span import Span

Part = TypeVar("Part")


def altered(part: Part, **changes: Any) -> Part:
    """The same part of a case with some fields changed: `dataclasses.replace` at a fraction of its price."""
    kind: Any = type(part)
    new = object.__new__(kind)
    for name in kind.__slots__:
        object.__setattr__(new, name, changes[name] if name in changes else getattr(part, name))
    return cast("Part", new)


@dataclass(frozen=True, slots=True)
class Debt:
    """The invoice, as far as the rules look at it."""

    id: str
    currency: str
    amount: int
    due_on: date
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """The debtor, as far as the rules look at him; no name and no address (O3)."""

    id: str
    kind: str
    country: str | None
    segment: str | None
    locale: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry of the case's ledger. `amount` is signed: what raises the balance is positive (F2)."""

    kind: Literal["fee", "interest", "payment", "reversal", "credit", "write_off"]
    id: str
    amount: int
    at: datetime
    of: str | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Money under way, expected by the end of `until` (P4)."""

    id: str
    amount: int
    until: date


@dataclass(frozen=True, slots=True)
class DisputeState:
    """An open dispute; `task` is the question that waits for an answer (D2)."""

    id: str
    amount: int


@dataclass(frozen=True, slots=True)
class HoldState:
    """Something that stops the ladder. `until` is its last day (H1)."""

    id: str
    reason: str
    since: datetime
    until: date | None = None
    made_by: Literal["person", "customer", "dispute", "promise", "plan", "pending", "escalation"] = "person"


@dataclass(frozen=True, slots=True)
class PromiseState:
    """The promise that stands. Kept when payments since reach `amount` before `lapses_at` (A1, A2)."""

    id: str
    amount: int
    on: date
    lapses_at: datetime
    paid_before: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of the plan; `missed_at` is the moment after its last day of grace (A3)."""

    on: date
    amount: int
    missed_at: datetime
    tried: bool = False
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class PlanState:
    """The plan that stands. Payments since fill the oldest instalment first (A3)."""

    id: str
    instalments: tuple[Instalment, ...]
    paid_before: int


@dataclass(frozen=True, slots=True)
class TaskState:
    """A question before a person, open until it is answered; escalated on the day after `last_on` (H6)."""

    id: str
    kind: str
    queue: str
    opened_on: date
    within: Span
    last_on: date
    about: str = ""
    escalations: int = 0


@dataclass(frozen=True, slots=True)
class StepState:
    """What became of a step. `ready_on` is the day it was ready, `left_on` the day it was done or skipped.

    `anchors` says that following steps keep their distance from it: it was late (T5), or a person or a broken
    promise brought it forward (`forced_on`, A2).
    """

    status: Literal["open", "done", "skipped"] = "open"
    ready_on: date | None = None
    left_on: date | None = None
    anchors: bool = False
    forced_on: date | None = None
    approved: bool = False
    asked: bool = False
    deferred_to: date | None = None
    done_actions: int = 0


@dataclass(frozen=True, slots=True)
class NoticeState:
    """A notice on one channel. `delivered_on` is the local day on which the channel delivered it (N4).

    `again` says that it is one that left before, on the next channel or as a copy: no contact of its own (T7).
    """

    notice: str
    message: str
    channel: Channel
    sent_on: date
    delivered_on: date | None
    bounced: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Resend:
    """A notice that has to leave again: on the next channel after a bounce (N2), or as a marked copy (N3)."""

    notice: str
    message: str
    by: tuple[Channel, ...]
    not_before: datetime
    copy: bool = False


@dataclass(frozen=True, slots=True)
class MethodState:
    """A payment method: usable (not before a moment), waiting for the customer, or finished (C2).

    `renewed_at` is when it was added or updated while the case was open: what was before is forgotten (C4).
    """

    id: str
    network: str | None = None
    status: Literal["usable", "waiting", "finished"] = "usable"
    not_before: datetime | None = None
    renewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptState:
    """One attempt. `asked_at` is when the provider was last asked for its end (C5); `codes` are all of a decline's."""

    number: int
    key: str
    method: str
    amount: int
    at: datetime
    by: str
    state: Literal["unknown", "underway", "approved", "declined"] = "unknown"
    code: str | None = None
    asked_at: datetime | None = None
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """The charging track: its base never moves (C1). `counted` attempts used; `shift` days after holds (C6).

    From `at_once_from` an attempt is due whatever the schedule says, by `at_once_with` if that method was added (C2).
    `chosen` is the moment that an adaptive strategy chose for the next one.
    """

    base: datetime
    next: int = 0
    counted: int = 0
    shift: int = 0
    at_once_from: datetime | None = None
    at_once_with: str | None = None
    link_due_from: datetime | None = None
    chosen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """The service is stopped, or was given back for now (S1)."""

    restore_on: tuple[str, ...]
    stands: bool = True
    given_back_for: str | None = None
    brings_back_from: date | None = None
