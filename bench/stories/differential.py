"""`python -m bench differential`: random stories on both engines, which must tell the same, line for line."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from difflib import unified_diff
from typing import Final

from bench.stories.telling import SHIPPED, DrawnStory, drawn
from bench.stories.writing import as_yaml
from cli.scenarios.stories import Story, story_calendar
from cli.scenarios.stories_on_temporal import AT_ONCE, StoryServer, story_server, tell_one
from dunning.calendar import Calendar
from dunning.journal import Line
from dunning.money import decimal_string
from dunning.scenarios.core_engine import play
from dunning.scenarios.story import StoryResult

BATCH: Final = 200  # stories that one server tells; a server that has told thousands is slower
OPENED: Final = 1  # the first line of a case: only a store has chosen its policy
LASTING: Final = timedelta(days=70)  # a story from its first due date; each waking costs the server some 40 ms
TOLD_AGAIN: Final = 1_000_000  # a story that is told again has a number of its own on its server
CONTEXT: Final = 3  # lines that stand around a difference


def main(arguments: Sequence[str]) -> int:
    """Tell the stories from `seed` on; 1 if the engines differ in one."""
    parser = argparse.ArgumentParser(prog="python -m bench differential", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first story; each next one has the next")
    parser.add_argument("--count", type=int, default=2_000)
    asked = parser.parse_args(arguments)
    same = asyncio.run(_told(range(asked.seed, asked.seed + asked.count)))
    print(f"{same} the same, {asked.count - same} different")
    return 0 if same == asked.count else 1


async def _told(seeds: Sequence[int]) -> int:
    same = 0
    for start in range(0, len(seeds), BATCH):
        async for seed, difference in differing(seeds[start : start + BATCH]):
            same += not difference
            if difference:
                print(as_yaml(short(seed)), *difference, sep="\n", end="\n\n", flush=True)
    return same


async def differing(seeds: Sequence[int]) -> AsyncIterator[tuple[int, list[str]]]:
    """For each story, as it is told, where the two journals differ; nothing if they are the same.

    One that differs is told again when all are told, by itself: what differs only where others take the processor for
    seconds, so that cases of one moment act in another order, is no difference of the engines.
    """
    places, suspects = asyncio.Semaphore(AT_ONCE), []
    async with story_server(SHIPPED) as server:

        async def one(seed: int) -> tuple[int, list[str]]:
            async with places:
                return seed, await _difference(seed, server, number=seed)

        for told in asyncio.as_completed([one(seed) for seed in seeds]):
            seed, difference = await told
            if difference:
                suspects.append(seed)
            else:
                yield seed, difference
        for seed in suspects:
            yield seed, await _difference(seed, server, number=TOLD_AGAIN + seed)


async def _difference(seed: int, server: StoryServer, *, number: int) -> list[str]:
    story = short(seed)
    try:
        real = await tell_one(number, Story("", 1, story.scenario, story.stage), server)
    except Exception as error:  # noqa: BLE001 - this is what a search looks for
        return [f"temporal: {type(error).__name__}: {error}", server.log.about(f"story-{number}-") or ""]
    core, temporal = journal(story, on_core(story)), journal(story, real)
    return list(unified_diff(core, temporal, "core", "temporal", n=CONTEXT, lineterm=""))


def short(seed: int) -> DrawnStory:
    """The story of a seed as far as the server is asked for it."""
    story = drawn(seed)
    last = min(one.due_on for one in story.scenario.all_invoices) + LASTING
    return DrawnStory(story.name, {**story.document, "until": str(last)})


def on_core(story: DrawnStory) -> StoryResult:
    """The same story on the rules alone."""
    return play(story.stage, story_calendar, SHIPPED.get)


def journal(story: DrawnStory, told: StoryResult) -> list[str]:
    """All lines of all cases by local minute, and how each case stands at the end."""
    rows = []
    for invoice in told.lines:
        currency = told.finals[invoice].currency
        rows += [f"{invoice} {_row(line, story.stage.calendar, currency)}" for line in told.lines[invoice][OPENED:]]
        rows.append(f"{invoice} at the end: {told.finals[invoice]}")
    return rows


def _row(line: Line, calendar: Calendar, currency: str) -> str:
    amounts = {"demands": line.demands, "amount": line.amount}
    parts = {
        "step": line.step, "by": line.by, "method": line.method, "queue": line.queue,
        **{name: None if of is None else decimal_string(of, currency) for name, of in amounts.items()},
        "escalated": line.escalated or None,
    }  # fmt: skip
    more = ", ".join(f"{name} {part}" for name, part in parts.items() if part is not None)
    return f"{calendar.local(line.at):%Y-%m-%d %H:%M} {line.kind} {line.value} ({more}) {line.rule}: {line.why}"
