"""The floor to compare with: a workflow that knows no rules, only a list of sleeps and activities to go through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from temporalio.api.common.v1 import Payload

    from bench.bare_script import SCRIPT, Sleep

BARE = "BareCase"
PLACEHOLDER = b"INV-0"


def payload(meta: dict[str, bytes], data: bytes, invoice_id: str) -> Payload:
    """An argument of a real case, for another invoice."""
    return Payload(metadata=meta, data=data.replace(PLACEHOLDER, invoice_id.encode()))


@workflow.defn(name=BARE)
class BareCase:
    """The same timers and activities as a case, in the same order, with nothing between them."""

    @workflow.run
    async def run(self, invoice_id: str) -> int:
        """Go through the list."""
        for step in SCRIPT:
            if isinstance(step, Sleep):
                await workflow.sleep(timedelta(seconds=step.seconds))
            else:
                args: list[Any] = [RawValue(payload(meta, data, invoice_id)) for meta, data in step.args]
                await workflow.execute_activity(
                    step.name, args=args, task_queue=step.queue, start_to_close_timeout=timedelta(seconds=30)
                )
        return len(SCRIPT)
