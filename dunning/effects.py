"""What a case can do to the world, and what it decides: to do one of these, to wait, or nothing for ever.

The union is closed: a new effect that a shell forgot breaks the type check. Amounts are minor
units of the case's currency. `key` is the effect's name for ever (case, step or attempt number): the same key
is the same act, however often it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from dunning.policy import PerCustomer
from dunning.records import Channel

Outcome = Literal["paid", "credited", "written-off", "handed-off", "exhausted", "withdrawn"]


@dataclass(frozen=True, slots=True)
class SendNotice:
    """Send a message to the debtor: on every usable channel of `by`, or with `first` on the first that works (N1, N2).

    `copy` marks the copy of N3, `again` the next channel after a bounce (N2); neither is counted against the cap.
    `left` says whether a fate that cannot be known leads to a copy (a step with a deadline) or counts as sent.
    """

    key: str
    notice: str  # the step's name, or `pay-link`, `instalment-N`
    message: str
    by: tuple[Channel, ...]
    first: bool
    demands: int
    deadline_on: date | None = None
    copy: bool = False
    again: bool = False
    cap: PerCustomer | None = None
    kind: Literal["send_notice"] = "send_notice"


@dataclass(frozen=True, slots=True)
class BookFee:
    """Add a fee to what is owed. With `cap` it waits, as its notice would, for the customer's contact limit (T7)."""

    key: str
    step: str
    amount: int
    by: tuple[Channel, ...] = ()
    first: bool = False
    cap: PerCustomer | None = None
    kind: Literal["book_fee"] = "book_fee"


@dataclass(frozen=True, slots=True)
class BookWriteOff:
    """Give up `amount` (F3, H5)."""

    key: str
    amount: int
    by: str
    reason: str
    kind: Literal["book_write_off"] = "book_write_off"


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Put a question before a person; `last_on` is the last day for an answer (H6)."""

    key: str
    task: str  # the task's id within the case
    about: str  # call, dispute, approval, escalation, unreachable, currency, end, ...
    queue: str
    last_on: date
    note: str = ""
    kind: Literal["open_task"] = "open_task"


@dataclass(frozen=True, slots=True)
class EscalateTask:
    """Nobody answered in time: put it before somebody else, the `times`-th time (H6)."""

    key: str
    task: str
    about: str
    queue: str
    times: int
    last_on: date
    kind: Literal["escalate_task"] = "escalate_task"


@dataclass(frozen=True, slots=True)
class SuspendService:
    """Stop the customer's service (S1)."""

    key: str
    kind: Literal["suspend_service"] = "suspend_service"


@dataclass(frozen=True, slots=True)
class RestoreService:
    """Give the service back (S1)."""

    key: str
    kind: Literal["restore_service"] = "restore_service"


@dataclass(frozen=True, slots=True)
class HandOffDebt:
    """Give the debt to an agency (S3)."""

    key: str
    agency: str
    amount: int
    kind: Literal["hand_off_debt"] = "hand_off_debt"


@dataclass(frozen=True, slots=True)
class ReportToAgency:
    """Tell the agency what is left after a payment or a reversal, or that the debt is recalled (P7, S3)."""

    key: str
    agency: str
    balance: int
    recalled: bool = False
    kind: Literal["report_to_agency"] = "report_to_agency"


@dataclass(frozen=True, slots=True)
class Charge:
    """Charge a stored method (C1, C5). `attempt` numbers all attempts of the case, whoever asked for them."""

    key: str
    attempt: int
    method: str
    amount: int
    by: str  # `ladder`, `plan`, `customer`, or the agent's name
    network: str | None = None
    kind: Literal["charge"] = "charge"


@dataclass(frozen=True, slots=True)
class SettleCharge:
    """Ask the provider what became of an attempt whose outcome is unknown (C5)."""

    key: str
    attempt: int
    method: str
    amount: int
    network: str | None = None
    kind: Literal["settle_charge"] = "settle_charge"


@dataclass(frozen=True, slots=True)
class LookUpAccount:
    """Read what a condition wants to know about the customer's other cases (F1, F5)."""

    key: str
    kind: Literal["look_up_account"] = "look_up_account"


@dataclass(frozen=True, slots=True)
class LoadPolicy:
    """Fetch another policy, and a calendar made for it (O2)."""

    key: str
    name: str
    kind: Literal["load_policy"] = "load_policy"


@dataclass(frozen=True, slots=True)
class ExtendCalendar:
    """The pinned calendar runs out: make it anew for the time ahead."""

    key: str
    until: date
    kind: Literal["extend_calendar"] = "extend_calendar"


@dataclass(frozen=True, slots=True)
class CloseCase:
    """End the case; what was paid too much is the customer's credit (P3)."""

    key: str
    outcome: Outcome
    kind: Literal["close_case"] = "close_case"


Effect = Annotated[
    SendNotice | BookFee | BookWriteOff | OpenTask | EscalateTask | SuspendService | RestoreService | HandOffDebt
    | ReportToAgency | Charge | SettleCharge | LookUpAccount | LoadPolicy | ExtendCalendar | CloseCase,
    Field(discriminator="kind"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until`; None: not before something is told."""

    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Perform:
    """Do this now, then apply the answer."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Ended:
    """The case is closed and nothing is under way."""

    outcome: Outcome


Decision = Wait | Perform | Ended
