"""What a workflow is at and when it will wake by itself, read from the server without asking a worker.

`describe` tells its clock and the work in flight but not its timers, and a timer that is due but has not fired yet
leaves no other trace: a workflow that looks idle may be about to act. So the timers are followed in its history.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingActivityState, WorkflowExecutionStatus
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client

_OPEN: Final = {
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED,
}
_EVENTS_A_PAGE: Final = 250


@dataclass(frozen=True, slots=True)
class WorkflowView:
    """One look at a workflow.

    `now` is its virtual time, and once it has ended the moment of its end. `busy` names all that keeps it from being at
    rest. `wakes_at` is the next moment at which a timer fires or a failed activity is tried again, `None` if it waits
    for messages alone. `failed` are the activities to be tried again, each with the number of that attempt. `events` is
    the length of its history.
    """

    run_id: str
    now: datetime
    is_open: bool
    busy: tuple[str, ...]
    wakes_at: datetime | None
    failed: frozenset[tuple[str, int]]
    events: int

    @property
    def is_at_rest(self) -> bool:
        """Nothing will happen before `wakes_at` unless a message comes."""
        return not self.busy


@dataclass(slots=True)
class _Run:
    """What the history of one run says, as far as it was read."""

    run_id: str
    read: int = 0
    has_begun: bool = False
    timers: dict[int, datetime] = field(default_factory=dict)

    def follow(self, event: HistoryEvent) -> None:
        self.read = event.event_id
        match event.event_type:
            case EventType.EVENT_TYPE_TIMER_STARTED:
                length = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                self.timers[event.event_id] = utc_moment(event.event_time) + length
            case EventType.EVENT_TYPE_TIMER_FIRED:
                self.timers.pop(event.timer_fired_event_attributes.started_event_id, None)
            case EventType.EVENT_TYPE_TIMER_CANCELED:
                self.timers.pop(event.timer_canceled_event_attributes.started_event_id, None)
            case EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
                self.has_begun = True
            case _:
                pass


class WorkflowWatcher:
    """Looks at workflows; reads of each history only what it has not read before."""

    def __init__(self, client: Client) -> None:
        """`client` decides the namespace."""
        self._client = client
        self._runs: dict[str, _Run] = {}

    async def look(self, workflow_id: str) -> WorkflowView:
        """The latest run of a workflow as it is now. Raises the SDK's `RPCError` if there is none of that id."""
        while True:
            seen = await self._describe(workflow_id)
            run = await self._history(workflow_id, seen)
            if run.read == seen.workflow_execution_info.history_length:
                return _view(seen, run)

    async def _describe(self, workflow_id: str) -> DescribeWorkflowExecutionResponse:
        request = DescribeWorkflowExecutionRequest(
            namespace=self._client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
        )
        return await self._client.workflow_service.describe_workflow_execution(request, retry=True)

    async def _history(self, workflow_id: str, seen: DescribeWorkflowExecutionResponse) -> _Run:
        info = seen.workflow_execution_info
        run = self._runs.get(workflow_id)
        if run is None or run.run_id != info.execution.run_id:
            run = self._runs[workflow_id] = _Run(info.execution.run_id)
        if run.read < info.history_length:
            for event in await self._news(info.execution, after=run.read):
                run.follow(event)
        if info.status not in _OPEN:
            self._runs.pop(workflow_id, None)
        return run

    async def _news(self, execution: WorkflowExecution, *, after: int) -> list[HistoryEvent]:
        """The events after the one with that number, oldest first; read from the end, since they are few."""
        news: list[HistoryEvent] = []
        page = b""
        while True:
            answer = await self._client.workflow_service.get_workflow_execution_history_reverse(
                GetWorkflowExecutionHistoryReverseRequest(
                    namespace=self._client.namespace,
                    execution=execution,
                    maximum_page_size=_EVENTS_A_PAGE,
                    next_page_token=page,
                ),
                retry=True,
            )
            news += [event for event in answer.history.events if event.event_id > after]
            page = answer.next_page_token
            if not page or (answer.history.events and answer.history.events[-1].event_id <= after + 1):
                return news[::-1]


def utc_moment(stamp: Timestamp) -> datetime:
    """A moment as Temporal sends it; what is below a microsecond is cut off."""
    return stamp.ToDatetime(tzinfo=UTC)


def _view(seen: DescribeWorkflowExecutionResponse, run: _Run) -> WorkflowView:
    info = seen.workflow_execution_info
    is_open = info.status in _OPEN
    now = _now(seen) if is_open else utc_moment(info.close_time)
    failed = [activity for activity in seen.pending_activities if _rests(activity, now)] if is_open else []
    wakes = [*run.timers.values(), *(utc_moment(activity.next_attempt_schedule_time) for activity in failed)]
    return WorkflowView(
        run_id=info.execution.run_id,
        now=now,
        is_open=is_open,
        busy=tuple(_busy(seen, run, now)) if is_open else (),
        wakes_at=min(wakes, default=None) if is_open else None,
        failed=frozenset((activity.activity_id, activity.attempt) for activity in failed),
        events=info.history_length,
    )


def _now(seen: DescribeWorkflowExecutionResponse) -> datetime:
    extended = seen.workflow_extended_info
    if extended.HasField("time_skipping_info"):
        return utc_moment(extended.time_skipping_info.current_time)
    # One that never skipped lives on the wall clock, and the server does not say what it reads.
    return datetime.now(UTC)  # noqa: TID251


def _rests(activity: PendingActivityInfo, now: datetime) -> bool:
    """Failed, and not yet to be tried again. Such an activity does not keep time from being skipped."""
    if activity.state != PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED:
        return False
    return activity.HasField("next_attempt_schedule_time") and now < utc_moment(activity.next_attempt_schedule_time)


def _busy(seen: DescribeWorkflowExecutionResponse, run: _Run, now: datetime) -> Iterator[str]:
    if seen.workflow_execution_info.status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED:
        yield "it is paused"
    if not run.has_begun:
        yield "its first task has not been scheduled"
    if seen.HasField("pending_workflow_task"):
        yield f"a workflow task (attempt {seen.pending_workflow_task.attempt})"
    for activity in seen.pending_activities:
        if not _rests(activity, now):
            yield f"the activity {activity.activity_type.name} (attempt {activity.attempt})"
    for child in seen.pending_children:
        yield f"the child workflow {child.workflow_id}"
    for operation in seen.pending_nexus_operations:
        yield f"the operation {operation.operation}"
    if any(due <= now for due in run.timers.values()):
        yield "a timer that is about to fire"
