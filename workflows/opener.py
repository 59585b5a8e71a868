"""`OpenDueCases`: run by a schedule, it opens the case of each invoice that fell due, or has a step before that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.options import OPEN_DUE_CASES, Batch
    from workflows.contract import OPENER

MOST_BATCHES = 500  # then the run goes on as a new one, with a fresh history


@dataclass(frozen=True, slots=True)
class OpenerInput:
    """`clock` shifts the moment from the server's, zero outside demos. `after` is where an earlier run stopped."""

    clock: timedelta = timedelta()
    after: str | None = None


@workflow.defn(name=OPENER)
class OpenDueCases:
    """Opens batch after batch, by invoice id, until there is none: a run that comes late catches up by itself."""

    @workflow.run
    async def run(self, start: OpenerInput) -> int:
        """Open what is to be opened now; the number of cases opened by this run."""
        opened, after = 0, start.after
        for _ in range(MOST_BATCHES):
            batch: Batch = await workflow.execute_activity(
                OPEN_DUE_CASES.name, args=[workflow.now() + start.clock, after], result_type=Batch,
                start_to_close_timeout=OPEN_DUE_CASES.start_to_close, retry_policy=OPEN_DUE_CASES.retry,
                summary=f"open cases after {after}" if after else "open cases",
            )  # fmt: skip
            opened += batch.opened
            if batch.last is None:
                return opened
            after = batch.last
        return workflow.continue_as_new(OpenerInput(start.clock, after))
