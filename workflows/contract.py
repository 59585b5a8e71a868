"""The public names of the workflow: what a billing system in any language may start, signal, update and query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dunning.records import Customer, Invoice, Method

WORKFLOW = "DunningCase"
OPENER = "OpenDueCases"
TASK_QUEUE = "dunning"  # workflows, and the effects on our own store
NOTICES_QUEUE = "notices"
PAYMENTS_QUEUE = "payments"


def workflow_id(invoice_id: str) -> str:
    """The workflow id of an invoice's case."""
    return f"case:{invoice_id}"


@dataclass(frozen=True, slots=True)
class CaseInput:
    """What a case starts from: the id of an invoice known to the store, or the whole invoice and customer given inline.

    `clock` shifts the case's clock from the server's, `settle` delays its acts; both are zero outside tests and demos.
    `carried` is the case itself, handed from one run to the next.
    """

    invoice_id: str
    invoice: Invoice | None = None
    customer: Customer | None = None
    methods: tuple[Method, ...] = ()
    clock: timedelta = timedelta()
    settle: timedelta = timedelta()
    carried: str | None = None
