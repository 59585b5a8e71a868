"""Moves the clocks of workflows ahead, on a server that allows it, and returns when they have come to rest.

Each workflow has a clock of its own. It runs with the wall clock, is ahead of it by what was skipped, never goes back,
and keeps its lead over continue-as-new and a restart of the server. The server skips only while nothing is in flight,
and then to the next timer, the next retry of a failed activity, or the moment asked for, whichever comes first.

Here each skip is good for once: it ends at the next waking, and another follows when the workflow is at rest again. One
long skip would do the same work in fewer calls, but the server stops it for good after 200 wakings, and it overshoots:
after continue-as-new the first task of the new run may be held back for a second, and time skips on to the end
meanwhile; and a skip whose end has just passed while something was in flight goes on to the next timer, however far.

Measured (server 1.32, SDK 1.35, `QUICK_TIMERS`, in memory, 4 cores): an advance without a waking takes 10 ms and ends
5 ms past its moment; a waking takes 20 ms with a workflow task alone, 40 ms with an activity too. A timer fires 10 to
15 ms after its moment (40 to 130 ms while 16 workflows advance at a time), never before. A signal or update is handled
within some 20 ms, and `workflow.now()` in its handler is the virtual time then; in a query it is that of the last task.
Activities see the wall clock. While no worker runs, a waking stands still and so does its workflow's time. A running
child holds its parent's time; it starts at its parent's, and then has its own. A skip adds two events to the history,
which replays as before. After continue-as-new `describe` gives a wrong start time to a workflow that has skipped.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig, WorkflowExecution
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from dunning.errors import DunningError
from worker.workflow_view import WorkflowView, WorkflowWatcher

_FIRST_PAUSE: Final = 0.004  # seconds between looks; a workflow task takes about 10 ms, an activity 5 ms
_LONGEST_PAUSE: Final = 0.05
_LOOKS_UNTIL_RETRIED: Final = 250  # a second; it takes a few milliseconds
_NOT_WORTH_A_SKIP: Final = timedelta(milliseconds=50)  # so near that it might be past before the server hears of it
_NEXT_LOOK_TELLS: Final = frozenset({
    RPCStatusCode.NOT_FOUND,  # it has ended since we looked
    RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED,  # the answer was lost
})  # fmt: skip

Handle = WorkflowHandle[Any, Any]


class TimeIsReal(DunningError):
    """The server does not allow time to be skipped; nothing was changed."""

    def __str__(self) -> str:
        return (
            "this Temporal server does not allow time to be skipped; allowed on one that is started with "
            "the dynamic configuration frontend.WorkflowTimeSkippingEnabled=true, as the embedded server is"
        )


class NeverAtRest(DunningError):
    """A workflow did not come to rest: names it, the moment it stands at, and what keeps it."""

    def __init__(self, workflow_id: str, at: datetime, why: str) -> None:
        """`at` is virtual time."""
        self.workflow_id = workflow_id
        self.at = at
        super().__init__(f"workflow {workflow_id} does not come to rest at {at:%Y-%m-%d %H:%M:%S%z}: {why}")


class WorkflowClocks:
    """Reads and moves the clocks of the workflows of one namespace. Two of them must not move the same workflow."""

    def __init__(
        self, client: Client, *, patience: timedelta = timedelta(seconds=30), most_wakings: int = 10_000
    ) -> None:
        """Make one for the namespace of `client`.

        Args:
            client: any client of the server.
            patience: real time without a new event after which a workflow that is busy is given up.
            most_wakings: in one advance; an activity that fails for ever would wake a workflow without end.
        """
        self._client = client
        self._watcher = WorkflowWatcher(client)
        self._patience = patience.total_seconds()
        self._most_wakings = most_wakings

    async def now(self, handle: Handle) -> datetime:
        """The present virtual time of a workflow; of one that has ended, the moment it ended."""
        return (await self._watcher.look(handle.id)).now

    async def settle(self, handle: Handle) -> WorkflowView:
        """Wait until a workflow has done all that it can do now, such as after a signal. Raises `NeverAtRest`."""
        view = await self._watcher.look(handle.id)
        pause, give_up = _FIRST_PAUSE, self._give_up()
        while not view.is_at_rest:
            if _real_time() > give_up:
                raise NeverAtRest(handle.id, view.now, ", ".join(view.busy))
            await asyncio.sleep(pause)
            seen, view = view, await self._watcher.look(handle.id)
            moved = (seen.run_id, seen.events) != (view.run_id, view.events)
            pause, give_up = (_FIRST_PAUSE, self._give_up()) if moved else (min(pause * 1.5, _LONGEST_PAUSE), give_up)
        return view

    async def advance_to(self, handle: Handle, instant: datetime) -> WorkflowView:
        """Bring a workflow to `instant` in virtual time, all that falls due on the way done in its turn.

        Returns once it is at rest at that moment or a few milliseconds past it, a timer of exactly that moment handled;
        or when it has ended. One that is past it already is only settled. An activity that failed and waits is tried
        once more at every stop on the way, besides its own moments; count on that where attempts are limited.

        Raises:
            TimeIsReal: the server does not allow it.
            NeverAtRest: no worker is there, or an activity fails for ever, or a child workflow runs.
        """
        for _ in range(self._most_wakings):
            view = await self.settle(handle)
            if not view.is_open or view.now >= instant:
                return view
            if instant - view.now > _NOT_WORTH_A_SKIP:
                await self._skip_once(handle.id, view, instant)
            else:
                await asyncio.sleep((instant - view.now).total_seconds())
        view = await self._watcher.look(handle.id)
        raise NeverAtRest(handle.id, view.now, f"it woke {self._most_wakings} times on the way to {instant}")

    async def advance(self, handle: Handle, delta: timedelta) -> WorkflowView:
        """Bring a workflow `delta` further than it is now; see `advance_to`."""
        return await self.advance_to(handle, await self.now(handle) + delta)

    async def _skip_once(self, workflow_id: str, view: WorkflowView, instant: datetime) -> None:
        """Let the server skip to whatever comes first on the way to `instant`, and no further."""
        target = FastForwardConfig(id=f"to {instant.isoformat()}")
        target.duration.FromTimedelta(instant - view.now)
        config = TimeSkippingConfig(enabled=True, fast_forward_config=target, max_session_skip_count=1)
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=self._client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=view.run_id),
            workflow_execution_options=WorkflowExecutionOptions(time_skipping_config=config),
            update_mask=FieldMask(paths=["time_skipping_config"]),
            identity=self._client.identity,
        )
        try:
            # Not sent again without a look: a skip goes on from where the clock is, and may have been made already.
            await self._client.workflow_service.update_workflow_execution_options(request, retry=False)
        except RPCError as error:
            if error.status == RPCStatusCode.UNIMPLEMENTED:
                raise TimeIsReal from error
            if error.status not in _NEXT_LOOK_TELLS:
                raise
        if view.failed:
            await self._retried(workflow_id, view)

    async def _retried(self, workflow_id: str, before: WorkflowView) -> None:
        """Wait for the failed activities to be tried again: the server does that whenever time is skipped.

        It takes the change of a workflow's options, which a skip is, for a reason not to wait any longer.
        """
        for _ in range(_LOOKS_UNTIL_RETRIED):
            if not before.failed & (await self._watcher.look(workflow_id)).failed:
                return
            await asyncio.sleep(_FIRST_PAUSE)

    def _give_up(self) -> float:
        return _real_time() + self._patience


def _real_time() -> float:
    return asyncio.get_running_loop().time()
