"""Histories of cases from files or from the server, each replayed with this build."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from cli.exits import BadInput
from cli.installation.connections import connect_to_temporal
from cli.installation.running_note import settings_here
from dunning.errors import NotFound
from worker.history_files import given_in, history_in
from worker.replaying import differences
from workflows.contract import WORKFLOW

RUNNING: Final = f'WorkflowType = "{WORKFLOW}" AND ExecutionStatus = "Running"'
_LONGEST: Final = 300  # characters of a failure


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files and folders; or workflows of the server, or what a `query` finds there, at most `limit`."""

    paths: tuple[Path, ...] = ()
    workflows: tuple[str, ...] = ()
    query: str | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Recorded:
    """A history; `given` is what its local activities were given, as far as the file says so."""

    name: str
    history: WorkflowHistory
    given: tuple[list[object], ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a history: what this build does otherwise, or why its case would stand still."""

    name: str
    differences: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def is_what_it_was(self) -> bool:
        """Whether this build goes on where the other one was."""
        return self.failure is None and not self.differences


async def replayed(wanted: Wanted, told: Callable[[int, int], None]) -> list[Replayed]:
    """Each history with what came of it; `told` how many are done. Raises `BadInput`, `NotFound` and `Missing`."""
    if wanted.paths:
        recorded = list(_in_files(wanted.paths))
    else:
        client = await connect_to_temporal(settings_here().temporal)
        async with aclosing(_of_server(client, wanted)) as found:
            recorded = [one async for one in found]
    if not recorded:
        raise NotFound("replay: found no history; allowed files of them, or a server with running cases")
    done = []
    for number, one in enumerate(recorded, start=1):
        done.append(await _replayed(one))
        told(number, len(recorded))
    return done


async def _replayed(one: Recorded) -> Replayed:
    try:
        return Replayed(one.name, tuple(await differences(one.history, one.given)))
    except Exception as error:  # noqa: BLE001 - whatever the SDK or the rules raise: the case would raise it, too
        said = " ".join(str(error).split())[:_LONGEST]
        return Replayed(one.name, failure=f"{type(error).__name__}: {said}")


def _in_files(paths: tuple[Path, ...]) -> Iterator[Recorded]:
    for path in paths:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            text = file.read_text(encoding="utf-8")
            try:
                yield Recorded(file.name, history_in(text, file.stem), tuple(given_in(text)))
            except (ValueError, TypeError, AttributeError) as error:
                allowed = "what `temporal workflow show --output json` writes"
                raise BadInput(f"{file}: found no history ({type(error).__name__}); allowed {allowed}") from None


async def _of_server(client: Client, wanted: Wanted) -> AsyncGenerator[Recorded]:
    if wanted.workflows:
        for workflow_id in wanted.workflows:
            yield await _fetched(client, workflow_id)
        return
    try:
        async for one in client.list_workflows(wanted.query or RUNNING, limit=wanted.limit):
            if one.workflow_type == WORKFLOW:
                yield await _fetched(client, one.id, one.run_id)
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise BadInput(f"--query: {error.message}") from None
        raise


async def _fetched(client: Client, workflow_id: str, run_id: str | None = None) -> Recorded:
    try:
        return Recorded(workflow_id, await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history())
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound(f"workflow: found none of the id {workflow_id}") from None
        raise
