"""What a case can do to the world, and what it decides: to do one of these, to wait, or nothing for ever.

The union is closed: a new effect that a shell forgot breaks the type check. Amounts are minor
units of the case's currency. `key` is the effect's name for ever (case, step or attempt number): the same key
is the same act, however often it is asked for.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from dunning.fees import NoticeFee
from dunning.policy import PerCustomer
from dunning.purposes import BESIDE_THE_LADDER, NO_CONTACT, Asker, NoticePurpose, TaskPurpose
from dunning.records import ACCOUNTS, Channel
from dunning.value import value

Days = Annotated[int | None, Field(exclude_if=lambda days: days is None)]  # written only where there are any
Group = Annotated[str | None, Field(exclude_if=lambda key: key is None)]

Outcome = Literal["paid", "credited", "written-off", "handed-off", "exhausted", "withdrawn"]


@value
class SendNotice:
    """Send a message to the debtor: on every usable channel of `by`, or with `first` on the first that works (N1, N2),
    to the contacts of the roles `to`.

    `purpose` says whether it is a step's, or stands beside the ladder: a link to pay (C2), the reminder of the plan's
    `instalment`, counted from 1 (A3), `thanks` or an answer for what the debtor did (M2). One that leaves again is the
    same notice; it and thanks count against no limit (T7). Where a `deadline_on` is set and its fate cannot be known,
    one copy follows (N3). The step's `fees` are booked with its outcome, in one transaction, and only if it was sent
    (N1). `unread` are the channels that the debtor does not read now, each to the end of a day (M5).

    It takes along the notices of the customer's other cases that are planned in the `consolidate` days to come; None:
    it stands alone. One that leaves again goes with those that shared the message `again_of` (N5).
    """

    key: str
    notice: str  # what it is called outside: the step's name, or `pay-link`, `instalment-N`, the message of M2
    message: str
    by: tuple[Channel, ...]
    first: bool
    demands: int
    deadline_on: date | None = None
    purpose: NoticePurpose = "step"
    instalment: int | None = None
    cap: PerCustomer | None = None
    fees: tuple[NoticeFee, ...] = ()
    consolidate: Days = None
    again_of: Group = None
    to: Annotated[tuple[str, ...], Field(exclude_if=lambda to: to == ACCOUNTS)] = ACCOUNTS
    unread: Annotated[tuple[tuple[Channel, date], ...], Field(exclude_if=lambda unread: not unread)] = ()
    kind: Literal["send_notice"] = "send_notice"

    @property
    def step(self) -> str | None:
        """The step whose notice it is, None beside the ladder."""
        return None if self.purpose in BESIDE_THE_LADDER else self.notice

    @property
    def is_contact(self) -> bool:
        """It counts as a contact: it did not leave before (N2, N3), and demands something (M2)."""
        return self.purpose not in NO_CONTACT


# Wherever it is written as JSON, roles that go without saying are left out, as in the histories of earlier builds.
SendNotice.__pydantic_serializer__ = TypeAdapter(SendNotice).serializer  # type: ignore[attr-defined]


@value
class BookFee:
    """Add the fee of a notice that a person passed on, because no channel could (N1)."""

    key: str
    step: str
    amount: int
    kind: Literal["book_fee"] = "book_fee"


@value
class BookWriteOff:
    """Give up `amount` (F3, F7, F8, H5). What `settles` the case (the rest within the tolerance, costs alone) closes it
    as settled, anything else as written off. It is `of` the debt, or the cash discount of who paid in time (F8).
    """

    key: str
    amount: int
    by: str
    reason: str
    settles: bool = False
    of: Literal["debt", "discount"] = "debt"
    kind: Literal["book_write_off"] = "book_write_off"


@value
class OpenTask:
    """Put a question before a person; `last_on` is the last day for an answer (H6).

    `about` is its kind as people know it, which a policy may choose for its own tasks; `purpose` says whose question it
    is. `amount` is what it is about where that is money, such as what was paid too much (P3), `asked_by` who wants what
    a second person is asked about (R3).
    """

    key: str
    task: str  # the task's id within the case
    about: str
    queue: str
    last_on: date
    note: str = ""
    purpose: TaskPurpose = "step"
    amount: int | None = None
    asked_by: Annotated[str | None, Field(exclude_if=lambda name: name is None)] = None
    kind: Literal["open_task"] = "open_task"


# Written as the histories of builds that knew no more have it: where nobody wants it, it does not say so.
OpenTask.__pydantic_serializer__ = TypeAdapter(OpenTask).serializer  # type: ignore[attr-defined]


@value
class EscalateTask:
    """Nobody answered in time: put it before somebody else, the `times`-th time (H6)."""

    key: str
    task: str
    about: str
    queue: str
    times: int
    last_on: date
    kind: Literal["escalate_task"] = "escalate_task"


@value
class SuspendService:
    """Stop the customer's service (S1)."""

    key: str
    kind: Literal["suspend_service"] = "suspend_service"


@value
class RestoreService:
    """Give the service back (S1)."""

    key: str
    kind: Literal["restore_service"] = "restore_service"


@value
class HandOffDebt:
    """Give the debt to an agency (S3)."""

    key: str
    agency: str
    amount: int
    kind: Literal["hand_off_debt"] = "hand_off_debt"


@value
class ReportToAgency:
    """Tell the agency what is left after a payment or a reversal, or that the debt is recalled (P7, S3)."""

    key: str
    agency: str
    balance: int
    recalled: bool = False
    kind: Literal["report_to_agency"] = "report_to_agency"


@value
class Charge:
    """Charge a stored method (C1, C5). `attempt` numbers all attempts of the case, whoever asked for them.

    `agent` is the name of the person, where one asked.
    """

    key: str
    attempt: int
    method: str
    amount: int
    by: Asker
    network: str | None = None
    agent: str | None = None
    kind: Literal["charge"] = "charge"

    @property
    def who(self) -> str:
        """Who asked for it, as people read it."""
        return self.agent or self.by


@value
class SettleCharge:
    """Ask the provider what became of an attempt whose outcome is unknown (C5)."""

    key: str
    attempt: int
    method: str
    amount: int
    network: str | None = None
    kind: Literal["settle_charge"] = "settle_charge"


@value
class LookUpAccount:
    """Read what a condition wants to know about the customer's other cases (F1, F5)."""

    key: str
    kind: Literal["look_up_account"] = "look_up_account"


@value
class LoadPolicy:
    """Fetch another policy, and a calendar made for it (O2)."""

    key: str
    name: str
    kind: Literal["load_policy"] = "load_policy"


@value
class ExtendCalendar:
    """The pinned calendar runs out: make it anew for the time ahead."""

    key: str
    until: date
    kind: Literal["extend_calendar"] = "extend_calendar"


@value
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


Next = Literal["step", "attempt", "notice", "answer", "escalation", "lapse", "review"]


@value
class Wait:
    """Nothing to do before `until`; None: not before something is told. `why` is for people.

    `next` is what comes then: the ladder's next step, something beside it, a change that time alone brings, such as
    the end of a hold, or the review of what holds the case. `step` is its name, where it is one.
    """

    until: datetime | None
    why: str
    next: Next = "step"
    step: str | None = None


@value
class Perform:
    """Do this now, then apply the answer."""

    effect: Effect


@value
class Ended:
    """The case is closed and nothing is under way."""

    outcome: Outcome


Decision = Wait | Perform | Ended
