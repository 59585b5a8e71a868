"""Every test of the store runs twice: on SQLite and on a real PostgreSQL. Each has a database of its own."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Literal

import pgserver
import psycopg
import pytest

from adapters.storage import Store, migrate
from dunning.policy import Policy
from tests.adapters.storage.builders import calendar, policy

OpenStore = Callable[[], Awaitable[Store]]
Making = Callable[[], AbstractContextManager[str]]

_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Making:
    """Makes SQLite files as they are after the migration, by copying one."""
    folder = tmp_path_factory.mktemp("sqlite")
    first = folder / "migrated.sqlite"
    asyncio.run(migrate(f"sqlite:///{first}"))

    @contextmanager
    def make() -> Iterator[str]:
        path = folder / f"{next(_numbers)}.sqlite"
        shutil.copy(first, path)
        yield f"sqlite:///{path}"
        path.unlink()

    return make


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Making]:
    """Makes PostgreSQL databases as they are after the migration, on one server for the whole session.

    Not below pytest's own folder: as root the server runs as another user, and each start of pytest closes that folder.
    """
    folder = tempfile.mkdtemp(prefix="dunning-postgresql-")
    server = pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined] # it names no exports
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug on a test
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CREATE DATABASE migrated")
        asyncio.run(migrate(server.get_uri("migrated")))

        @contextmanager
        def make() -> Iterator[str]:
            name = f"test_{next(_numbers)}"
            admin.execute(f"CREATE DATABASE {name} TEMPLATE migrated".encode())
            yield server.get_uri(name)
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

        yield make
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> Literal["sqlite", "postgresql"]:
    return request.param  # type: ignore[no-any-return] # pytest knows it as Any


@pytest.fixture
def url(dialect: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty database."""
    make: Making = request.getfixturevalue(dialect)
    with make() as address:
        yield address


@pytest.fixture
def policies() -> list[Policy]:
    """What new cases choose among; a module whose cases need more says so itself."""
    return [policy()]


@pytest.fixture
async def open_store(url: str, policies: list[Policy]) -> AsyncIterator[OpenStore]:
    """Opens the store of this test; a second one stands for a second process."""
    opened: list[Store] = []

    async def open_one() -> Store:
        opened.append(await Store.open(url, policies=policies, calendar_for=calendar))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store()
