"""What lists and pages show: rows joined and named for reading. Amounts in minor units of the currency beside them.

`updated_at` is when anything shown was written last, by the clock of the writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from adapters.storage.tables import Origin
from dunning.answers import Answer
from dunning.effects import Outcome
from dunning.recipients import Reach
from dunning.records import ACCOUNTS, Channel, Customer, Invoice, Method
from dunning.rulebook.asked import Verdict
from dunning.rulebook.decline import Codes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it stood at its newest moment, `clock`; its debtor by name."""

    invoice_id: str
    customer_id: str
    customer_name: str | None
    currency: str
    amount: int
    due_on: date
    stage: str
    policy: str
    why: str
    balance: int
    demandable: int
    principal: int
    costs: int
    interest: int
    next_step: str | None
    next_at: datetime | None
    last_step: str | None
    holds: tuple[str, ...]
    broken_promises: int
    outcome: Outcome | None
    opened_at: datetime
    closed_at: datetime | None
    clock: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer with what is known of reaching and charging them."""

    record: Customer
    methods: tuple[Method, ...]
    reach: Reach
    opted_out: tuple[Channel, ...]
    bounced: tuple[Channel, ...]
    stopped: str | None  # the reason of the customer stop that stands (H2)
    stopped_at: datetime | None
    consent: bool
    away: Mapping[Channel, date]  # the last day on which they do not read a channel, as they said last (M5)
    parent: str | None  # to whose group they belong
    credit: Mapping[str, int]  # what they paid too much, by currency (P3)
    registered_at: datetime
    updated_at: datetime

    @property
    def usable(self) -> tuple[Channel, ...]:
        """The channels that may be used now for a notice that names no roles."""
        return self.reach.channels(ACCOUNTS)


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice as it is now, what is left of it by the ledger, and how its case stands, if it has one."""

    record: Invoice
    customer_id: str
    balance: int
    stage: str | None
    outcome: Outcome | None
    registered_at: datetime
    voided_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PostingView:
    """One entry of the ledger; what raises the balance is positive. `waiting`: a reversal without its payment (P5).

    `told` is what a reversal said. `as_of` is from when it counts, where its source says so (P9).
    """

    kind: str
    id: str
    amount: int
    told: int
    waiting: int
    payment_id: str | None
    at: datetime
    as_of: datetime | None
    origin: Origin
    note: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A question before a person; open while `closed_at` is None. `zone` is the customer's, if it is known, `assigned`
    whose the customer is, by hand or by a rule.
    """

    invoice_id: str
    id: str
    customer_id: str
    currency: str
    zone: str | None
    about: str
    queue: str
    note: str
    opened_at: datetime
    last_on: date
    escalations: int
    amount: int | None
    asked_by: str | None
    assigned: str | None
    closed_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TaskInList(TaskView):
    """The same with its debtor and what they owe; of an invoice without a case nothing is demanded of it yet."""

    customer_name: str | None
    due_on: date
    demanded: int
    has_case: bool


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One charge. `state` is begun, approved, declined, underway or failed; `answer` the provider's, if they gave one.

    A decline carries all its codes, and `row`, the row of the rule book that read them.
    """

    number: int
    key: str
    method: str
    currency: str
    amount: int
    by: str
    at: datetime
    state: str
    code: str | None
    advice: str | None
    network_code: str | None
    network_advice: str | None
    row: str | None
    answered_at: datetime | None
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class ForbiddenView:
    """A charge that the rule book did not allow: not before `until`, or never (C4)."""

    method: str
    at: datetime
    row: str
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OutsideView:
    """A charge that failed, made by the billing system itself, before the case opened or meanwhile (C3, C4)."""

    method: str | None
    currency: str
    amount: int
    at: datetime
    codes: Codes | None


@dataclass(frozen=True, slots=True)
class MethodView:
    """A payment method, and what the rule book says of an attempt by it (C4)."""

    record: Method
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A decline that wants a person's eyes; `method` has no more than its id where the customer has it no more."""

    invoice_id: str
    customer_id: str
    number: int
    method: Method
    currency: str
    amount: int
    at: datetime
    codes: Codes
    row: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ToldView:
    """A message that a case was told."""

    number: int
    name: str
    body: dict[str, Any]
    at: datetime


def row_as(kind: type[T], row: Mapping[Any, Any]) -> T:
    """The row as `kind`, whose fields are named like its columns."""
    found = {field.name: row[field.name] for field in fields(kind)}  # type: ignore[arg-type] # every kind is a dataclass
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in found.items()})
