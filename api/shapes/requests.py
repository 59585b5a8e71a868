"""What is asked of a case, and the facts about it that people bring: the bodies, each turned into the rules' message.

An `id` that is left out is derived from the Idempotency-Key, so that a repeat names the same thing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, model_validator

from api.shapes.values import Day, Moment, OneLine, PositiveSum, RequestName, Shape, Words, example
from dunning.facts import LONGEST_REPLY, Call, CallResult
from dunning.policy.parts import Name, not_allowed
from dunning.records import Channel, Id

Yes = Literal[True]


class DisputeIn(Shape):
    """The debtor objects, to `amount` or else to the whole balance (D1)."""

    model_config = example(id="D-1", amount={"amount": "200.00", "currency": "EUR"}, reason="two items were missing")

    id: Id | None = None
    amount: PositiveSum | None = None
    reason: Words


class ResolutionIn(Shape):
    """The creditor's answer to a dispute: `accepted` in whole, or an amount of it; the rest is `rejected` (D3)."""

    model_config = example(accepted=True, by="r.devries")

    accepted: Yes | PositiveSum | None = None
    rejected: Yes | None = None
    by: OneLine | None = None

    @property
    def part(self) -> PositiveSum | None:
        """The amount that is accepted, where it is not the whole."""
        return self.accepted if isinstance(self.accepted, PositiveSum) else None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.accepted is None) == (self.rejected is None):
            raise not_allowed("either accepted: true, accepted: an amount, or rejected: true")
        return self


class PromiseIn(Shape):
    """The debtor promises `amount` (default: all that is demandable) by the end of `on` (A1)."""

    model_config = example(id="PTP-1", amount={"amount": "400.00", "currency": "EUR"}, on="2026-03-20")

    id: Id | None = None
    amount: PositiveSum | None = None
    on: Day


class InstalmentIn(Shape):
    """One part of a plan."""

    on: Day
    amount: PositiveSum


class PlanIn(Shape):
    """The debtor pays in parts that add up to what is demandable (A3)."""

    model_config = example(
        id="PLAN-1",
        instalments=[
            {"on": "2026-04-01", "amount": {"amount": "500.00", "currency": "EUR"}},
            {"on": "2026-05-01", "amount": {"amount": "500.00", "currency": "EUR"}},
        ],
    )

    id: Id | None = None
    instalments: Annotated[tuple[InstalmentIn, ...], Field(min_length=1, max_length=60)]


class HoldIn(Shape):
    """The ladder stops, to the end of `until` or until the hold is released (H1)."""

    model_config = example(id="H-1", reason="the account manager talks to them", by="r.devries", until="2026-03-20")

    id: Id | None = None
    reason: Words
    by: OneLine | None = None
    until: Day | None = None


class EscalationIn(Shape):
    """A person takes the case out of the ladder's hands (H3)."""

    model_config = example(queue="collections", reason="threatens to leave; wants to talk to a person")

    queue: OneLine = "collections"
    reason: Words


class WriteOffIn(Shape):
    """Who gives the debt up, and why (H5)."""

    model_config = example(by="r.devries", reason="the company was dissolved")

    by: OneLine
    reason: Words


class WaiverIn(Shape):
    """A person gives up costs or interest: `amount` of them, or all that are left (K6)."""

    model_config = example(
        id="W-1", of="costs", amount={"amount": "25.00", "currency": "EUR"}, by="r.devries",
        reason="the reminder went to their old address",
    )  # fmt: skip

    id: Id | None = None
    of: Literal["costs", "interest"]
    amount: PositiveSum | None = None
    by: OneLine
    reason: Words


class DisposalIn(Shape):
    """A person's answer to a task: one of `resume`, `go_to`, `hand_off`, `write_off` (H3)."""

    model_config = example(by="r.devries", resume=True)

    by: OneLine | None = None
    resume: Yes | None = None
    go_to: Name | None = None
    hand_off: Yes | None = None
    write_off: WriteOffIn | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(x is not None for x in (self.resume, self.go_to, self.hand_off, self.write_off)) != 1:
            raise not_allowed("one of resume: true, go_to: STEP, hand_off: true, write_off: {by, reason}")
        return self


class ApprovalIn(Shape):
    """A named person lets a step happen (H4), or what another one asked for (R3); `no: true` turns it down."""

    model_config = example(step="hand-off", by="r.devries")

    step: Name | None = None
    task: OneLine | None = None
    by: OneLine
    no: StrictBool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.step is None) == (self.task is None):
            raise not_allowed("one of step, task")
        return self


class SkipIn(Shape):
    """A person passes over a step that has not been done (H5)."""

    model_config = example(step="call", by="r.devries")

    step: Name
    by: OneLine | None = None


class SendingIn(Shape):
    """A person wants the notice of a step to leave: once more, or before its day (N3)."""

    model_config = example(step="final-notice", by="r.devries", reason="they say that it never came")

    step: Name
    by: OneLine
    reason: Words


class AttemptIn(Shape):
    """An agent, or the customer (`by: customer`), charges a method now (C3)."""

    model_config = example(by="r.devries", method="card_main")

    by: OneLine
    method: Id | None = None


class HandOffIn(Shape):
    """A person hands the debt to an agency (S3)."""

    model_config = example(agency="default", by="r.devries")

    agency: OneLine = "default"
    by: OneLine | None = None


class PolicyChangeIn(Shape):
    """Another policy takes over (O2)."""

    model_config = example(name="consumer", by="r.devries")

    name: Name
    by: OneLine | None = None


class DeliveryIn(Shape):
    """What became of a notice on a channel: delivered (N4) or bounced (N2).

    After a bounce that is not `hard` the address stays in use (M5).
    """

    model_config = example(notice="final-notice", channel="letter", state="delivered")

    notice: OneLine
    channel: Channel
    state: Literal["delivered", "bounced"]
    hard: StrictBool | None = Field(default=None, description="of a bounce only; left out: true")

    @model_validator(mode="after")
    def _hard_is_of_a_bounce(self) -> Self:
        if self.hard is not None and self.state != "bounced":
            raise not_allowed("hard only with state: bounced")
        return self


class CallIn(Shape):
    """What came of a call, and what the debtor said in it (M6).

    Beside `call_back` stands `at`; beside `promised` what a promise says, beside `disputed` what a dispute says, beside
    `paid` what money under way says; nothing beside another result.
    """

    model_config = example(result="call_back", by="r.devries", at="2026-03-16T10:30:00Z")

    result: CallResult = Field(description="what came of it")
    task: OneLine | None = Field(default=None, description="the task that asked for it; left out: the newest `call`")
    by: OneLine | None = Field(default=None, description="who called")
    at: Moment | None = Field(default=None, description="when the debtor wants to be called back")
    id: Id | None = None
    amount: PositiveSum | None = None
    on: Day | None = Field(default=None, description="the day by which they promised to pay")
    reason: Words | None = Field(default=None, description="why they object")
    until: Day | None = Field(default=None, description="the day by which the money is expected")

    @model_validator(mode="after")
    def _says_what_belongs_to_it(self) -> Self:
        Call.model_validate(self.told(self.id))
        return self

    def told(self, named: str | None) -> dict[str, Any]:
        """The fact as a case is told it; what was said in it is `named` so."""
        said = self.model_dump(exclude={"at", "id", "amount"}, exclude_none=True)
        more = {"again_at": self.at, "id": named, **(self.amount.model_dump() if self.amount else {})}
        return said | {name: value for name, value in more.items() if value is not None}


class ReplyIn(Shape):
    """What the debtor wrote back: a person reads it, and the ladder waits for them (M5)."""

    model_config = example(text="We paid this last week, please check your account.")

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_REPLY, description="in their own words")]


class CaseToOpen(Shape):
    """The invoice whose case opens (O1)."""

    model_config = example(invoice_id="INV-2041")

    invoice_id: Id


class Nothing(Shape):
    """No more than the address says."""


class AskedBy(Shape):
    """No more than the address says, and whose wish it is; left out, it is that of who was let in."""

    model_config = example(by="r.devries")

    by: OneLine | None = None


class Applied(Shape):
    """The case did what was asked. `id` is the one given, or the one derived from the Idempotency-Key."""

    model_config = example(invoice_id="INV-2041", request="promise", id="PTP-1", applied=True)

    invoice_id: str
    request: RequestName
    id: str | None = None
    applied: Yes = True
