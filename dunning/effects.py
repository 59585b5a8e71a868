"""What a case can do to the world, and what the world can answer.

Both unions are closed: a new effect or answer that a shell forgot breaks the type check. Amounts are minor
units of the case's currency. `key` is the effect's name for ever (case, step or attempt number): the same key
is the same act, however often it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from dunning.calendar import Calendar
from dunning.policy import PerCustomer, Policy
from dunning.records import Channel
from dunning.rulebook.decline import Codes, Reading

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
class Done:
    """It is done."""

    kind: Literal["done"] = "done"


@dataclass(frozen=True, slots=True)
class Sent:
    """The notice was accepted on these channels; on those of `unsure` its fate is unknown (N3)."""

    channels: tuple[Channel, ...]
    unsure: tuple[Channel, ...] = ()
    kind: Literal["sent"] = "sent"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No listed channel can be used (N1)."""

    why: str = "no usable channel"
    kind: Literal["unreachable"] = "unreachable"


@dataclass(frozen=True, slots=True)
class Deferred:
    """The customer's contact limit is reached; not before the start of `until` (T7)."""

    until: date
    why: str = ""
    kind: Literal["deferred"] = "deferred"


@dataclass(frozen=True, slots=True)
class Approved:
    """The money was taken (C2)."""

    method: str
    kind: Literal["approved"] = "approved"


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider said no; `advice` is the network's advice code (C2).

    `network_code` and `network_advice` are what the card network itself answered, where the provider passes it on:
    the provider's own `code` and `advice` are a reading of these. `read` is what the rule book made of them on the day
    of the attempt; it stays with the answer, so that a book that changes later changes nothing that was decided.
    """

    method: str
    code: str
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None
    read: Reading | None = None
    kind: Literal["declined"] = "declined"

    @property
    def codes(self) -> Codes:
        """All that the provider sent."""
        return Codes(self.code, self.advice, self.network_code, self.network_advice)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The rule book allows no attempt by this method: not before `until` or the day `until_on`, or, without either,
    never (C4). `row` decided. Nothing was tried.
    """

    method: str
    row: str
    why: str
    until: datetime | None = None
    until_on: date | None = None
    kind: Literal["forbidden"] = "forbidden"


@dataclass(frozen=True, slots=True)
class Underway:
    """A bank debit was accepted and settles later; a fact of that payment id will tell (P4)."""

    method: str
    until: date
    kind: Literal["underway"] = "underway"


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or none yet: ask again (C5)."""

    kind: Literal["unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class Stale:
    """The system of record knows facts that the case does not: apply them and ask the rules again (F1)."""

    facts: tuple[tuple[str, dict[str, object]], ...]
    kind: Literal["stale"] = "stale"


@dataclass(frozen=True, slots=True)
class Account:
    """The customer's other cases, this one included; `overdue_total` in minor units of the case's currency."""

    overdue_total: int = 0
    open_cases: int = 1
    oldest_overdue_days: int = 0
    broken_promises: int = 0
    kind: Literal["account"] = "account"


@dataclass(frozen=True, slots=True)
class PolicyLoaded:
    """The policy that takes over, or none of that name."""

    policy: Policy | None
    calendar: Calendar | None
    kind: Literal["policy_loaded"] = "policy_loaded"


@dataclass(frozen=True, slots=True)
class CalendarMade:
    """The calendar for the time ahead."""

    calendar: Calendar
    kind: Literal["calendar_made"] = "calendar_made"


Answer = Annotated[
    Done
    | Sent
    | Unreachable
    | Deferred
    | Approved
    | Declined
    | Forbidden
    | Underway
    | Unknown
    | Stale
    | Account
    | PolicyLoaded
    | CalendarMade,
    Field(discriminator="kind"),
]


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
