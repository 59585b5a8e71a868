"""What each running case adds to its workflow's clock: it stands in the input that its run was started with."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import Client

from workflows.contract import CaseInput


class CaseClocks:
    """Reads the shift of a run once."""

    def __init__(self, client: Client) -> None:
        """`client` converts with pydantic."""
        self._client = client
        self._shifts: dict[str, timedelta] = {}

    async def shift(self, workflow_id: str, run_id: str) -> timedelta:
        """How far the case of this run is ahead of its workflow's clock."""
        if run_id not in self._shifts:
            self._shifts[run_id] = (await self._input(workflow_id, run_id)).clock
        return self._shifts[run_id]

    async def _input(self, workflow_id: str, run_id: str) -> CaseInput:
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        async for event in handle.fetch_history_events(page_size=1):
            started = event.workflow_execution_started_event_attributes
            [start] = await self._client.data_converter.decode(started.input.payloads, [CaseInput])
            found: CaseInput = start
            return found
        return CaseInput("")  # a run without a first event has no clock to be ahead of
