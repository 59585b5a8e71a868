"""The overview: each figure is there in money and cases, and leads to the cases behind it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient

from adapters.storage import Store
from tests.adapters.storage.builders import customer, invoice, line, written
from tests.api.builders import MONDAY

TODAY = MONDAY.date()


@pytest.fixture
async def book(store: Store) -> None:
    """A promise, an objection, a hold, a case below the minimum, one in another currency; and some money."""
    shown: dict[str, dict[str, Any]] = {
        "INV-1": {"stage": "promised", "balance": 300_00, "promised": ((TODAY + timedelta(days=9), 300_00),)},
        "INV-2": {"stage": "dispute", "balance": 200_00},
        "INV-3": {"stage": "held", "balance": 10_00, "holds": ("the lawyer looks at it",)},
        "INV-4": {"stage": "below-minimum", "balance": 1_00},
        "INV-5": {"stage": "dunning", "balance": 1_000_00},
    }
    for number, (name, stands) in enumerate(shown.items()):
        due = TODAY - timedelta(days=(0, 1, 30, 31, 91)[number])
        currency = "SEK" if name == "INV-5" else "EUR"
        of = invoice(name, currency=currency, amount="1000.00", due_on=due)
        await store.receivables.opening(name, of, customer(), (), MONDAY)
        await store.receivables.record(name, (), written(policy="plain", **{"next_at": MONDAY, **stands}), 0, MONDAY)
    paid = {"id": "p1", "amount": "25.00", "at": MONDAY.isoformat()}
    await store.register.tell("INV-1", "payment_received", paid, MONDAY)
    late = line(2, "deferred", "reminder", rule="M1")
    await store.receivables.record("INV-2", (), written(late, policy="plain", stage="dispute"), 0, MONDAY)


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    "link, cases",
    [
        ("age=not-overdue", ["INV-1"]),
        ("age=1-30", ["INV-3", "INV-2"]),
        ("age=31-60", ["INV-4"]),
        ("age=61-90", []),
        ("age=over-90", ["INV-5"]),
        ("currency=SEK", ["INV-5"]),
        ("waits=settings", ["INV-2"]),
        ("waits=person", []),
    ],
)
async def test_a_figure_leads_to_the_cases_behind_it(browser: AsyncClient, link: str, cases: list[str]) -> None:
    found = await browser.get(f"/cases.json?{link}")

    assert [one["invoice_id"] for one in found.json()["items"]] == cases


@pytest.mark.usefixtures("book")
async def test_the_overview_says_what_is_open_what_came_in_and_what_stands_still(browser: AsyncClient) -> None:
    page = (await browser.get("/overview")).text

    for said in (
        "5 open cases", "€300.00", "SEK\N{NO-BREAK SPACE}1,000.00", "€25.00", "A promise", "Week of",
        "For the answer to an objection", "The lawyer looks at it: 1", "Too little is left to write about",
        "/cases?age=over-90", "/cases?currency=SEK",
    ):  # fmt: skip
        assert said in page, said


@pytest.mark.usefixtures("book")
async def test_its_figures_are_there_for_programs_and_spreadsheets(browser: AsyncClient) -> None:
    items = (await browser.get("/overview.json")).json()["items"]
    rows = list(
        csv.DictReader(io.StringIO((await browser.get("/overview.csv")).text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")))
    )

    assert {"of": "stage", "name": "dispute", "cases": 1, "amount": None} in items
    promise = {
        "of": "received-week",
        "name": "promise",
        "cases": None,
        "amount": {"currency": "EUR", "amount": "25.00"},
    }
    assert promise in items
    assert {"of": "promised", "name": "2026-03-09/2026-03-15", "cases": "", "amount": "300.00 EUR"} in rows
    assert len(rows) == len(items)


async def test_an_empty_book_says_what_fills_it(browser: AsyncClient) -> None:
    page = (await browser.get("/overview")).text

    assert "dunning import invoices FILE.csv" in page
    assert "Nothing stands still" in page
