"""How due cases come to be opened: who is due, and the hourly schedule that asks."""

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

from adapters.storage.lists.parties import PartyLists
from dunning.policy import Policy
from dunning.span import Span
from workflows.contract import OPENER, TASK_QUEUE
from workflows.opener import OpenerInput

SCHEDULE = "open-due-cases"
EVERY = timedelta(hours=1)
FEAST_DAYS = 4  # in a row, as at Easter; twice the working days covers the weekends
CATCHES_UP = timedelta(days=365)  # one run opens all that is due, so one late run makes up for a whole outage


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
    """How many days before the day after the due date the first step of a policy may be. A case may open too early."""
    early = [_days_before(step.after) + 1 for step in policy.steps if step.since is None and step.after.count <= 0]
    return max(early, default=0)


def _days_before(span: Span) -> int:
    """At most so many days: working days may have weekends and feast days among them."""
    return -span.count if span.unit == "days" or not span.count else -span.count * 2 + FEAST_DAYS


async def keep_schedule(client: Client, *, queue: str = TASK_QUEUE) -> None:
    """Make the schedule if it is not there; what an operator changed of it stays."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(OPENER, OpenerInput(), id=SCHEDULE, task_queue=queue),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCHES_UP),
    )
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(SCHEDULE, schedule, trigger_immediately=True)
