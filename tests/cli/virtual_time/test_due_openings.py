"""Moving time past the due date of an invoice that no policy takes asks people, and moves on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from adapters.settings import Settings
from adapters.storage import Store, migrate
from api.case_service import CaseService
from cli.exits import BadInput
from cli.installation.installation import Installation
from cli.virtual_time.case_clocks import CaseClocks
from cli.virtual_time.clocks import SharedLead, StandingClock
from cli.virtual_time.customer_journey import CustomerJourney, DueOpening
from cli.virtual_time.foresight import foresee
from cli.virtual_time.time_machine import InstallationTimeMachine
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock
from tests.workflows.office import MONDAY, amsterdam, customer, invoice, policy
from worker.virtual_time import WorkflowClocks

GENTLE = policy(name="gentle", **{"for": {"customer.tags": "gentle"}})
NOWHERE = cast("Any", None)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    await migrate(url)
    store = await Store.open(url, policies=[GENTLE], calendar_for=amsterdam)
    await store.register.customer(customer(), (), MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    yield store
    await store.close()


@pytest.fixture
def of(store: Store, tmp_path: Path) -> Installation:
    """What a journey needs of an installation."""
    parts = SimpleNamespace(
        store=store,
        case_service=CaseService(store, FakeCaseClient(store, FakeClock(MONDAY)), StandingClock(MONDAY)),
        sandbox=SandboxGateway(RememberedBook()),
        client=NOWHERE,
        clock=StandingClock(MONDAY),
        lead=SharedLead(tmp_path),
        settings=Settings(data=tmp_path),
        policies=(GENTLE,),
    )
    return cast("Installation", parts)


async def test_on_the_way_it_becomes_a_task_of_its_moment(of: Installation, store: Store) -> None:
    opens = MONDAY + timedelta(days=1)
    journey = CustomerJourney(of, WorkflowClocks(NOWHERE), CaseClocks(NOWHERE), [], [DueOpening(opens, "INV-1")])
    assert await journey.travel(MONDAY + timedelta(days=7)) == 0
    [task] = (await store.cases.tasks()).rows
    assert (task.about, task.opened_at) == ("no-policy", opens)


async def test_what_waits_for_a_policy_is_no_event_to_move_time_to(of: Installation, store: Store) -> None:
    machine = InstallationTimeMachine(of)
    assert (await machine.to_next_event()).cases == 0
    assert [task.about for task in (await store.cases.tasks()).rows] == ["no-policy"]
    reached = (await machine.to_next_event()).now
    assert reached == MONDAY
    assert await machine.next_event() is None


async def test_what_moving_time_would_bring_is_foreseen_and_not_done(of: Installation, store: Store) -> None:
    await of.case_service.put_customer(customer(tags=("gentle",)), ())
    await of.case_service.open("INV-1")
    told: list[tuple[int, int]] = []
    lines = (await store.cases.journal("INV-1")).rows
    foreseen = await foresee(of, timedelta(days=7), lambda done, whole: told.append((done, whole)))
    assert (foreseen.at, foreseen.cases, foreseen.opening) == (MONDAY + timedelta(days=7), 1, 0)
    assert foreseen.acts["notice"] == 1
    assert told == [(1, 1)]
    assert (await store.cases.journal("INV-1")).rows == lines
    with pytest.raises(BadInput, match="allowed a step ahead"):
        await foresee(of, timedelta(), lambda *_: None)
