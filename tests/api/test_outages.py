"""A store that is down, full or held by others is told as that within five seconds, and readiness says so."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pgserver
import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import text

from adapters.messages.catalogue import catalogue
from adapters.storage import Store, migrate
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from tests.api.builders import SECRET, a_customer, calendar, euros, policies
from tests.api.conftest import Program, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock


async def told_in_time(answering: Awaitable[Response]) -> Response:
    since = time.monotonic()
    answer = await answering
    assert time.monotonic() - since < 5
    assert answer.status_code == 503, answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 5
    return answer


async def readiness(stranger: AsyncClient) -> str:
    answer = await told_in_time(stranger.get("/readyz"))
    return str(answer.json()["detail"])


async def test_a_store_that_others_hold(program: Program, stranger: AsyncClient, tmp_path: Path) -> None:
    await program.put("/customers/ada", a_customer())
    other = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    payment = {"id": "p1", "invoice_id": "INV-1", "amount": euros("1.00")}
    told = await told_in_time(program.post("/payments", payment))
    assert told.json()["detail"].startswith("Others hold the store")
    await told_in_time(program.put("/customers/ada", a_customer(name="Ada Lovelace")))
    assert await readiness(stranger) == "does not work: store (locked)"
    assert (await program.get("/customers/ada")).json()["name"] == "Ada Lovelace Analytics"
    other.execute("ROLLBACK")
    assert (await program.put("/customers/ada", a_customer(name="Ada Lovelace"))).status_code == 200


async def test_a_disk_that_is_full(program: Program, stranger: AsyncClient, store: Store) -> None:
    numbers = count(1)
    await store.database.write(lambda tx: tx.value(text("PRAGMA max_page_count = 1")))
    answer = await program.put("/customers/c0", a_customer())
    while answer.status_code == 201:
        answer = await program.put(f"/customers/c{next(numbers)}", a_customer(address="Keizersgracht\n" * 30))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["detail"].startswith("The store has no place left")
    assert (await program.get("/customers")).status_code == 200
    await store.database.write(lambda tx: tx.value(text("PRAGMA max_page_count = 1000000")))
    assert (await program.put("/customers/ada", a_customer())).status_code == 201
    assert (await stranger.get("/readyz")).status_code == 200


@pytest.fixture
async def on_postgresql(clock: FakeClock) -> AsyncIterator[tuple[Callable[[], None], AsyncClient]]:
    """How to stop a PostgreSQL, and the API over it."""
    folder = tempfile.mkdtemp(prefix="dunning-outage-")
    server = pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined] # it names no exports
    await migrate(server.get_uri())
    store = await Store.open(server.get_uri(), policies=policies(), calendar_for=calendar)
    key = await store.keys.create("billing", clock.at, ("admin",))
    service = CaseService(store, FakeCaseClient(store, clock), clock)
    app = create_app(service, PoliciesInForce(policies(), calendar, catalogue()), ApiConfiguration(secret=SECRET))
    async with visiting(app, headers={"Authorization": f"Bearer {key}"}) as client:
        yield server.cleanup, client
    await store.close()


async def test_a_server_that_is_down(on_postgresql: tuple[Callable[[], None], AsyncClient]) -> None:
    stop, client = on_postgresql
    assert (await client.get("/v1/customers")).status_code == 200
    stop()
    told = await told_in_time(client.get("/v1/customers"))
    assert told.json()["detail"].startswith("The store cannot be reached")
    await told_in_time(client.put("/v1/customers/ada", json=a_customer()))
    assert await readiness(client) == "does not work: store (down)"
