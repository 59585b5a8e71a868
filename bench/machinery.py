"""A server and a worker for a benchmark, each a process of its own, so that their CPU can be told apart."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from adapters.storage.engine.migrate import migrate
from worker.embedded import EmbeddedServer


@dataclass(frozen=True, slots=True)
class Machinery:
    """What runs, and the process ids to look at."""

    client: Client
    server_pid: int
    worker_pid: int
    database: str


@asynccontextmanager
async def running_machinery(folder: Path, script: Path | None = None) -> AsyncIterator[Machinery]:
    """A server on a file, a migrated database, and one worker process."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    database = f"sqlite:///{folder / 'dunning.db'}"
    await migrate(database)
    async with EmbeddedServer(folder / "temporal") as server:
        client = await server.connect()
        command = [sys.executable, "-m", "bench.worker_process", server.address, database]
        worker = await asyncio.create_subprocess_exec(
            *command,
            *([str(script)] if script else []),
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            env=os.environ,
        )
        assert worker.stdout is not None  # noqa: S101 - it was asked for
        await worker.stdout.readline()
        try:
            yield Machinery(client, server.pid, worker.pid, database)
        finally:
            worker.terminate()
            await worker.wait()
