"""The floor to compare with: a workflow that knows no rules, only a list of sleeps and activities to go through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from temporalio.api.common.v1 import Payload

    from bench.bare_script import SCRIPT, Sleep

BARE, FLOOR, TRIVIAL = "BareCase", "FloorCase", "trivial"
MOST_TRIVIAL = 6  # activities of the floor
QUEUES = "bare-"  # a fleet of its own, whose workflows live in Temporal's sandbox
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
                    step.name, args=args, task_queue=QUEUES + step.queue, start_to_close_timeout=timedelta(seconds=30)
                )
        return len(SCRIPT)


@activity.defn(name=TRIVIAL)
async def trivial(number: int) -> int:
    """Do nothing."""
    return number


@workflow.defn(name=FLOOR)
class FloorCase:
    """The same timers, and six activities that do nothing and reach no store: what nobody can go below."""

    @workflow.run
    async def run(self, invoice_id: str) -> int:  # noqa: ARG002 - the same signature
        """Go through the list."""
        done = 0
        for step in SCRIPT:
            if isinstance(step, Sleep):
                await workflow.sleep(timedelta(seconds=step.seconds))
            elif done < MOST_TRIVIAL:
                done = await workflow.execute_activity(TRIVIAL, done + 1, start_to_close_timeout=timedelta(seconds=30))
        return done
