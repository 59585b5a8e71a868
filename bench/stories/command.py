"""`python -m bench stories`: random stories on the core, each held to every property."""

from __future__ import annotations

import argparse
import gc
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from typing import Final

from bench.stories.properties import Finding, findings
from bench.stories.telling import drawn
from bench.stories.writing import as_yaml

SHOWN: Final = 40  # broken stories; of all others only the number is told
BATCH: Final = 50  # stories that a process tells at a time
Broken = tuple[int, list[Finding]]


def main(arguments: Sequence[str]) -> int:
    """Tell the stories from `seed` on; 1 if one is broken. With `--show` print the story of that seed."""
    parser = argparse.ArgumentParser(prog="python -m bench stories", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first story; each next one has the next")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--show", type=int, metavar="SEED", help="print this one as a scenario, with what is broken")
    asked = parser.parse_args(arguments)
    if asked.show is not None:
        story = drawn(asked.show)
        print(as_yaml(story, [f"{name}: {wrong}" for name, wrong in findings(story)]), end="")
        return 0
    broken = list(_watched(search(range(asked.seed, asked.seed + asked.count), asked.processes)))
    for name, times in Counter(name for _, found in broken for name in {name for name, _ in found}).most_common():
        print(f"{name}: {times}")
    print(f"{asked.count - len(broken)} held, {len(broken)} broken")
    return 1 if broken else 0


def search(seeds: Sequence[int], processes: int = 1) -> Iterator[Broken]:
    """The stories of these seeds that are broken, with what is wrong."""
    if processes == 1:
        yield from _broken(seeds)
        return
    gc.freeze()  # what was imported before the fork is never garbage
    batches = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        yield from chain.from_iterable(pool.map(_broken, batches))


def _broken(seeds: Sequence[int]) -> list[Broken]:
    return [(seed, found) for seed in seeds if (found := findings(drawn(seed)))]


def _watched(broken: Iterator[Broken]) -> Iterator[Broken]:
    """Print the first of them as they come."""
    for number, (seed, found) in enumerate(broken):
        if number < SHOWN:
            name, wrong = found[0]
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            print(f"{seed} {name}: {wrong}{more}", flush=True)
        elif number == SHOWN:
            print("more are only counted", flush=True)
        yield seed, found
