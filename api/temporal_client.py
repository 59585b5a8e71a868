"""The running cases on a Temporal server: each one a workflow, its names those of the public contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    QueryRejectCondition,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.case_client import CaseStart, Machinery, TemporalUnreachable, Unanswered, Unreadable
from api.temporal_machinery import machinery_of
from dunning.calendar import CalendarError
from dunning.errors import Conflict, MoneyError, NotFound, Refused
from dunning.journal import Line
from workflows.contract import CUSTOMER, DUE_ON, TASK_QUEUE, WORKFLOW, CaseInput, workflow_id

_MARGIN: Final = 1.0  # seconds for which the SDK's own time-out may come first, which knows more
_GONE: Final = frozenset({RPCStatusCode.NOT_FOUND})
_NOT_READ: Final = frozenset({"BadRequest", "UnknownRequest"})
_OURS: Final = frozenset({"BadStart", *(kind.__name__ for kind in (Conflict, CalendarError, MoneyError, NotFound))})
_SILENT: Final = frozenset({RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED})


class TemporalCaseClient:
    """Speaks to the workflows of one namespace."""

    def __init__(
        self,
        client: Client,
        *,
        patience: timedelta = timedelta(seconds=10),
        glance: timedelta = timedelta(seconds=3),
        spread: timedelta = timedelta(),
        settle: timedelta = timedelta(),
    ) -> None:
        """`client` converts with pydantic; `patience` is for requests, `glance` for looking, the rest `CaseInput`'s."""
        self._client = client
        self._patience = patience
        self._glance = glance
        self._spread = spread
        self._settle = settle

    async def start(self, start: CaseStart) -> None:
        """Start the case, or let the running one be (O1)."""
        async with self._reachable():
            await self._client.start_workflow(WORKFLOW, self._input(start), **self._terms(start))

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        """Tell a fact."""
        try:
            async with self._reachable():
                await self._handle(invoice_id).signal(name, body, rpc_timeout=self._patience)
        except RPCError as error:
            if error.status in _GONE:
                return False
            raise
        return True

    async def signal_with_start(self, start: CaseStart, name: str, body: dict[str, Any]) -> None:
        """Tell a fact to a case that opens for it."""
        async with self._reachable():
            await self._client.start_workflow(
                WORKFLOW, self._input(start), start_signal=name, start_signal_args=[body], **self._terms(start)
            )

    async def ask(self, invoice_id: str, name: str, body: dict[str, Any], ask_id: str) -> bool:
        """Ask a request."""
        try:
            async with self._answered(name):
                await self._handle(invoice_id).execute_update(name, body, id=ask_id, rpc_timeout=self._patience)
        except RPCError as error:
            if error.status in _GONE:
                return False
            raise
        return True

    async def ask_with_start(self, start: CaseStart, name: str, body: dict[str, Any], ask_id: str) -> None:
        """Ask a request of a case that opens for it."""
        opening: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            WORKFLOW, self._input(start), **self._terms(start)
        )
        async with self._answered(name):
            await self._client.execute_update_with_start_workflow(
                name, body, start_workflow_operation=opening, id=ask_id, rpc_timeout=self._patience
            )

    async def case(self, invoice_id: str) -> dict[str, Any] | None:
        """Look at the case."""
        found: dict[str, Any] | None = await self._query(invoice_id, "case", dict[str, Any])
        return found

    async def forecast(self, invoice_id: str) -> tuple[Line, ...] | None:
        """Look ahead."""
        lines: tuple[Line, ...] | None = await self._query(invoice_id, "forecast", tuple[Line, ...])
        return lines

    async def state(self, invoice_id: str) -> str | None:
        """Ask for the whole of it."""
        state: str | None = await self._query(invoice_id, "state", str)
        return state

    async def failure(self, invoice_id: str) -> str | None:
        """Ask the newest run what went wrong."""
        try:
            async with self._reachable():
                handle = self._handle(invoice_id)
                seen = await handle.describe(rpc_timeout=self._glance)
                if seen.status is WorkflowExecutionStatus.FAILED:
                    return await _end_of(handle)
                return await _tried_last(handle)
        except RPCError:
            return None

    async def is_up(self) -> bool:
        """Ask the server how it is."""
        try:
            return await self._client.service_client.check_health(timeout=self._glance)
        except RPCError:
            return False

    async def machinery(self) -> Machinery | None:
        """Ask the server about itself."""
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await machinery_of(self._client, self._glance)
        except (RPCError, TimeoutError):
            return None

    async def _query(self, invoice_id: str, name: str, kind: Any) -> Any:
        """What a running case says of itself; None if it has ended, or no worker answers in time."""
        try:
            async with asyncio.timeout(self._glance.total_seconds()):
                return await self._handle(invoice_id).query(
                    name, result_type=kind, reject_condition=QueryRejectCondition.NOT_OPEN, rpc_timeout=self._glance
                )
        except (RPCError, WorkflowQueryRejectedError, WorkflowQueryFailedError, TimeoutError):
            return None

    @asynccontextmanager
    async def _reachable(self) -> AsyncGenerator[None]:
        """Say in our words that the server is down; that nothing runs under an id is the caller's to judge.

        The SDK asks a server that is down again and again; what a caller waits for is bounded here.
        """
        try:
            async with asyncio.timeout(self._patience.total_seconds() + _MARGIN):
                yield
        except TimeoutError as error:
            raise TemporalUnreachable("temporal: no answer in time") from error
        except RPCError as error:
            if error.status in _GONE or error.status is RPCStatusCode.INVALID_ARGUMENT:
                raise
            raise TemporalUnreachable(f"temporal: {error.status.name.lower().replace('_', ' ')}") from error

    @asynccontextmanager
    async def _answered(self, request: str) -> AsyncGenerator[None]:
        """Turn the ways in which a request can end into ours."""
        try:
            async with self._reachable():
                yield
        except WorkflowUpdateFailedError as error:
            raise _failed(request, error.cause) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise Unanswered(f"{request}: no worker answered in time; it may still be applied") from None
        except TemporalUnreachable as error:
            if _may_have_come(error.__cause__):
                raise Unanswered(f"{request}: no answer in time; it may still be applied") from None
            raise

    def _handle(self, invoice_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id(invoice_id))

    def _input(self, start: CaseStart) -> CaseInput:
        return CaseInput(
            start.invoice_id, spread=self._spread, clock=start.ahead, settle=self._settle,
            authenticated=start.authenticated,
        )  # fmt: skip

    def _terms(self, start: CaseStart) -> dict[str, Any]:
        """How a case is started, whatever it is started for; nothing personal stands in it (O3)."""
        due = datetime.combine(start.due_on, time(), UTC)
        pairs: list[SearchAttributePair[Any]] = [
            SearchAttributePair(CUSTOMER, start.customer_id),
            SearchAttributePair(DUE_ON, due),
        ]
        return {
            "id": workflow_id(start.invoice_id),
            "task_queue": TASK_QUEUE,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
            "search_attributes": TypedSearchAttributes(pairs),
            "static_summary": f"The case of invoice {start.invoice_id}",
        }


async def _end_of(handle: WorkflowHandle[Any, Any]) -> str | None:
    try:
        await handle.result()
    except WorkflowFailureError as failure:
        cause: BaseException | None = failure.cause
        while cause is not None and not isinstance(cause, ApplicationError):
            cause = cause.__cause__
        return _in_words(cause.type or "", cause.message) if cause is not None else type(failure.cause).__name__
    return None


async def _tried_last(handle: WorkflowHandle[Any, Any]) -> str | None:
    """Why the newest try of the opening failed, of which the history tells once it is waited for."""
    events = (await handle.fetch_history()).events
    markers = [one.marker_recorded_event_attributes for one in events]
    failed = [one.failure for one in markers if one.HasField("failure")]
    return _in_words(failed[-1].application_failure_info.type, failed[-1].message) if failed else None


def _in_words(kind: str, said: str) -> str:
    """What is ours names ids and settings; what others say may hold anything, so only its kind is told (O3)."""
    return said if kind in _OURS else kind


def _may_have_come(cause: BaseException | None) -> bool:
    return isinstance(cause, TimeoutError) or (isinstance(cause, RPCError) and cause.status in _SILENT)


def _failed(request: str, cause: BaseException | None) -> Exception:
    """A rule's refusal, and nothing else, is told as one: what went wrong between the case and us says so (F6)."""
    kind = cause.type if isinstance(cause, ApplicationError) else None
    if isinstance(cause, ApplicationError) and kind == "Refused":
        told = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else {}
        return Refused(request, cause.message, str(told.get("rule", "")))
    if isinstance(cause, ApplicationError) and kind in _NOT_READ:
        return Unreadable(f"{request}: the case cannot read it ({cause.message}); its worker is of another build")
    return Unanswered(f"{request}: the case ended or failed before its answer; it may still be applied")
