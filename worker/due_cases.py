"""How due cases come to be opened: who is due, and the hourly schedule that asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
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

from adapters.storage.store import Store
from adapters.storage.unopened import Tries, WhyUnopened
from dunning.policy import Policy
from dunning.span import Span
from workflows.contract import OPENER, TASK_QUEUE
from workflows.opener import OpenerInput

SCHEDULE = "open-due-cases"
OPENS = f"schedule {SCHEDULE}"  # as the journal of a case names who had it opened (F6)
EVERY = timedelta(hours=1)
FEAST_DAYS = 4  # in a row, as at Easter; twice the working days covers the weekends
CATCHES_UP = timedelta(days=365)  # one run opens all that is due, so one late run makes up for a whole outage


Ahead = Callable[[], Awaitable[timedelta]]


async def _on_real_time() -> timedelta:
    return timedelta()


class StoredDueInvoices:
    """Finds in the store what is due on the creditor's day, or has a step before its due date."""

    def __init__(
        self, store: Store, policies: tuple[Policy, ...], creditor_zone: str, ahead: Ahead = _on_real_time
    ) -> None:
        """The policies tell how early their first steps come; the clock of the cases is `ahead` of the schedule's."""
        self._parties, self._unopened, self._zone = store.parties, store.unopened, ZoneInfo(creditor_zone)
        self._lead, self._ahead = max((lead_days(policy) for policy in policies), default=0), ahead

    async def due_for_opening(self, at: datetime, after: str | None, limit: int) -> tuple[str, ...]:
        """Invoices without a case, by id behind `after`."""
        on = self._day(await self._moment(at))
        return tuple(await self._parties.due_for_opening(on, lead_days=self._lead, after=after, limit=limit))

    async def tries(self, invoices: Sequence[str]) -> Mapping[str, Tries]:
        """What was tried before for each of these."""
        return await self._unopened.tries(invoices)

    async def tried(self, invoices: Sequence[str], at: datetime) -> None:
        """The opening of these was begun at this moment of the schedule, whose own clock tells when to try again."""
        await self._unopened.tried(invoices, at)

    async def ask(self, invoice_id: str, kind: WhyUnopened, why: str, at: datetime) -> None:
        """Put it before a person that the invoice has no case."""
        await self._unopened.ask(invoice_id, kind, why, await self._moment(at))

    async def close_answered(self, at: datetime) -> None:
        """Close what needs no answer any more."""
        moment = await self._moment(at)
        await self._unopened.close_not_due(self._day(moment) + timedelta(days=self._lead), moment)

    async def _moment(self, at: datetime) -> datetime:
        return at + await self._ahead()

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()


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
