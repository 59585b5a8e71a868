"""How due cases come to be opened: who is due, how a case is started, and the hourly schedule that asks."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.common import WorkflowIDConflictPolicy

from adapters.storage.party_lists import PartyLists
from dunning.policy import Policy
from workflows.contract import OPENER, TASK_QUEUE, WORKFLOW, CaseInput, workflow_id
from workflows.opener import OpenerInput

SCHEDULE = "open-due-cases"
EVERY = timedelta(hours=1)
CATCHES_UP = timedelta(days=365)  # one run opens all that is due, so one late run makes up for a whole outage


class TemporalStarter:
    """Starts the workflow of a case by its invoice's id."""

    def __init__(self, client: Client, *, spread: timedelta, queue: str = TASK_QUEUE) -> None:
        """`spread` is the longest delay of a wake-up of the cases it starts."""
        self._client, self._spread, self._queue = client, spread, queue

    async def start(self, invoice_id: str) -> None:
        """Start it, or leave the one that runs alone (O1)."""
        await self._client.start_workflow(
            WORKFLOW,
            CaseInput(invoice_id, spread=self._spread),
            id=workflow_id(invoice_id),
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"invoice {invoice_id}",
        )


class StoredDueInvoices:
    """Finds in the store what is due on the creditor's day, or has a step before its due date."""

    def __init__(self, parties: PartyLists, policies: tuple[Policy, ...], creditor_zone: str) -> None:
        """The policies tell how early their first steps come."""
        self._parties, self._zone = parties, ZoneInfo(creditor_zone)
        self._lead = max((lead_days(policy) for policy in policies), default=0)

    async def due_for_opening(self, at: datetime, after: str | None, limit: int) -> tuple[str, ...]:
        """Invoices without a case, by id behind `after`."""
        on: date = at.astimezone(self._zone).date()
        return tuple(await self._parties.due_for_opening(on, lead_days=self._lead, after=after, limit=limit))


def lead_days(policy: Policy) -> int:
    """How many days before the day after the due date a policy has its first step; twice as many for working days."""
    earliest = [step.after for step in policy.steps if step.since is None and step.after.count <= 0]
    return max((1 - span.count * (1 if span.unit == "days" else 2) for span in earliest), default=0)


async def keep_schedule(client: Client, *, queue: str = TASK_QUEUE) -> None:
    """Make the schedule if it is not there; what an operator changed of it stays."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(OPENER, OpenerInput(), id=SCHEDULE, task_queue=queue),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCHES_UP),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(SCHEDULE, schedule, trigger_immediately=True)
