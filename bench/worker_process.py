"""The worker of the benchmarks, as a process of its own: `python -m bench.worker_process ADDRESS DATABASE [SCRIPT]`."""

from __future__ import annotations

import asyncio
import pickle
import signal
import sys
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.options import CASES
from activities.registry import activities_by_queue
from adapters.agency import SandboxAgency
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from adapters.service import SandboxService
from adapters.storage.store import Store
from bench import bare, book
from bench.bare_script import SCRIPT
from worker import workers
from worker.story_world import StoryPost


async def main(address: str, database: str, script: str | None) -> None:
    """Work until SIGTERM."""
    if script:
        SCRIPT.extend(pickle.loads(Path(script).read_bytes()))  # noqa: S301, ASYNC240 - see above, and once
    rules = book.policy(charging=False)
    store = await Store.open(database, policies=[rules], calendar_for=lambda policy, *_: book.calendar(policy))
    sandbox = RememberedBook()
    work = activities_by_queue(
        store=store.receivables, gateway=SandboxGateway(sandbox), correspondence=StoryPost([]),
        control=SandboxService(sandbox), agency=SandboxAgency(sandbox),
    )  # fmt: skip
    workers.WORKFLOWS += (bare.BareCase, bare.FloorCase)
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    beside = {**work, CASES: [*work[CASES], bare.trivial]}
    shared = SandboxRestrictions.default.with_passthrough_modules("bench.bare_script")
    runner = SandboxedWorkflowRunner(restrictions=shared)
    async with (
        workers.working(client, work),
        workers.working(client, beside, prefix=bare.QUEUES, runner=runner),
    ):
        print("ready", flush=True)  # the benchmark waits for this line
        await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))  # noqa: PLR2004
