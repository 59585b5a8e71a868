"""Requests: what a person or a system asks of a case, and it may refuse. Amounts are in major units of its currency."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StrictBool, model_validator

from dunning.dates import Day
from dunning.records import Amount, Id, Message, Positive, Record, Text, Word


def _yes(said: bool) -> Literal[True]:  # noqa: FBT001 - pydantic hands it over
    if not said:
        msg = "true, or nothing"
        raise ValueError(msg)
    return True


InWhole = Annotated[StrictBool, AfterValidator(_yes)]  # beside an amount: 1 is one of those, and not true


class Request(Message):
    """Something that a person or a system asks of the case."""


class ResolveDispute(Request):
    """The creditor's answer to a dispute: `accepted` in whole, or an amount of it, or `rejected` (D3)."""

    name = "resolve_dispute"
    id: Id
    accepted: InWhole | Positive | None = None
    rejected: Literal[True] | None = None
    by: Word | None = None

    @model_validator(mode="after")
    def _one(self) -> ResolveDispute:
        if (self.accepted is None) == (self.rejected is None):
            msg = "say either accepted: true, accepted: AMOUNT or rejected: true"
            raise ValueError(msg)
        return self


class Promise(Request):
    """The debtor promises `amount` (default: all that is demandable) by the end of `on` (A1)."""

    name = "promise"
    id: Id
    amount: Positive | None = None
    on: Day


class InstalmentTerms(Record):
    """One part of a plan."""

    on: Day
    amount: Positive


class Plan(Request):
    """The debtor pays in parts (A3)."""

    name = "plan"
    id: Id
    instalments: Annotated[tuple[InstalmentTerms, ...], Field(min_length=1, max_length=60)]


class Hold(Request):
    """The ladder stops, to the end of `until` or until it is released (H1)."""

    name = "hold"
    id: Id
    reason: Text
    by: Word | None = None
    until: Day | None = None


class Release(Request):
    """A hold is lifted (H1)."""

    name = "release"
    id: Id
    by: Word | None = None


# How much one person may give up alone, in major units; above it a second one is asked (R3). Left out: all of it.
Alone = Annotated[Amount | None, Field(ge=0)]


class WriteOffTerms(Record):
    """Who writes off and why (H5)."""

    by: Text
    reason: Text


class Dispose(Request):
    """A person answers a task, named by its kind or id (H3)."""

    name = "dispose"
    task: Text
    by: Word | None = None
    resume: Literal[True] | None = None
    go_to: Word | None = None
    hand_off: Literal[True] | None = None
    write_off: WriteOffTerms | None = None
    alone_up_to: Alone = None

    @model_validator(mode="after")
    def _one(self) -> Dispose:
        if sum(x is not None for x in (self.resume, self.go_to, self.hand_off, self.write_off)) != 1:
            msg = "say one of resume: true, go_to: STEP, hand_off: true, write_off: {by, reason}"
            raise ValueError(msg)
        return self


class Approve(Request):
    """A named person lets a step happen (H4), or what another one asked for (R3); `no: true` turns it down.

    A step is named by `step`, a task `four-eyes` by `task`, its kind or id.
    """

    name = "approve"
    step: Word | None = None
    task: Text | None = None
    by: Text
    no: bool = False

    @model_validator(mode="after")
    def _one(self) -> Approve:
        if (self.step is None) == (self.task is None):
            msg = "say either step or task"
            raise ValueError(msg)
        return self


class Skip(Request):
    """A person passes over a step that has not been done."""

    name = "skip"
    step: Word
    by: Word | None = None


class SendAgain(Request):
    """A person has the notice of a step that was sent leave once more, as a marked copy (N3)."""

    name = "resend"
    step: Word
    by: Text
    reason: Text


class SendNow(Request):
    """A person has the next step's notice leave now: its planned day is passed over (T2, T5), nothing else (N3)."""

    name = "send_now"
    step: Word
    by: Text
    reason: Text


CUSTOMER: Final = "customer"  # an attempt `by` this name is the customer's own


class Attempt(Request):
    """An agent, or the customer (`by: customer`), charges a method now (C3)."""

    name = "attempt"
    by: Text
    method: Word | None = None


class HandOff(Request):
    """A person hands the debt to an agency (S3)."""

    name = "hand_off"
    agency: Word = "default"
    by: Word | None = None
    alone_up_to: Alone = None


class Recall(Request):
    """A handed-off debt comes back (S3)."""

    name = "recall"
    by: Word | None = None


class WriteOff(Request):
    """A person gives the debt up (H5)."""

    name = "write_off"
    by: Text
    reason: Text
    alone_up_to: Alone = None


class Waive(Request):
    """A person gives up costs or interest: `amount` of them, or all that are left (K6)."""

    name = "waive"
    id: Id
    of: Literal["costs", "interest"]
    amount: Positive | None = None
    by: Text
    reason: Text
    alone_up_to: Alone = None


class Withdraw(Request):
    """The demand was wrong: the invoice is void (S4)."""

    name = "withdraw"
    by: Word | None = None


class PolicyChange(Request):
    """Another policy takes over (O2)."""

    name = "policy"
    policy: Word = Field(alias="name")
    by: Word | None = None


class Open(Request):
    """Open the case; an open one answers (O1)."""

    name = "open"


AnyRequest = (
    ResolveDispute | Promise | Plan | Hold | Release | Dispose | Approve | Skip | SendAgain | SendNow | Attempt
    | HandOff | Recall | WriteOff | Waive | Withdraw | PolicyChange | Open
)  # fmt: skip
