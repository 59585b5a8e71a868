"""The timers and activities of a real case, in order, each activity with what the case gave to it.

A history tells what an activity of the server was given. Of a local one it tells the name alone, so the history is
lived again, and what the case then gives is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.options import CASES
from bench.bare_script import Call, Sleep
from worker.history_files import LOCAL
from workflows.case import DunningCase


class Given(Interceptor):
    """Remembers what local activities are given."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.local: list[list[Payload]] = []

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: A002, ARG002 - the SDK's own
        """Listen to what goes out."""
        local = self.local

        class Outbound(WorkflowOutboundInterceptor):
            def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:  # noqa: A002
                local.append(list(pydantic_data_converter.payload_converter.to_payloads(input.args)))
                return super().start_local_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


async def script_of_case(history: WorkflowHistory) -> list[Sleep | Call]:
    """What the case of this history waited for and had done."""
    given = Given()
    replayer = Replayer(
        workflows=[DunningCase], workflow_runner=UnsandboxedWorkflowRunner(), data_converter=pydantic_data_converter,
        interceptors=[given],
    )  # fmt: skip
    await replayer.replay_workflow(history)
    local = iter(given.local)
    return [step for event in history.events if (step := _step(event, local)) is not None]


def _step(event: HistoryEvent, local: Iterator[list[Payload]]) -> Sleep | Call | None:
    match event.WhichOneof("attributes"):
        case "timer_started_event_attributes":
            asked = event.timer_started_event_attributes.start_to_fire_timeout
            return Sleep(asked.ToTimedelta().total_seconds())
        case "activity_task_scheduled_event_attributes":
            act = event.activity_task_scheduled_event_attributes
            return Call(act.activity_type.name, act.task_queue.name, _args(list(act.input.payloads)))
        case "marker_recorded_event_attributes" if event.marker_recorded_event_attributes.marker_name == LOCAL:
            told = event.marker_recorded_event_attributes.details["data"].payloads[0]
            return Call(json.loads(told.data)["activity_type"], CASES, _args(next(local)))
        case _:
            return None


def _args(payloads: list[Payload]) -> tuple[tuple[dict[str, bytes], bytes], ...]:
    return tuple((dict(one.metadata), one.data) for one in payloads)
