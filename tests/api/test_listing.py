"""Every list as a page, as JSON and as CSV: the same rows under the same filters, and no text that is calculated."""

from __future__ import annotations

import csv
import io

import pytest
from httpx2 import AsyncClient

from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program

FORMULA = '=HYPERLINK("https://evil.example","x")'


@pytest.fixture
async def book(program: Program) -> Program:
    """Two customers; one of them has a name that a spreadsheet would calculate."""
    await program.put("/customers/ada", a_customer())
    await program.put("/customers/eve", a_customer(name=FORMULA, email="e@eve.example"))
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV-2", customer_id="eve", due_on="2025-12-01"))
    await program.post("/invoices", an_invoice(id="INV-3"))
    return program


@pytest.mark.usefixtures("book")
async def test_a_spreadsheet_gets_every_row_and_calculates_none(
    browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.listing.answers.MOST", 2)  # three rows are two pages
    answer = await browser.get("/cases.csv", params={"sort": "due"})
    assert answer.headers["content-disposition"] == 'attachment; filename="cases.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf"), "without it a spreadsheet reads another character set"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["invoice_id"] for row in rows] == ["INV-2", "INV-1", "INV-3"]
    assert rows[0]["customer"] == f"'{FORMULA}"
    assert rows[0]["balance"] == "1000.00 EUR"


@pytest.mark.usefixtures("book")
async def test_a_program_gets_the_same_rows_a_page_at_a_time(
    browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.listing.answers.MOST", 2)
    first = (await browser.get("/cases.json")).json()
    second = (await browser.get("/cases.json", params={"cursor": first["next"]})).json()
    rows = [*first["items"], *second["items"]]
    assert [row["invoice_id"] for row in rows] == ["INV-3", "INV-2", "INV-1"]
    assert second["next"] is None
    assert rows[1]["customer"] == FORMULA, "a program calculates nothing"
    assert rows[1]["balance"] == {"amount": "1000.00", "currency": "EUR"}


@pytest.mark.usefixtures("book")
async def test_filters_are_chips_that_can_be_taken_off_one_by_one(browser: AsyncClient) -> None:
    page = (await browser.get("/cases", params={"customer": "ada", "policy": "plain", "sort": "due"})).text
    assert page.count('class="row"') == 2
    assert 'href="/cases?policy=plain&amp;sort=due"' in page, "the chip of the customer leads to the rest"
    assert 'href="/cases.csv?policy=plain&amp;customer=ada&amp;sort=due"' in page
    assert "No case fits" in (await browser.get("/cases", params={"customer": "nobody"})).text
    assert 'class="chip"' not in (await browser.get("/cases")).text


@pytest.mark.usefixtures("book")
async def test_customers_are_listed_with_what_they_owe_and_no_order_puts_a_name_into_a_url(
    browser: AsyncClient, program: Program
) -> None:
    await program.put("/customers/new", {"parent": "ada", "country": "DE"})
    await program.post("/customers/eve/stop", {"reason": "fraud"})

    rows = {row["customer_id"]: row for row in (await browser.get("/customers.json")).json()["items"]}
    assert list(rows) == ["ada", "eve", "new"]
    assert (rows["ada"]["open_cases"], rows["ada"]["owed"]) == (2, [{"amount": "2000.00", "currency": "EUR"}])
    assert (rows["eve"]["oldest_due_on"], rows["eve"]["is_stopped"]) == ("2025-12-01", True)
    assert (rows["new"]["parent"], rows["new"]["owed"]) == ("ada", [])
    narrowed: list[tuple[dict[str, str], list[str]]] = [
        ({"show": "stopped"}, ["eve"]), ({"show": "owing"}, ["ada", "eve"]), ({"country": "de"}, ["new"]),
        ({"parent": "ada"}, ["new"]), ({"sort": "registered"}, ["new", "eve", "ada"]),
    ]  # fmt: skip
    for query, found in narrowed:
        listed = (await browser.get("/customers.json", params=query)).json()["items"]
        assert [row["customer_id"] for row in listed] == found, query
    sheet = list(csv.DictReader(io.StringIO((await browser.get("/customers.csv")).content.decode("utf-8-sig"))))
    assert (sheet[1]["name"], sheet[1]["owed"]) == (f"'{FORMULA}", "1000.00 EUR")
    assert "€2,000.00" in (await browser.get("/customers")).text
    assert (await browser.get("/customers", params={"sort": "name"})).status_code == 422


async def test_an_empty_list_says_what_fills_it(browser: AsyncClient) -> None:
    assert "dunning import invoices" in (await browser.get("/cases")).text
    assert "dunning import customers" in (await browser.get("/customers")).text
    assert "No customer fits" in (await browser.get("/customers", params={"show": "stopped"})).text
