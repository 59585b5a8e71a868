"""What a Temporal server tells of itself: who polls its queues, what waits in them, and which of our runs failed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue as QueueName
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetSystemInfoRequest
from temporalio.client import Client

from activities.options import NOTICES, PAYMENTS
from api.case_client import FailedRun, Machinery, TaskQueue
from workflows.contract import TASK_QUEUE, WORKFLOW, workflow_id

MOST_FAILED: Final = 20
_OF_WORKFLOWS: Final = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
_OF_ACTIVITIES: Final = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
_QUEUES: Final = (
    (TASK_QUEUE, _OF_WORKFLOWS, "decisions"),
    (TASK_QUEUE, _OF_ACTIVITIES, "effects on our own store"),
    (NOTICES, _OF_ACTIVITIES, "messages"),
    (PAYMENTS, _OF_ACTIVITIES, "payments"),
)
_FAILED: Final = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')"


async def machinery_of(client: Client, patience: timedelta) -> Machinery:
    """The whole. Raises `RPCError`."""
    info, queues, failed = await asyncio.gather(
        client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=patience),
        asyncio.gather(*(_queue(client, *one, patience) for one in _QUEUES)),
        _failed(client, patience),
    )
    return Machinery(info.server_version, tuple(queues), failed)


async def _queue(
    client: Client, name: str, kind: TaskQueueType.ValueType, words: str, patience: timedelta
) -> TaskQueue:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=QueueName(name=name), task_queue_type=kind, report_stats=True
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=patience)
    stats = answer.stats
    oldest = stats.approximate_backlog_age.ToTimedelta()
    return TaskQueue(name, words, len(answer.pollers), stats.approximate_backlog_count, oldest)


async def _failed(client: Client, patience: timedelta) -> tuple[FailedRun, ...]:
    found = client.list_workflows(_FAILED, limit=MOST_FAILED, rpc_timeout=patience)
    ours = len(workflow_id(""))
    return tuple([FailedRun(one.id[ours:], one.run_id, one.close_time) async for one in found])
