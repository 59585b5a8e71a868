"""Workers as processes of their own, killed with `kill -9` and risen again, now and then the server with them."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from temporalio.service import RPCError

from adapters.storage.store import Store
from dunning.journal import Line
from worker.embedded import EmbeddedServer
from worker.virtual_time import NeverAtRest

ROOT: Final = Path(__file__).parents[2]
READY: Final = "at work"  # what a worker prints when it is
OF_WORKERS: Final = 3  # each so many deaths of workers the server dies as well
T = TypeVar("T")


class WorkerProcess:
    """One of the workers, which rises again whenever it was killed."""

    def __init__(self, module: str, folder: Path, *given: str) -> None:
        """`python -m module *given`, whose complaints are kept in `folder`."""
        self._command = (sys.executable, "-m", module, *given)
        self._log = (folder / "worker.log").open("ab")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=self._log
        )
        assert self._process.stdout is not None
        assert (await self._process.stdout.readline()).decode().strip() == READY

    async def end(self, how: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(how)
            await self._process.wait()


async def nobody_looks() -> None:
    """Leave what a dead worker left behind."""


class Killings:
    """Kills the workers of one server at moments of the seed's choosing; `killed` counts the deaths."""

    def __init__(
        self,
        server: EmbeddedServer,
        workers: list[WorkerProcess],
        seed: int,
        at_death: Callable[[], Awaitable[None]] = nobody_looks,
    ) -> None:
        """`at_death` may look at what a dead worker left behind."""
        self._server, self._workers, self._dice, self._at_death = server, workers, random.Random(seed), at_death
        self.killed = Counter[str]()

    async def at_each(self, signs: asyncio.Queue[Any], kills: int, apart: int) -> None:
        """Kill a worker soon after each `apart` signs, and let it rise again; now and then the server with it."""
        for number in range(1, kills + 1):
            for _ in range(apart):
                await signs.get()
            await asyncio.sleep(self._dice.uniform(0.0, 0.3))
            victim = self._dice.choice(self._workers)
            await victim.end(signal.SIGKILL)
            self.killed["worker"] += 1
            await self._at_death()
            if number % OF_WORKERS == 0:
                await self._server.kill()
                self.killed["server"] += 1
                await self._server.start()
            await victim.start()


async def patiently(what: Callable[[], Awaitable[T]]) -> T:
    """Do it, again and again while the server is down."""
    async with asyncio.timeout(120):
        while True:
            try:
                return await what()
            except (RPCError, NeverAtRest):
                await asyncio.sleep(0.2)


async def journal(store: Store, invoice_id: str) -> list[Line]:
    lines: list[Line] = []
    cursor: str | None = None
    while True:
        page = await store.cases.journal(invoice_id, cursor=cursor)
        lines += page.rows
        cursor = page.next
        if cursor is None:
            return lines
