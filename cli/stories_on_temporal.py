"""Scenarios told by the real workflow, activities and store, on a Temporal server that lives as long as the stories."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from temporalio.client import Client

from adapters.clock import now
from adapters.storage.migrate import migrate
from adapters.storage.store import Store
from cli.logs import Overheard
from cli.stories import Policies, Story, Verdict, calendar, read_stories, verdict_on
from dunning.errors import DunningError
from dunning.policy import Policy
from dunning.simulation.story import differences
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.story_workers import StoryWorkers, story_workers
from worker.temporal_engine import TemporalStory

AT_ONCE: Final = 6  # stories mostly wait for the server
_FIRST: Final = 1_000_000  # the story's own policy is asked before any other


@dataclass(frozen=True, slots=True)
class Theatre:
    """Where stories are told: a server, its workers, an empty store, a folder for its copies, and what went wrong."""

    client: Client
    workers: StoryWorkers
    empty: Path
    folder: Path
    policies: Policies
    heard: Overheard


async def tell_on_temporal(
    paths: Iterable[Path], policies: Policies, told: Callable[[int, int], None]
) -> tuple[Verdict, ...]:
    """The verdict on every scenario, in the order of the files. `told` hears how many are done, and of how many.

    Raises `ScenarioError` for files that cannot be used, `ServerMissing` and `ServerFailed` where there is no server.
    """
    stories, heard = read_stories(paths, policies), Overheard.instead_of_printing()
    with TemporaryDirectory(prefix="dunning-stories-") as folder:
        empty = Path(folder) / "empty.db"
        await migrate(f"sqlite:///{empty}")
        async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
            client = await server.connect()
            async with story_workers(client) as workers:
                theatre = Theatre(client, workers, empty, Path(folder), policies, heard)
                return tuple(await _all(stories, theatre, told))


async def _all(stories: Sequence[Story], theatre: Theatre, told: Callable[[int, int], None]) -> list[Verdict]:
    places, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(number: int, story: Story) -> Verdict:
        nonlocal done
        async with places:
            verdict = verdict_on(story, await _differences(number, story, theatre))
        done += 1
        told(done, len(stories))
        return verdict

    return await asyncio.gather(*(one(number, story) for number, story in enumerate(stories, 1)))


async def _differences(number: int, story: Story, theatre: Theatre) -> list[str]:
    file = theatre.folder / f"story-{number}.db"
    shutil.copyfile(theatre.empty, file)
    store = await Store.open(f"sqlite:///{file}", policies=_policies(story, theatre.policies), calendar_for=calendar)
    try:
        told = await TemporalStory(
            theatre.client, story.stage, store, prefix=f"story-{number}-", wall_clock=now, workers=theatre.workers
        ).play()
        return differences(story.scenario, told, story.stage.calendar)
    except DunningError as error:
        why = theatre.heard.about(f"story-{number}-")
        return [f"the engine broke: {error}", *([f"  {why}"] if why else [])]
    finally:
        await store.close()
        file.unlink()


def _policies(story: Story, known: Policies) -> list[Policy]:
    """The story's own policy, which takes its invoices whatever they are, and those that it changes to."""
    own = story.stage.policy.model_copy(update={"for_": None, "priority": _FIRST})
    wanted = {event.body.get("name") for event in story.scenario.events if event.name == "policy"}
    return [own, *(policy for name, policy in known.items() if name in wanted and name != own.name)]
