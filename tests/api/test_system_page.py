"""The page of the system: for admins alone; it says who works, what waits, what failed, and what the doctor finds."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI
from httpx2 import AsyncClient

from adapters.storage import Store
from api.case_client import FailedRun, Machinery, TaskQueue
from cli.doctor.diagnosis import Diagnosis
from tests.api.builders import MONDAY
from tests.api.conftest import PASSWORD, Maker, add_person, sign_in, visiting
from tests.fakes.fake_case_client import FakeCaseClient

SEEN = Machinery(
    "1.31.0",
    (
        TaskQueue("dunning", "decisions", 5, 0, timedelta()),
        TaskQueue("notices", "messages", 0, 12, timedelta(minutes=2)),
    ),
    (FailedRun("INV-7", "run-1", MONDAY),),
)


async def test_it_says_who_works_what_waits_and_what_failed(
    make_app: Maker, case_client: FakeCaseClient, ann: dict[str, str]
) -> None:
    case_client.seen_machinery = SEEN
    async with visiting(make_app(temporal_ui="https://ui.example/workflows")) as client:
        await sign_in(client, ann)
        page, told = (await client.get("/system")).text, (await client.get("/system.json")).json()

    assert "https://ui.example/workflows/case%3AINV-7/run-1" in page
    assert "120 s" in page
    assert told["queues"][1] == {
        "name": "notices", "kind": "messages", "pollers": 0, "waiting": 12, "oldest_seconds": 120
    }  # fmt: skip
    assert told["versions"]["Temporal server"] == "1.31.0"
    assert told["checks"] is None


async def test_the_doctor_looks_when_it_is_asked_what_is_missing_first(
    make_app: Maker, case_client: FakeCaseClient, ann: dict[str, str]
) -> None:
    async def examine() -> list[Diagnosis]:
        return [Diagnosis("disk", well=True, found="9 GB free"), Diagnosis("database", well=False, found="down")]

    case_client.seen_machinery = SEEN
    async with visiting(make_app(examine=examine)) as client:
        await sign_in(client, ann)
        page = (await client.get("/system?examine=yes")).text
        told = (await client.get("/system.json?examine=yes")).json()

    assert page.index("<strong>database</strong>") < page.index("<strong>disk</strong>")
    assert [check["ok"] for check in told["checks"]] == [True, False]


async def test_a_server_that_does_not_answer_is_said(browser: AsyncClient, case_client: FakeCaseClient) -> None:
    case_client.down = True

    assert "The Temporal server does not answer." in (await browser.get("/system")).text


async def test_it_is_for_admins(app: FastAPI, store: Store) -> None:
    await add_person(store, "eve", "manager")
    async with visiting(app) as client:
        await sign_in(client, {"name": "eve", "password": PASSWORD})
        assert (await client.get("/system")).status_code == 403
        assert "/system" not in (await client.get("/overview")).text
