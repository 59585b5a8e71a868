"""The API over a real SQLite store, with cases that run in memory and a clock that tests move."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response

from adapters.clock import now
from adapters.messages.catalogue import catalogue
from adapters.storage import Store, migrate
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.clock import TimeMachine
from api.configuration import ApiConfiguration
from api.from_stripe.invoices import BillingAccount
from dunning.roles import Role
from tests.api.builders import MONDAY, SECRET, calendar, policies
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock, FakeTimeMachine

_numbers = count(1)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is after the migration, to be copied."""
    path = tmp_path_factory.mktemp("api") / "migrated.sqlite"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def store(migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "store.sqlite"
    shutil.copy(migrated, path)
    store = await Store.open(f"sqlite:///{path}", policies=policies(), calendar_for=calendar)
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MONDAY)


@pytest.fixture
def case_client(store: Store, clock: FakeClock) -> FakeCaseClient:
    return FakeCaseClient(store, clock)


@pytest.fixture
def machine(case_client: FakeCaseClient) -> FakeTimeMachine:
    return FakeTimeMachine(case_client)


@pytest.fixture
def case_service(store: Store, case_client: FakeCaseClient, clock: FakeClock) -> CaseService:
    return CaseService(store, case_client, clock)


Maker = Callable[..., FastAPI]


@pytest.fixture
def make_app(case_service: CaseService) -> Maker:
    def make(*, machine: TimeMachine | None = None, billing: BillingAccount | None = None, **settings: Any) -> FastAPI:
        rules = PoliciesInForce(policies(), calendar, catalogue())
        return create_app(
            case_service,
            rules,
            ApiConfiguration(secret=SECRET, decoy=CHEAP, **settings),
            machine=machine,
            billing=billing,
        )

    return make


@pytest.fixture
def app(make_app: Maker) -> FastAPI:
    return make_app()


# What argon2id makes of PASSWORD with as little work as it takes: signing in is not what most tests are about.
PASSWORD = "seven wet boxes"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ANN = {"name": "ann", "password": PASSWORD}


async def add_person(store: Store, name: str, *roles: Role) -> None:
    """Somebody who can sign in with PASSWORD; an admin, if nothing else is said."""
    await store.people.add(name, roles or ("admin",), now(), "test")
    await store.people.set_password(name, CHEAP)


@pytest.fixture
async def ann(store: Store) -> dict[str, str]:
    """What Ann, an admin, signs in with."""
    await add_person(store, "ann")
    return ANN


@pytest.fixture
async def key(store: Store, clock: FakeClock) -> str:
    return await store.keys.create("billing", clock.at, ("admin",))


def visiting(app: FastAPI, **more: Any) -> AsyncClient:
    """A client of the application, in this process; what goes wrong in it is an answer, not an exception."""
    return AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://dunning.example", **more
    )


class Program:
    """A billing system: it has a key, and a new Idempotency-Key for everything it does."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **query: Any) -> Response:
        return await self.client.get(f"/v1{path}", params=query)

    async def put(self, path: str, body: object) -> Response:
        return await self.client.put(f"/v1{path}", json=body)

    async def patch(self, path: str, body: object) -> Response:
        return await self.client.patch(f"/v1{path}", json=body)

    async def post(self, path: str, body: object = None, *, under: str | None = None) -> Response:
        headers = {"Idempotency-Key": under or f"do-{next(_numbers)}"}
        if body is None:
            return await self.client.post(f"/v1{path}", headers=headers)
        return await self.client.post(f"/v1{path}", json=body, headers=headers)


@pytest.fixture
async def program(app: FastAPI, key: str) -> AsyncIterator[Program]:
    async with visiting(app, headers={"Authorization": f"Bearer {key}"}) as client:
        yield Program(client)


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody without a key."""
    async with visiting(app) as client:
        yield client


async def sign_in(client: AsyncClient, person: dict[str, str]) -> AsyncClient:
    """The client as a browser that has signed in."""
    answer = await client.post("/sign-in", data=person, headers={"Origin": "http://dunning.example"})
    assert answer.status_code == 303, answer.text
    client.headers["Accept"] = "text/html"
    return client


@pytest.fixture
async def browser(app: FastAPI, ann: dict[str, str]) -> AsyncIterator[AsyncClient]:
    async with visiting(app) as client:
        yield await sign_in(client, ann)


@pytest.fixture
async def demo_browser(make_app: Maker, machine: FakeTimeMachine, ann: dict[str, str]) -> AsyncIterator[AsyncClient]:
    """A browser before a product whose time can be moved."""
    async with visiting(make_app(machine=machine, demo_people=("ann",))) as client:
        yield await sign_in(client, ann)
