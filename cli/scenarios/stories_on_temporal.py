"""Scenarios told by the real workflow, activities and store, on a Temporal server that lives as long as the stories."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from temporalio.client import Client

from adapters.clock import now
from adapters.storage.engine.migrate import migrate
from adapters.storage.store import Store
from cli.logs import CapturedLog
from cli.scenarios.stories import KnownPolicies, Story, StoryVerdict, calendar_of, read_stories, verdict_on
from dunning.errors import DunningError
from dunning.policy import Conditions, Policy
from dunning.scenarios.story import StoryResult, differences
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.story_workers import StoryWorkers, story_workers
from worker.temporal_engine import TemporalStory, own_tag

AT_ONCE: Final = 6  # stories mostly wait for the server
_FIRST: Final = 1_000_000  # the story's own policy is asked before any other


@dataclass(frozen=True, slots=True)
class StoryServer:
    """Where stories are told: a server, its workers, an empty store, a folder for its copies, and what went wrong."""

    client: Client
    workers: StoryWorkers
    empty: Path
    folder: Path
    policies: KnownPolicies
    log: CapturedLog


async def tell_on_temporal(
    paths: Iterable[Path], policies: KnownPolicies, told: Callable[[int, int], None]
) -> tuple[StoryVerdict, ...]:
    """The verdict on every scenario, in the order of the files. `told` hears how many are done, and of how many.

    Raises `ScenarioError` for files that cannot be used, `ServerMissing` and `ServerFailed` where there is no server.
    """
    stories = read_stories(paths, policies)
    async with story_server(policies) as server:
        return tuple(await _all(stories, server, told))


@asynccontextmanager
async def story_server(policies: KnownPolicies) -> AsyncGenerator[StoryServer]:
    """A server for stories until the block ends. Raises `ServerMissing` and `ServerFailed`."""
    log = CapturedLog.instead_of_printing()
    with TemporaryDirectory(prefix="dunning-stories-") as folder:
        empty = Path(folder) / "empty.db"
        await migrate(f"sqlite:///{empty}")
        async with EmbeddedServer(None, settings=QUICK_TIMERS) as temporal:
            client = await temporal.connect()
            async with story_workers(client) as workers:
                yield StoryServer(client, workers, empty, Path(folder), policies, log)


async def _all(stories: Sequence[Story], server: StoryServer, told: Callable[[int, int], None]) -> list[StoryVerdict]:
    places, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(number: int, story: Story) -> StoryVerdict:
        nonlocal done
        async with places:
            verdict = verdict_on(story, await _differences(number, story, server))
        done += 1
        told(done, len(stories))
        return verdict

    return await asyncio.gather(*(one(number, story) for number, story in enumerate(stories, 1)))


async def _differences(number: int, story: Story, server: StoryServer) -> list[str]:
    try:
        told = await tell_one(number, story, server)
    except DunningError as error:
        why = server.log.about(f"story-{number}-")
        return [f"the engine broke: {error}", *([f"  {why}"] if why else [])]
    return differences(story.scenario, told, story.stage.calendar)


async def tell_one(number: int, story: Story, server: StoryServer) -> StoryResult:
    """What comes of one story; no other that is told on this server has its number."""
    file = server.folder / f"story-{number}.db"
    shutil.copyfile(server.empty, file)
    store = await Store.open(
        f"sqlite:///{file}",
        policies=policies_of(story, server.policies),
        calendar_for=calendar_of(story.scenario),
        keeps_credits=story.scenario.creditor.credits == "keep",
    )
    try:
        return await TemporalStory(
            server.client, story.stage, store, prefix=f"story-{number}-", wall_clock=now, workers=server.workers
        ).play()
    finally:
        await store.close()
        file.unlink()


def policies_of(story: Story, known: KnownPolicies) -> list[Policy]:
    """The story's own policy, which takes its invoices whatever they are, those of single invoices, and those that it
    changes to.
    """
    own = story.stage.policy.model_copy(update={"for_": None, "priority": _FIRST})
    wanted = {event.body.get("name") for event in story.scenario.events if event.name == "policy"}
    single = [_of_invoice(number, name, its[0]) for number, (name, its) in enumerate(story.stage.own.items(), 1)]
    return [own, *single, *(policy for name, policy in known.items() if name in wanted and name != own.name)]


def _of_invoice(number: int, invoice_id: str, policy: Policy) -> Policy:
    """The policy of one invoice, under a name that no other has."""
    only = Conditions.model_validate({"invoice.tags": own_tag(invoice_id)})
    return policy.model_copy(update={"for_": only, "priority": _FIRST + 1, "name": f"of-invoice-{number}"})
