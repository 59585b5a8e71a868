"""(b) A whole `DunningCase` beside a bare workflow with the same timers and activities, in one run."""

from __future__ import annotations

import asyncio
import pickle
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import TimeSkipper

from bench import bare, book
from bench.bare_script import Call, Sleep
from bench.cpu import cpu_seconds, tree_cpu_seconds
from bench.machinery import Machinery, running_machinery
from worker.virtual_time import Handle
from workflows.contract import TASK_QUEUE, WORKFLOW, CaseInput, workflow_id

CASES = 60
BARE_FROM = 5_000_000  # numbers of its own: an act of a known key would only be looked up
AT_A_TIME = 20
WHOLE = timedelta(days=120)
Start = Callable[[Client, int], Awaitable[Handle]]


async def start_case(client: Client, number: int) -> Handle:
    """A real case, whole, as a billing system starts it."""
    invoice = book.invoice(number)
    clock = book.OPENS_AT - datetime.now(UTC)
    start = CaseInput(invoice.id, invoice, book.customer(number), clock=clock)
    return await client.start_workflow(WORKFLOW, start, id=workflow_id(invoice.id), task_queue=TASK_QUEUE)


async def start_bare(client: Client, number: int) -> Handle:
    """The same acts without the rules."""
    return await client.start_workflow(bare.BARE, f"INV-{number}", id=f"bare:INV-{number}", task_queue=TASK_QUEUE)


async def finish_workflow(client: Client, handle: Handle) -> None:
    """Run a workflow to its end in virtual time."""
    await TimeSkipper(client).fast_forward(handle, WHOLE)
    await handle.result()


def script_of_case(history: WorkflowHistory) -> list[Sleep | Call]:
    """The timers and activities of a real case, in order."""
    steps: list[Sleep | Call] = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            steps.append(
                Sleep(event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta().total_seconds())
            )
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            asked = event.activity_task_scheduled_event_attributes
            args = tuple((dict(one.metadata), one.data) for one in asked.input.payloads)
            steps.append(Call(asked.activity_type.name, asked.task_queue.name, args))
    return steps


async def measured(on: Machinery, start: Start, first: int) -> dict[str, float]:
    """Cases per second, CPU seconds per case of worker and server, events and bytes of one history."""
    places = asyncio.Semaphore(AT_A_TIME)

    async def one(number: int) -> Handle:
        async with places:
            handle = await start(on.client, number)
            await finish_workflow(on.client, handle)
            return handle

    before = time.perf_counter(), cpu_seconds(on.worker_pid), tree_cpu_seconds(on.server_pid)
    handles = await asyncio.gather(*(one(first + number) for number in range(CASES)))
    wall, worker, server = (now - then for now, then in zip(
        (time.perf_counter(), cpu_seconds(on.worker_pid), tree_cpu_seconds(on.server_pid)), before, strict=True
    ))  # fmt: skip
    described = await handles[0].describe()
    return {
        "cases_per_second": CASES / wall,
        "worker_cpu_ms": 1000 * worker / CASES,
        "server_cpu_ms": 1000 * server / CASES,
        "events": described.history_length,
        "bytes": described.raw_description.workflow_execution_info.history_size_bytes,
    }


async def run() -> dict[str, Any]:
    """Record a case, then measure both kinds in turn on one server: bare, case, bare, case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running_machinery(folder / "record") as on:
            handle = await start_case(on.client, 0)
            await finish_workflow(on.client, handle)
            script = script_of_case(await handle.fetch_history())
        (folder / "script").write_bytes(pickle.dumps(script))
        async with running_machinery(folder / "measure", folder / "script") as on:
            await measured_round(on, 900_000)  # warm
            rounds = [await measured_round(on, 1_000 * number) for number in (1, 2, 3)]
    return medians(rounds)


async def measured_round(on: Machinery, first: int) -> tuple[dict[str, float], dict[str, float]]:
    """The bare workflow, then the case, so that both see the machine at about the same time."""
    case = await measured(on, start_case, first)
    return await measured(on, start_bare, first + BARE_FROM), case


def medians(rounds: list[tuple[dict[str, float], dict[str, float]]]) -> dict[str, Any]:
    """The median of each figure and of the ratios of its pairs."""
    names = rounds[0][0]
    return {
        "bare": {name: round(median(pair[0][name] for pair in rounds), 1) for name in names},
        "case": {name: round(median(pair[1][name] for pair in rounds), 1) for name in names},
        "ratio": {name: round(median(pair[1][name] / pair[0][name] for pair in rounds), 2) for name in names},
        "goal": {"cases_per_second": 0.8, "worker_cpu_ms": 1.3},
    }
