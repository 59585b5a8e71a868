"""The workers of one process: one for each task queue, sharing a client and stopping together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final

import structlog
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from workflows.case import DunningCase
from workflows.contract import TASK_QUEUE
from workflows.opener import OpenDueCases

Registry = Mapping[str, Sequence[Callable[..., Any]]]

WORKFLOWS: tuple[type, ...] = (DunningCase, OpenDueCases)
# Named by us: the SDK's own name is a hash over every module, which takes it two seconds and more at each start.
LEFT_AFTER: Final = timedelta(seconds=10)  # beyond the grace
_LOG: Final = structlog.get_logger()
BUILD: Final = f"dunning {version('dunning')}"


@asynccontextmanager
async def working(
    client: Client,
    registry: Registry,
    *,
    prefix: str = "",
    cached_cases: int = 1000,
    grace: timedelta = timedelta(seconds=20),
    runner: WorkflowRunner | None = None,
) -> AsyncIterator[None]:
    """Work on every queue of the registry until the block ends; then what is under way may finish within `grace`.

    Cases live in no sandbox unless the `runner` is one: it costs a worker half of each opening, and a test proves that
    what a case reaches touches no clock, no dice and no disk. `prefix` names another fleet with queues of its own.
    Raises what the SDK raises when the server is not there.
    """
    async with AsyncExitStack() as stack:
        for queue, activities in registry.items():
            cases = queue == TASK_QUEUE
            worker = Worker(
                client,
                task_queue=prefix + queue,
                workflows=WORKFLOWS if cases else (),
                activities=activities,
                build_id=BUILD,
                workflow_runner=runner or UnsandboxedWorkflowRunner(),
                max_cached_workflows=cached_cases if cases else 0,
                graceful_shutdown_timeout=grace,
                workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
                activity_task_poller_behavior=PollerBehaviorAutoscaling(),
            )
            await stack.enter_async_context(at_work(worker, grace))
        yield


@asynccontextmanager
async def at_work(worker: Worker, grace: timedelta) -> AsyncIterator[None]:
    """The worker until the block ends. One that then waits for a local activity that nobody does is left alone: what it
    had in hand, another does.
    """
    await worker.__aenter__()
    try:
        yield
    finally:
        stopping = asyncio.ensure_future(worker.__aexit__(None, None, None))
        await asyncio.wait({stopping}, timeout=(grace + LEFT_AFTER).total_seconds())
        if stopping.done():
            stopping.result()
        else:
            _LOG.warning("a worker does not stop, and is left alone", queue=worker.task_queue)
