"""(b) A whole `DunningCase` beside two workflows that know no rules, in one run.

The bare one has the same timers and does the case's own activities on the real store, so that what an activity costs
cancels out; they are ordinary ones, and it lives in Temporal's sandbox. The floor has the same timers and six
activities that do nothing.
"""

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

from temporalio.client import Client
from temporalio.testing import TimeSkipper

from bench import bare, book
from bench.cpu import cpu_seconds, tree_cpu_seconds
from bench.machinery import Machinery, running_machinery
from bench.recorded_script import script_of_case
from worker.virtual_time import Handle
from workflows.contract import TASK_QUEUE, WORKFLOW, CaseInput, workflow_id

CASES = 60
BARE_FROM = 5_000_000  # numbers of its own: an act of a known key would only be looked up
AT_A_TIME = 20
WHOLE = timedelta(days=120)
Start = Callable[[Client, int], Awaitable[Handle]]
Round = dict[str, dict[str, float]]


async def start_case(client: Client, number: int) -> Handle:
    """A real case, whole, as a billing system starts it."""
    invoice = book.invoice(number)
    clock = book.OPENS_AT - datetime.now(UTC)
    start = CaseInput(invoice.id, invoice, book.customer(number), clock=clock)
    return await client.start_workflow(WORKFLOW, start, id=workflow_id(invoice.id), task_queue=TASK_QUEUE)


async def start_bare(client: Client, number: int) -> Handle:
    """The same acts without the rules."""
    return await _started(client, bare.BARE, number)


async def start_floor(client: Client, number: int) -> Handle:
    """The same timers and a few acts that do nothing."""
    return await _started(client, bare.FLOOR, number)


async def _started(client: Client, kind: str, number: int) -> Handle:
    queue = bare.QUEUES + TASK_QUEUE
    return await client.start_workflow(kind, f"INV-{number}", id=f"{kind}:INV-{number}", task_queue=queue)


async def finish_workflow(client: Client, handle: Handle) -> None:
    """Run a workflow to its end in virtual time."""
    await TimeSkipper(client).fast_forward(handle, WHOLE)
    await handle.result()


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
        "cpu_ms": 1000 * (worker + server) / CASES,
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
            script = await script_of_case(await handle.fetch_history())
        (folder / "script").write_bytes(pickle.dumps(script))
        async with running_machinery(folder / "measure", folder / "script") as on:
            await measured_round(on, 900_000)  # warm
            rounds = [await measured_round(on, 1_000 * number) for number in (1, 2, 3)]
    return medians(rounds)


async def measured_round(on: Machinery, first: int) -> Round:
    """The floor, the bare workflow, then the case, so that all see the machine at about the same time."""
    return {
        "floor": await measured(on, start_floor, first),
        "bare": await measured(on, start_bare, first + BARE_FROM),
        "case": await measured(on, start_case, first),
    }


def medians(rounds: list[Round]) -> dict[str, Any]:
    """The median of each figure, and of the ratios of what was measured beside each other."""
    kinds, names = rounds[0], rounds[0]["case"]
    found = {kind: {name: round(median(one[kind][name] for one in rounds), 1) for name in names} for kind in kinds}
    over = {
        f"case/{kind}": {
            name: round(median(one["case"][name] / one[kind][name] for one in rounds), 2) for name in names
        }
        for kind in ("bare", "floor")
    }
    return {**found, **over, "goal": {"case/bare": {"cpu_ms": 1.3}}}
