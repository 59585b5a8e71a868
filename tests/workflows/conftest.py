"""One server and one migrated database for each module; each test has an office, with queues and a store of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from adapters.storage.engine.migrate import migrate
from dunning.policy import Policy
from tests.workflows.office import Office, open_office
from worker.embedded import QUICK_TIMERS, EmbeddedServer

NUMBERS = count(1)
Opener = Callable[..., Awaitable[Office]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def client() -> AsyncIterator[Client]:
    async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
        yield await server.connect()
        await server.kill()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("template") / "migrated.db"
    await migrate(f"sqlite:///{database}")
    return database


@pytest_asyncio.fixture(loop_scope="module")
async def office_with(client: Client, template: Path, tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens an office with these policies, on its feet until the test is over."""
    async with AsyncExitStack() as stack:

        async def opened(*policies: Policy, at_work: bool = True) -> Office:
            prefix = f"t{next(NUMBERS)}-"
            return await stack.enter_async_context(
                open_office(client, template, tmp_path, *policies, prefix=prefix, at_work=at_work)
            )

        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def office(office_with: Opener) -> Office:
    """An office with a plain ladder: a reminder on day 3, a dunning with a fee on day 10, a final notice on day 20."""
    return await office_with()
