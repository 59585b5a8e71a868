"""Fines replayed by the real workflow, activities and store, on a Temporal server that lives as long as the replay."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from temporalio.client import Client

from adapters.clock import now
from adapters.storage.engine.migrate import migrate
from adapters.storage.store import Store
from bench.traffic_fines.replay import FineOutcome, Replay, outcome_of_lines, set_up
from bench.traffic_fines.stories import FineStory, WhoseRules
from cli.scenarios.stories import story_calendar
from dunning.policy import Policy
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.story_workers import StoryWorkers, story_workers
from worker.temporal_engine import TemporalStory

AT_ONCE: Final = 6  # fines mostly wait for the server


@dataclass(frozen=True, slots=True)
class _Office:
    """A server, its workers, an empty store to copy for each fine, and the policies, among which it chooses (O2)."""

    client: Client
    workers: StoryWorkers
    folder: Path
    empty: Path
    policies: tuple[Policy, ...]
    until: date

    async def play(self, story: FineStory, rules: WhoseRules) -> FineOutcome:
        on, name = set_up(story, rules, self.until), f"{story.fine.id}-{rules}"
        file = self.folder / f"{name}.db"
        shutil.copyfile(self.empty, file)
        store = await Store.open(f"sqlite:///{file}", policies=self.policies, calendar_for=story_calendar)
        try:
            told = await TemporalStory(
                self.client, on, store, prefix=f"{name}-", wall_clock=now, workers=self.workers
            ).play()
        finally:
            await store.close()
            file.unlink()
        final = told.finals[story.fine.id]
        return outcome_of_lines(told.lines[story.fine.id], final.balance, final.closed, on.calendar)


async def replay_on_temporal(
    stories: Sequence[FineStory], until: date, done: Callable[[], object] = lambda: None
) -> tuple[Replay, ...]:
    """The replay of each fine up to a day; `done` is told of each. Raises `ServerMissing`, `ServerFailed`."""
    policies = tuple({story.policy.name: story.policy for story in stories}.values())
    with TemporaryDirectory(prefix="dunning-fines-") as folder:
        empty = Path(folder) / "empty.db"
        await migrate(f"sqlite:///{empty}")
        async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
            client = await server.connect()
            async with story_workers(client) as workers:
                return await _all(stories, _Office(client, workers, Path(folder), empty, policies, until), done)


async def _all(stories: Sequence[FineStory], office: _Office, done: Callable[[], object]) -> tuple[Replay, ...]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(story: FineStory) -> Replay:
        async with places:
            authority = await office.play(story, WhoseRules.AUTHORITY)
            ours = await office.play(story, WhoseRules.OURS) if story.fine.appealed else authority
        done()
        return Replay(story, None, authority, ours)

    return tuple(await asyncio.gather(*(one(story) for story in stories)))
