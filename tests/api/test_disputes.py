"""The disputes that wait for an answer: with their reason and their clock, and the way to answer them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeTimeMachine

REASON = "=half of it is <b>broken</b>"


@pytest.fixture
async def book(program: Program) -> Program:
    """A dispute in part, and one of everything under a policy that sets no time for answers."""
    await program.put("/customers/ada", a_customer())
    await program.put("/customers/eve", a_customer(name="Eve", tags=["gentle"], email="e@eve.example"))
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV-2", customer_id="eve"))
    in_part = {"id": "d1", "reason": REASON, "amount": euros("250.00")}
    assert (await program.post("/cases/INV-1/disputes", in_part)).is_success
    assert (await program.post("/cases/INV-2/disputes", {"id": "d2", "reason": "never ordered"})).is_success
    return program


@pytest.mark.usefixtures("book")
async def test_the_clock_runs_in_workdays_and_an_escalated_dispute_is_late(
    browser: AsyncClient, machine: FakeTimeMachine
) -> None:
    page = (await browser.get("/disputes")).text
    assert "5 workdays left" in page
    assert "=half of it is &lt;b&gt;broken&lt;/b&gt;" in page
    assert "of €1,000.00" in page, "the part that is disputed, of what is owed"
    assert page.index("INV-1") < page.index("INV-2"), "what nobody has to answer by a day comes last"
    assert "no day is set for an answer" in page
    assert 'href="/cases/INV-1/actions/answer-dispute?dispute=d1"' in page
    assert "No dispute fits" in (await browser.get("/disputes", params={"state": "late"})).text
    await machine.advance(timedelta(days=8))
    page = (await browser.get("/disputes", params={"state": "escalated"})).text
    assert "escalated once" in page
    assert "INV-2" not in page


async def test_an_answered_dispute_is_gone_and_the_largest_can_stand_first(book: Program, browser: AsyncClient) -> None:
    rows = (await browser.get("/disputes.json", params={"sort": "amount"})).json()["items"]
    assert [(row["invoice_id"], row["amount"]["amount"]) for row in rows] == [("INV-2", "1000.00"), ("INV-1", "250.00")]
    assert rows[1]["reason"] == REASON
    assert rows[1]["raised_by"] == "key billing"
    assert f"'{REASON}" in (await browser.get("/disputes.csv")).text, "a spreadsheet calculates no reason"
    assert (await book.post("/cases/INV-2/disputes/d2/resolution", {"accepted": True})).is_success
    assert [row["invoice_id"] for row in (await browser.get("/disputes.json")).json()["items"]] == ["INV-1"]
    assert (await browser.get("/disputes.json", params={"sort": "oldest", "customer": "eve"})).json()["items"] == []
