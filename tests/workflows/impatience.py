"""Lets the server give up an activity's try early: where a worker dies, the product's half a minute only takes time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import temporalio.client
import temporalio.worker
from temporalio.worker import (
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle


class Impatience(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """One try of an activity takes so long at most; every worker of its client has it."""

    def __init__(self, one_try: timedelta, activity: str | None = None) -> None:
        """`activity` is the only one that it is for; without, it is for all."""
        self._one_try, self._activity = one_try, activity

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: A002 - the SDK's name
        one_try, only = self._one_try, self._activity

        class Outbound(WorkflowOutboundInterceptor):
            def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002 - the SDK's name
                if only in {None, input.activity}:
                    input.start_to_close_timeout = one_try
                return super().start_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound
