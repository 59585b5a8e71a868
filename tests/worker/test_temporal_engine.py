"""The temporal engine tells a story as the core tells it, on the real workflow, activities, store and server.

`make scenarios` tells every story on both; here a part of them is held against the core line by line, the lines that no
scenario compares included.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from temporalio.client import Client

from adapters.storage.engine.migrate import migrate
from adapters.storage.store import Store
from cli.scenarios.stories import Story, calendar_of, known_policies, read_stories
from cli.scenarios.stories_on_temporal import policies_of
from dunning.journal import Line
from dunning.scenarios.core_engine import play
from dunning.scenarios.story import StoryResult, differences
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.story_workers import StoryWorkers, story_workers
from worker.temporal_engine import TemporalStory

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCENARIOS: Final = Path(__file__).parents[1] / "scenarios"
POLICIES: Final = known_policies()
STORIES: Final = read_stories([SCENARIOS], POLICIES)
EACH: Final = 10  # every tenth; none of the rules is told by a single story
NUMBERS = count(1)


@dataclass
class Theatre:
    """A server, workers for all stories, and an empty store to copy."""

    client: Client
    workers: StoryWorkers
    empty: Path
    folder: Path

    async def tell(self, story: Story, *, workers: StoryWorkers | None = None) -> StoryResult:
        number = next(NUMBERS)
        database = self.folder / f"{number}.db"
        shutil.copy(self.empty, database)
        store = await Store.open(
            f"sqlite:///{database}",
            policies=policies_of(story, POLICIES),
            calendar_for=calendar_of(story.scenario),
            keeps_credits=story.scenario.creditor.credits == "keep",
        )
        try:
            return await TemporalStory(
                self.client, story.stage, store, prefix=f"story-{number}-", wall_clock=lambda: datetime.now(UTC),
                workers=workers,
            ).play()  # fmt: skip
        finally:
            await store.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    folder = tmp_path_factory.mktemp("theatre")
    await migrate(f"sqlite:///{folder / 'empty.db'}")
    async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
        client = await server.connect()
        async with story_workers(client) as workers:
            yield Theatre(client, workers, folder / "empty.db", folder)
        await server.kill()


def written(lines: Iterable[Line]) -> list[tuple[object, ...]]:
    """Lines to the minute, but for what the core's made-up world knows otherwise: which policy was chosen and why, and
    that a provider had to be asked again after a crash.
    """
    return [
        (
            line.at.replace(second=0, microsecond=0), line.kind,
            *(("", line.rule, "") if line.kind == "opened" else (line.value, line.rule, line.why)),
            line.step, line.by, line.method, line.queue, line.escalated, line.demands, line.amount,
        )
        for line in lines
        if line.kind != "unsettled"
    ]  # fmt: skip


@pytest.mark.parametrize("story", STORIES[::EACH], ids=lambda story: story.scenario.scenario[:60])
async def test_a_story_is_told_line_for_line_as_the_core_tells_it(theatre: Theatre, story: Story) -> None:
    told = await theatre.tell(story, workers=theatre.workers)
    core = play(story.stage, calendar_of(story.scenario), POLICIES.get)
    assert differences(story.scenario, told, story.stage.calendar) == []
    assert told.lines.keys() == core.lines.keys()
    for name, lines in told.lines.items():
        assert written(lines) == written(core.lines[name])
    assert told.finals == core.finals
    assert told.forecasts == core.forecasts


async def test_a_story_with_workers_of_its_own_is_told_the_same(theatre: Theatre) -> None:
    story = STORIES[0]
    assert differences(story.scenario, await theatre.tell(story), story.stage.calendar) == []


async def test_a_story_that_ends_otherwise_is_found_out(theatre: Theatre) -> None:
    story = next(one for one in STORIES if one.scenario.expect)
    told = await theatre.tell(story, workers=theatre.workers)
    shorter = story.scenario.model_copy(update={"expect": story.scenario.expect[:-1]})
    assert differences(shorter, told, story.stage.calendar)
