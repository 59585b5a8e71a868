"""(c) Ten thousand open cases: how fast they start, how soon a payment takes effect, what memory they take."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

from bench.cpu import tree_megabytes
from bench.machinery import Machinery, running_machinery
from bench.workflow import start_case
from worker.virtual_time import Handle

CASES = int(os.environ.get("BENCH_CASES", "10000"))
AT_A_TIME = 50
SIGNALS = 200
PAUSE = 0.2  # seconds between two payments: five a second, a steady stream and no burst


async def open_cases(on: Machinery) -> tuple[list[Handle], float]:
    """Start the cases and wait until the last of them is open; cases per second."""
    places = asyncio.Semaphore(AT_A_TIME)

    async def one(number: int) -> Handle:
        async with places:
            return await start_case(on.client, number)

    begin = time.perf_counter()
    handles = await asyncio.gather(*(one(number) for number in range(CASES)))
    for handle in handles[-AT_A_TIME:]:
        await handle.execute_update("open", {})  # answered once the case is open
    return handles, CASES / (time.perf_counter() - begin)


async def pay(handle: Handle) -> float:
    """Pay a case in full; seconds until it has closed."""
    begin = time.perf_counter()
    await handle.signal("payment_received", {"id": f"p-{handle.id}", "amount": "250.00"})
    await handle.result()
    return time.perf_counter() - begin


def size_of(folder: Path) -> int:
    """The bytes of all files below it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def run() -> dict[str, float]:
    """Start, pay some, look at the memory."""
    with tempfile.TemporaryDirectory() as name:
        async with running_machinery(Path(name)) as on:
            empty = tree_megabytes(on.worker_pid), tree_megabytes(on.server_pid)
            handles, rate = await open_cases(on)
            full = tree_megabytes(on.worker_pid), tree_megabytes(on.server_pid)
            step = max(1, CASES // SIGNALS)
            waits = []
            for handle in handles[::step][:SIGNALS]:
                waits.append(asyncio.create_task(pay(handle)))
                await asyncio.sleep(PAUSE)
            times = sorted(await asyncio.gather(*waits))
            size = await asyncio.to_thread(size_of, Path(name))
    return {
        "cases": CASES,
        "starts_per_second": round(rate, 1),
        "signal_to_closed_p50_ms": round(1000 * times[len(times) // 2], 1),
        "signal_to_closed_p95_ms": round(1000 * times[len(times) * 95 // 100], 1),
        "worker_mb": round(full[0]), "worker_mb_empty": round(empty[0]),
        "server_mb": round(full[1]), "server_mb_empty": round(empty[1]),
        "disk_kb_per_case": round(size / 1000 / CASES, 1),
    }  # fmt: skip
