"""One fleet of workers for all stories of a server: each activity is done with the ports of its own story.

Workers of its own would cost a story more than its telling: queues for the server to make, a sandbox to prepare.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final

from temporalio import activity
from temporalio.client import Client

from activities.registry import RegisteredActivity, activities_by_queue
from dunning.ports import Agency, Correspondence, PaymentGateway, Receivables, ServiceControl
from worker.workers import working
from workflows.contract import workflow_id

QUEUES: Final = "stories-"
_NO_INVOICE: Final = workflow_id("")


@dataclass(frozen=True, slots=True)
class Ports:
    """The world of one story."""

    store: Receivables
    gateway: PaymentGateway
    correspondence: Correspondence
    control: ServiceControl
    agency: Agency


class StoryWorkers:
    """Work for every story that is being told, by the prefix of its workflow ids."""

    def __init__(self) -> None:
        self._stories: dict[str, Ports] = {}

    @contextmanager
    def at_work_for(self, prefix: str, ports: Ports) -> Iterator[None]:
        """Do the activities of the workflows with this prefix until the block ends."""
        self._stories[prefix] = ports
        try:
            yield
        finally:
            del self._stories[prefix]

    def activities(self) -> Mapping[str, list[RegisteredActivity]]:
        """The activities of all stories."""
        ports: dict[str, Any] = {field.name: _PortOfStory(self._stories, field.name) for field in fields(Ports)}
        return activities_by_queue(**ports)


@asynccontextmanager
async def story_workers(client: Client, queues: str = QUEUES) -> AsyncGenerator[StoryWorkers]:
    """A fleet at work until the block ends, on queues with this prefix."""
    workers = StoryWorkers()
    async with working(client, workers.activities(), prefix=queues, grace=timedelta()):
        yield workers


class _PortOfStory:
    """A port of whichever story the activity at hand belongs to."""

    def __init__(self, stories: Mapping[str, Ports], name: str) -> None:
        self._stories, self._name = stories, name

    def __getattr__(self, call: str) -> Any:
        story = str(activity.info().workflow_id).partition(_NO_INVOICE)[0]
        return getattr(getattr(self._stories[story], self._name), call)
