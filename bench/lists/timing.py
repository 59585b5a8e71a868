"""How long a view takes: wall time and CPU of this process, and of the database's where it has its own."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bench.cpu import tree_cpu_seconds


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds: the median and the 95th of 100 of wall time and CPU; `server` is the database's CPU a view."""

    what: str
    wall: float
    wall_95: float
    cpu_95: float
    server: float
    bytes: int


async def timed(what: str, view: Callable[[], Awaitable[int]], times: int, server: int | None) -> Timed:
    """Look so many times, after once that does not count; `server` is the process of the database."""
    await view()
    walls, cpus, size = [], [], 0
    before = tree_cpu_seconds(server) if server else 0.0
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        size = await view()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    spent = tree_cpu_seconds(server) - before if server else 0.0
    return Timed(what, _ms(_at(walls, 50)), _ms(_at(walls, 95)), _ms(_at(cpus, 95)), _ms(spent / times), size)


def as_table(title: str, rows: list[Timed], goal: float) -> Iterator[str]:
    """The rows under their titles; what takes longer than the `goal` is marked."""
    width = max(len(row.what) for row in rows)
    yield f"{title:{width}}  {'wall p50':>9} {'wall p95':>9} {'cpu p95':>9} {'database':>9} {'kB':>7}"
    for row in rows:
        mark = "  slow" if row.wall_95 > goal else ""
        figures = f"{row.wall:9.1f} {row.wall_95:9.1f} {row.cpu_95:9.1f} {row.server:9.1f} {row.bytes / 1000:7.1f}"
        yield f"{row.what:{width}}  {figures}{mark}"


def _at(found: list[float], percent: int) -> float:
    return sorted(found)[min(len(found) - 1, len(found) * percent // 100)]


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
