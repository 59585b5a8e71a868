"""An invoice that no policy takes is refused with the reasons where somebody asks, and shown where nobody does."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from adapters.storage import Store
from tests.adapters.stripe.events import INVOICE, event, invoice
from tests.api.builders import MONDAY, a_customer, an_invoice, calendar, policies
from tests.api.conftest import Maker, Program, visiting
from tests.api.stripe_side import WHSEC, StripeSide
from tests.fakes.fake_case_client import FakeCaseClient

GENTLE = policies()[1]


@pytest.fixture
async def store(migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A store whose only policy takes customers with the tag gentle."""
    path = tmp_path / "store.sqlite"
    shutil.copy(migrated, path)
    store = await Store.open(f"sqlite:///{path}", policies=[GENTLE], calendar_for=calendar)
    yield store
    await store.close()


@pytest.fixture
async def debtor(program: Program) -> Program:
    assert (await program.put("/customers/ada", a_customer())).status_code == 201
    return program


async def test_opening_it_is_refused_with_the_reasons(debtor: Program, case_client: FakeCaseClient) -> None:
    assert (await debtor.post("/invoices", an_invoice(open=False))).status_code == 201
    answer = await debtor.post("/cases", {"invoice_id": "INV-1"}, under="open-1")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["type"], told["request"], told["rule"]) == ("/problems/refused", "open", "O2")
    assert "customer.tags" in told["reason"]
    assert told["reasons"] == (await debtor.get("/invoices/INV-1/policy")).json()["reasons"]
    assert case_client.running == {}


async def test_the_same_asking_opens_it_once_a_policy_takes_it(debtor: Program, case_client: FakeCaseClient) -> None:
    await debtor.post("/invoices", an_invoice(open=False))
    assert (await debtor.post("/cases", {"invoice_id": "INV-1"}, under="open-1")).status_code == 409
    await debtor.put("/customers/ada", a_customer(tags=["gentle"]))
    assert (await debtor.post("/cases", {"invoice_id": "INV-1"}, under="open-1")).status_code == 202
    assert list(case_client.running) == ["INV-1"]


async def test_registered_to_be_opened_at_once_it_is_refused_and_not_registered(debtor: Program) -> None:
    answer = await debtor.post("/invoices", an_invoice())
    assert (answer.status_code, answer.json()["rule"]) == (409, "O2")
    assert [reason["policy"] for reason in answer.json()["reasons"]] == ["gentle"]
    assert (await debtor.get("/invoices/INV-1")).status_code == 404
    assert (await debtor.post("/invoices", an_invoice(customer_id="nobody"))).status_code == 404


async def test_the_account_is_looked_at_as_if_the_invoice_were_registered(debtor: Program, store: Store) -> None:
    await debtor.put("/customers/ada", a_customer(tags=["gentle"]))
    assert (await debtor.post("/invoices", an_invoice())).status_code == 201
    for _ in range(2):
        new = an_invoice(id="INV-2")
        assert (await debtor.post("/invoices", new)).status_code in {200, 201}
    assert (await store.cases.one("INV-2")).policy == "gentle"


async def test_the_first_page_counts_them_and_their_tasks_lead_to_no_case(
    debtor: Program, browser: AsyncClient, store: Store
) -> None:
    assert "without a case" not in (await browser.get("/overview")).text
    await debtor.post("/invoices", an_invoice(open=False))
    await debtor.post("/invoices", an_invoice(id="INV-2", open=False))
    await store.unopened.ask("INV-1", "no-policy", "gentle: customer.tags: found none", MONDAY)
    page = (await browser.get("/overview")).text
    assert "<strong>1 invoice without a case</strong>" in page
    await store.unopened.ask("INV-2", "not-opened", "begun 3 times: no words", MONDAY)
    page = (await browser.get("/overview")).text
    assert "<strong>2 invoices without a case</strong>" in page
    assert "no policy takes 1, the opening of 1 did not succeed" in page
    tasks = (await browser.get("/tasks")).text
    assert "gentle: customer.tags: found none" in tasks
    assert 'href="/cases/INV-1"' not in tasks


async def test_what_stripe_brings_is_a_task_at_once(make_app: Maker, store: Store) -> None:
    async with visiting(make_app(stripe_webhook_secret=WHSEC)) as stranger:
        assert await StripeSide(stranger).deliver(
            event("invoice.payment_failed", invoice(attempt_count=1), MONDAY)
        ) == ["done"]
    [task] = (await store.cases.tasks()).rows
    assert (task.invoice_id, task.about) == (INVOICE, "no-policy")
    assert "customer.tags" in task.note


async def test_a_task_of_it_is_listed_until_the_invoice_is_paid(debtor: Program, store: Store) -> None:
    await debtor.post("/invoices", an_invoice(open=False))
    await store.unopened.ask("INV-1", "no-policy", "gentle: customer.tags: found none", MONDAY)
    [task] = (await debtor.get("/tasks", about="no-policy")).json()["items"]
    assert (task["invoice_id"], task["queue"]) == ("INV-1", "system")
    paid = {"id": "p1", "invoice_id": "INV-1", "amount": {"amount": "1000.00", "currency": "EUR"}}
    assert (await debtor.post("/payments", paid)).status_code == 202
    assert (await debtor.get("/tasks", about="no-policy")).json()["items"] == []
