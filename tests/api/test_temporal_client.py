"""The case service before real workflows on a real server: started once, told, asked, looked at, and opened again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client

from adapters.messages.catalogue import catalogue
from adapters.storage import Store
from api.application import PoliciesInForce, create_app
from api.case_client import CaseStart, TemporalUnreachable, Unanswered
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from api.temporal_client import TemporalCaseClient
from dunning.errors import Refused
from dunning.messages import (
    Dispute,
    HandOff,
    Hold,
    PaymentReceived,
    PaymentReversed,
    Promise,
    Recall,
    Release,
    WriteOff,
)
from dunning.records import Customer, Invoice
from tests.api.builders import MONDAY, SECRET, calendar, policies
from tests.api.conftest import Program, visiting
from tests.fakes.fake_case_client import sandbox_activities
from tests.workflows.payloads import decoded
from worker.embedded import QUICK_TIMERS, EmbeddedServer
from worker.search_attributes import register_search_attributes
from worker.workers import working
from workflows.contract import workflow_id

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBERS = count(1)


class MondaysClock:
    """Real time, counted from a Monday in March."""

    def __init__(self) -> None:
        self._ahead = MONDAY - datetime.now(UTC)

    async def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def ahead(self) -> timedelta:
        return self._ahead


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def client() -> AsyncIterator[Client]:
    async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
        client = await server.connect()
        await register_search_attributes(client)
        yield client
        await server.kill()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def store(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    path = tmp_path_factory.mktemp("case-client") / "store.sqlite"
    shutil.copy(migrated, path)
    store = await Store.open(f"sqlite:///{path}", policies=policies(), calendar_for=calendar)
    yield store
    await store.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def at_work(client: Client, store: Store) -> AsyncIterator[None]:
    async with working(client, sandbox_activities(store), grace=timedelta(seconds=1)):
        yield


@pytest.fixture
def case_service(client: Client, store: Store) -> CaseService:
    return CaseService(store, TemporalCaseClient(client), MondaysClock())


@pytest_asyncio.fixture(loop_scope="module")
async def invoice_id(case_service: CaseService) -> str:
    """An invoice of its own for each test, registered and without a case."""
    number = next(NUMBERS)
    customer = Customer(id=f"c{number}", country="NL", timezone="Europe/Amsterdam", email="a@b.example")
    await case_service.put_customer(customer, ())
    invoice = {"id": f"T/{number}", "currency": "EUR", "amount": "100.00", "due_on": "2026-02-28"}
    await case_service.register_invoice(customer.id, Invoice.model_validate(invoice))
    return f"T/{number}"


async def until(true: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait until what the case does by itself has happened."""
    for _ in range(int(seconds * 50)):
        answer = true()
        if await answer if asyncio.iscoroutine(answer) else answer:
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not happen in time")


@pytest_asyncio.fixture(loop_scope="module")
async def opened(case_service: CaseService, invoice_id: str, at_work: None) -> str:  # noqa: ARG001 - somebody must be at work
    await case_service.open(invoice_id)

    async def is_there() -> bool:
        return bool((await case_service.client.case(invoice_id) or {}).get("money"))

    await until(is_there)
    return invoice_id


async def outcome(case_service: CaseService, invoice_id: str) -> str | None:
    return (await case_service.store.cases.one(invoice_id)).outcome


async def is_over(client: Client, invoice_id: str) -> bool:
    return (await client.get_workflow_handle(workflow_id(invoice_id)).describe()).close_time is not None


async def test_a_case_started_twice_is_one_run_that_can_be_found_without_personal_data(
    case_service: CaseService, client: Client, opened: str
) -> None:
    handle = client.get_workflow_handle(workflow_id(opened))
    first = await handle.describe()
    await case_service.client.start(CaseStart(opened, "c", first.start_time.date()))
    again = await handle.describe()
    assert again.run_id == first.run_id
    attributes = {pair.key.name: pair.value for pair in again.typed_search_attributes}
    assert attributes["DunningCustomer"] == opened.replace("T/", "c")
    assert attributes["DunningDueOn"] == datetime(2026, 2, 28, tzinfo=UTC)
    assert await again.static_summary() == f"The case of invoice {opened}"


async def test_a_fact_is_heard_and_the_case_tells_of_it(case_service: CaseService, opened: str) -> None:
    assert (await case_service.tell(opened, PaymentReceived.model_validate({"id": "p1", "amount": "40.00"}))).by_case
    case = await CaseReader(case_service).case(opened)
    assert (case.source, case.money.balance.amount) == ("running", "60.00")
    forecast = await CaseReader(case_service).forecast(opened)
    assert [line.kind for line in forecast.lines][:2] == ["notice", "fee"]


async def test_a_request_is_answered_by_the_case_and_refused_with_its_rule(
    case_service: CaseService, opened: str
) -> None:
    day = MONDAY.date() + timedelta(days=3)
    await case_service.ask(opened, Promise(id="PTP-1", on=day), "k1")
    await case_service.ask(opened, Promise(id="PTP-1", on=day), "k2")  # the same promise again
    with pytest.raises(Refused) as refused:
        await case_service.ask(opened, Promise(id="PTP-2", on=day), "k3")
    assert (refused.value.request, refused.value.rule, refused.value.reason) == (
        "promise",
        "A1",
        "a promise stands already",
    )


async def test_a_hold_and_its_release_share_an_id_on_the_server_too(case_service: CaseService, opened: str) -> None:
    await case_service.ask(opened, Hold(id="H-1", reason="we talk"), "k1")
    await case_service.ask(opened, Release(id="H-1"), "k2")
    assert (await CaseReader(case_service).case(opened)).holds == ()


async def test_a_reversal_opens_an_ended_case_where_it_stood(
    case_service: CaseService, client: Client, opened: str
) -> None:
    await case_service.tell(opened, PaymentReceived.model_validate({"id": "p2", "amount": "100.00"}))
    await until(lambda: is_over(client, opened))
    assert (await CaseReader(case_service).case(opened)).source == "ended"
    heard = await case_service.tell(
        opened, PaymentReversed.model_validate({"id": "r1", "payment_id": "p2", "amount": "100.00"})
    )
    assert heard.by_case

    async def is_open_again() -> bool:
        return await outcome(case_service, opened) is None

    await until(is_open_again)


async def test_an_ended_case_refuses_without_being_opened_and_is_recalled_when_it_may(
    case_service: CaseService, client: Client, opened: str
) -> None:
    await case_service.ask(opened, WriteOff(by="r", reason="dissolved"), "k1")
    await until(lambda: is_over(client, opened))
    with pytest.raises(Refused) as refused:
        await case_service.ask(opened, Recall(), "k2")
    assert refused.value.rule == "S3"
    assert await is_over(client, opened)


async def test_a_debt_that_was_handed_off_is_recalled(case_service: CaseService, client: Client, opened: str) -> None:
    await case_service.ask(opened, HandOff(), "k1")
    await until(lambda: is_over(client, opened))
    await case_service.ask(opened, Recall(), "k2")

    async def is_open_again() -> bool:
        return await outcome(case_service, opened) is None

    await until(is_open_again)


# What people write.

WHY, OBJECTION, BANKRUPT = "Ada lies in hospital", "Ada never got the boxes", "Ada is bankrupt"


async def told_in_words(case_service: CaseService, client: Client, invoice_id: str) -> list[str]:
    """Which of the words the server of the cases has."""
    described = await client.get_workflow_handle(workflow_id(invoice_id)).describe()
    history = (await client.get_workflow_handle(workflow_id(invoice_id)).fetch_history()).to_json()
    shown = f"{history}{described.raw_description}{await case_service.client.case(invoice_id)}"
    return [words for words in (WHY, OBJECTION, BANKRUPT) if words in decoded(shown)]


async def test_o3_what_people_write_is_in_no_history_and_people_read_it(
    case_service: CaseService, client: Client, opened: str
) -> None:
    case = f"/cases/{opened.replace('/', '%2F')}"
    customer = f"/customers/{opened.replace('T/', 'c')}"
    app = create_app(case_service, PoliciesInForce(policies(), calendar, catalogue()), ApiConfiguration(secret=SECRET))
    key = await case_service.store.keys.create(f"reader {opened}", MONDAY, ("admin",))
    async with visiting(app, headers={"Authorization": f"Bearer {key}"}) as visitor:
        program = Program(visitor)
        assert (await program.post(f"{case}/holds", {"id": "H-1", "reason": WHY})).status_code == 200
        assert (await program.post(f"{case}/disputes", {"id": "D-1", "reason": OBJECTION})).status_code == 202
        assert (await program.post(f"{customer}/stop", {"reason": BANKRUPT})).status_code == 202

        async def is_asked() -> bool:
            return OBJECTION in (await program.get("/tasks", invoice_id=opened)).text

        await until(is_asked)
        assert await told_in_words(case_service, client, opened) == []
        assert BANKRUPT in (await program.get(customer)).text
        for read in (await program.get(case), await program.get(f"{case}/journal"), await visitor.get(case)):
            assert [words for words in (WHY, OBJECTION, BANKRUPT) if words not in read.text] == []


async def test_o3_what_a_case_finds_in_the_store_and_takes_along_when_it_ends_is_no_text_either(
    case_service: CaseService, client: Client, opened: str
) -> None:
    mute = replace(case_service, client=_Mute(client))
    assert (await mute.tell(opened, Dispute(id="D-1", reason=OBJECTION))).by_case
    await case_service.ask(opened, WriteOff(by="r", reason=WHY), "k1")
    await until(lambda: is_over(client, opened))
    await case_service.tell(opened, PaymentReceived.model_validate({"id": "p3", "amount": "10.00"}))
    await until(lambda: is_over(client, opened))
    assert await told_in_words(case_service, client, opened) == []
    journal = (await case_service.store.cases.journal(opened)).rows
    assert [line.why for line in journal if line.kind == "write_off"] == [WHY]
    assert [line.kind for line in journal].count("dispute") == 1
    assert (await case_service.store.reasons.of_case(opened)).disputes == {"D-1": OBJECTION}


async def test_o3_a_process_that_dies_before_it_asks_is_asked_again_and_holds_once(
    case_service: CaseService, client: Client, opened: str
) -> None:
    with pytest.raises(_Died):
        await replace(case_service, client=_Mortal(client)).ask(opened, Hold(id="H-1", reason=WHY), "k1")
    assert (await CaseReader(case_service).case(opened)).holds == ()
    for _ in range(2):
        await case_service.ask(opened, Hold(id="H-1", reason=WHY), "k1")
    assert [hold.reason for hold in (await CaseReader(case_service).case(opened)).holds] == [WHY]
    with pytest.raises(Refused, match=f"other content: reason {WHY}, until"):
        await case_service.ask(opened, Hold(id="H-1", reason=OBJECTION), "k2")
    assert await told_in_words(case_service, client, opened) == []


class _Died(BaseException):
    """The process is gone."""


class _Mortal(TemporalCaseClient):
    """Dies before it asks."""

    async def ask(self, invoice_id: str, name: str, body: dict[str, Any], ask_id: str) -> bool:
        raise _Died


class _Mute(TemporalCaseClient):
    """Signals are lost on their way."""

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        return True


async def test_without_a_worker_requests_go_unanswered_and_looks_see_nothing(client: Client, invoice_id: str) -> None:
    nobody = TemporalCaseClient(client, patience=timedelta(seconds=1), glance=timedelta(seconds=0.3))
    start = CaseStart(invoice_id, "c", MONDAY.date())
    await client.start_workflow("Nobody", id=workflow_id(invoice_id), task_queue="nobody-works-here")
    assert await nobody.case(invoice_id) is None
    assert await nobody.forecast(invoice_id) is None
    with pytest.raises(Unanswered, match="may still be applied"):
        await nobody.ask(invoice_id, "hold", {"id": "H-1", "reason": "we talk"}, "hold:H-1")
    assert await nobody.signal(start.invoice_id, "payment_received", {"id": "p1", "amount": "1.00"})
    await client.get_workflow_handle(workflow_id(invoice_id)).terminate()


async def test_a_case_that_never_ran_hears_nothing(case_service: CaseService) -> None:
    assert not await case_service.client.signal("never", "payment_received", {"id": "p1", "amount": "1.00"})
    assert not await case_service.client.ask("never", "hold", {"id": "H-1", "reason": "x"}, "hold:H-1")
    assert await case_service.client.case("never") is None
    assert await case_service.client.is_up()


async def test_a_server_that_is_down_cannot_be_reached() -> None:
    async with EmbeddedServer(None, settings=QUICK_TIMERS) as server:
        case_client = TemporalCaseClient(
            await server.connect(), patience=timedelta(seconds=1), glance=timedelta(seconds=0.3)
        )
        await server.kill()
        assert not await case_client.is_up()
        assert await case_client.case("INV-1") is None
        with pytest.raises((TemporalUnreachable, Unanswered)):
            await case_client.ask("INV-1", "hold", {}, "hold:1")
        with pytest.raises(TemporalUnreachable):
            await case_client.signal("INV-1", "payment_received", {})


@pytest.mark.usefixtures("at_work")
async def test_the_server_tells_who_works_and_which_run_failed(
    client: Client, case_service: CaseService, invoice_id: str
) -> None:
    await case_service.open(invoice_id)
    await client.get_workflow_handle(workflow_id(invoice_id)).terminate()

    async def failed() -> bool:
        seen = await case_service.client.machinery()
        return seen is not None and invoice_id in {run.invoice_id for run in seen.failed}

    await until(failed)
    seen = await case_service.client.machinery()
    assert seen is not None
    assert all(queue.pollers for queue in seen.queues), seen.queues
    assert seen.server
