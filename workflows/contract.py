"""The public names of the workflow: what a billing system in any language may start, signal, update and query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as message  # read by every workflow: its reader is built once, not each time
from temporalio.common import SearchAttributeKey

from activities.options import CASES
from dunning.effects import Outcome
from dunning.records import Customer, Invoice, Method, Word
from workflows.limits import Delay, Events

WORKFLOW = "DunningCase"
OPENER = "OpenDueCases"
TASK_QUEUE = CASES  # workflows, and the effects on our own store

# What cases can be searched by in Temporal, set by who starts them: business ids and days only, no personal data (O3).
CUSTOMER = SearchAttributeKey.for_keyword("DunningCustomer")  # the customer's id in our books
DUE_ON = SearchAttributeKey.for_datetime("DunningDueOn")  # the due day's first moment, UTC
OFTEN_ENOUGH = 4_000  # events of one run; the server warns at 10,240


def queue_beside(own: str, queue: str) -> str:
    """The queue of an activity beside the workflow's own: another fleet with its own queues is named by a prefix."""
    return queue if own == TASK_QUEUE else own.removesuffix(TASK_QUEUE) + queue


def workflow_id(invoice_id: str) -> str:
    """The workflow id of an invoice's case."""
    return f"case:{invoice_id}"


@message(frozen=True, slots=True)
class CaseInput:
    """What a case starts from: the id of an invoice that the store knows, or the whole invoice and customer inline.

    `spread` is the longest delay of a wake-up, so that what is due at one opening of contact hours does not burst; each
    case derives its own from its id. `clock` shifts the case's clock from the server's and `settle` delays its acts, so
    that a story can be told in virtual time; both are zero outside tests and demos. A run whose history has more than
    `most_events` is continued by a new one. `authenticated` is who was let in and had the case opened. `carried` and
    `seen` are handed from one run of a case to the next, and taken from nobody else.
    """

    invoice_id: str
    invoice: Invoice | None = None
    customer: Customer | None = None
    methods: tuple[Method, ...] = ()
    spread: Delay = timedelta()
    clock: timedelta = timedelta()
    settle: Delay = timedelta()
    most_events: Events = OFTEN_ENOUGH
    authenticated: Annotated[Word | None, Field(exclude_if=lambda said: said is None)] = None
    carried: str | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case ended, and when by its own clock."""

    invoice_id: str
    outcome: Outcome
    closed_at: datetime
