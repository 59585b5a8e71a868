"""The money of all customers by its state, and payments that find their invoices."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from adapters.storage import Store
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import PASSWORD, Program, add_person, sign_in, visiting

POOL = "/payments/unmatched"


@pytest.fixture
async def book(program: Program) -> Program:
    """Two customers; one has two invoices."""
    await program.put("/customers/ada", a_customer())
    await program.put("/customers/eve", a_customer(name="<b>Eve</b>", email="e@eve.example"))
    for name, customer in (("INV-1", "ada"), ("INV-2", "ada"), ("INV-3", "eve")):
        await program.post("/invoices", an_invoice(id=name, customer_id=customer))
    return program


async def unmatched(program: Program, amount: str = "1500.00", **more: str) -> None:
    said = {"id": "bank-9", "amount": euros(amount), "payer": "ada lovelace analytics", **more}
    assert (await program.post("/unmatched-payments", said)).status_code == 201


async def mark_of(browser: AsyncClient, path: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', (await browser.get(path)).text)
    assert found is not None
    return found[1]


async def states(browser: AsyncClient) -> dict[str, list[str]]:
    every = ("received", "pending", "unmatched", "overpaid", "reversed")
    read = {state: (await browser.get("/payments.json", params={"state": state})).json()["items"] for state in every}
    return {state: [row["id"] for row in rows] for state, rows in read.items()}


async def test_money_stands_in_the_state_that_it_is_in(book: Program, browser: AsyncClient) -> None:
    assert "dunning import payments" in (await browser.get("/payments")).text
    await book.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00")})
    await book.post("/payments", {"id": "p2", "invoice_id": "INV-3", "amount": euros("1250.00")})
    pending = {"id": "sepa-1", "invoice_id": "INV-2", "amount": euros("1000.00"), "until": "2026-03-06"}
    await book.post("/pending-payments", pending)
    back = {"id": "cb-1", "invoice_id": "INV-1", "amount": euros("400.00"), "code": "AM04"}
    await book.post("/payments/p1/reversals", back)
    await unmatched(book)
    assert await states(browser) == {
        "received": ["p2", "p1"], "pending": ["sepa-1"], "unmatched": ["bank-9"], "overpaid": ["INV-3"],
        "reversed": ["cb-1"],
    }  # fmt: skip
    page = (await browser.get("/payments")).text
    assert "2 entries, together <strong>€1,650.00</strong>" in page
    assert "&lt;b&gt;Eve&lt;/b&gt;" in page
    assert 'href="/cases/INV-1/actions/reverse?payment=p1"' in page
    assert "code AM04" in (await browser.get("/payments", params={"state": "reversed"})).text
    assert "€250.00" in (await browser.get("/payments", params={"state": "overpaid"})).text
    later = {"since": "2026-03-03", "currency": "EUR"}
    assert (await browser.get("/payments.json", params=later)).json()["items"] == []


async def test_a_payment_is_taken_back_from_the_list_after_a_preview(book: Program, browser: AsyncClient) -> None:
    await book.post("/payments", {"id": "p1", "invoice_id": "INV-1", "amount": euros("1000.00")})
    form = "/cases/INV-1/actions/reverse"
    page = (await browser.get(form, params={"payment": "p1"})).text
    assert '<option value="p1" selected>€1,000.00, p1</option>' in page
    asked = {"mark": await mark_of(browser, form), "payment": "p1", "amount": "1000.00", "code": "MD06"}
    preview = (await browser.post(form, data={**asked, "go": "preview"})).text
    assert "<s>€0.00</s>" in preview
    assert (await states(browser))["reversed"] == []
    seen = re.search(r'name="seen" value="(\d+)"', preview)
    assert seen is not None
    done = await browser.post(form, data={**asked, "go": "confirm", "once": "o1", "seen": seen[1]})
    assert done.status_code == 303, done.text
    [row] = (await browser.get("/payments.json", params={"state": "reversed"})).json()["items"]
    assert (row["payment_id"], row["amount"]) == ("p1", euros("1000.00"))


async def test_a_payment_for_two_invoices_is_matched_once_and_what_is_left_is_credit(
    book: Program, browser: AsyncClient
) -> None:
    await unmatched(book, "2100.00", reference="for inv-1, thanks")
    path = f"{POOL}/bank-9"
    page = (await browser.get(path)).text
    assert page.index("named in the reference") < page.index("owed by this payer")
    proposed = (await browser.get(path, params={"invoices": "INV-1\nINV-2"})).text
    assert proposed.count('value="1000.00"') == 2
    rows = {"invoice.0": "INV-1", "amount.0": "1000.00", "invoice.1": "INV-2", "amount.1": ""}
    asked = {"mark": await mark_of(browser, path), **rows}
    preview = (await browser.post(path, data={**asked, "go": "preview"})).text
    assert preview.count("<s>€1,000.00</s>") >= 2
    assert "€100.00 is more than that. It stands on INV-1" in preview
    assert (await states(browser))["unmatched"] == ["bank-9"]
    for _ in range(2):
        done = await browser.post(path, data={**asked, "go": "confirm"})
        assert done.status_code == 303, "sent again, it has found its invoices"
    left = {row["invoice_id"]: row["balance"]["amount"] for row in (await book.get("/cases")).json()["items"]}
    assert left == {"INV-1": "-100.00", "INV-2": "0.00", "INV-3": "1000.00"}
    found = await states(browser)
    assert (found["unmatched"], found["overpaid"], found["received"]) == ([], ["INV-1"], ["bank-9", "bank-9"])


async def test_what_does_not_fit_is_said_at_its_row(book: Program, browser: AsyncClient) -> None:
    await unmatched(book)
    path = f"{POOL}/bank-9"
    wrong = {
        "invoice.0": "INV-1", "amount.0": "1600.00", "invoice.1": "INV-9", "amount.1": "1",
        "invoice.2": "INV-3", "amount.2": "=1+1", "invoice.3": "", "amount.3": "5",
    }  # fmt: skip
    answer = await browser.post(path, data={"mark": await mark_of(browser, path), **wrong, "go": "confirm"})
    assert answer.status_code == 422
    for said in ("Only 1500.00 is left", "No invoice is called INV-9", "=1+1 is no amount in EUR", "Name the invoice"):
        assert said in answer.text, said
    assert (await states(browser))["unmatched"] == ["bank-9"]


async def test_a_payment_under_the_same_id_matches_it_and_another_content_is_refused(
    book: Program, browser: AsyncClient
) -> None:
    await unmatched(book)
    other = {"id": "bank-9", "amount": euros("1.00"), "payer": "ada lovelace analytics"}
    assert (await book.post("/unmatched-payments", other)).status_code == 409
    await book.post("/payments", {"id": "bank-9", "invoice_id": "INV-1", "amount": euros("1000.00")})
    assert (await states(browser))["unmatched"] == []
    assert (await book.post("/unmatched-payments", {"id": "bank-9", "amount": euros("1000.00")})).status_code == 409


async def test_finance_records_and_matches_and_an_agent_only_looks(app: FastAPI, store: Store) -> None:
    await add_person(store, "fay", "finance")
    await add_person(store, "abe", "agent")
    async with visiting(app) as fay, visiting(app) as abe:
        await sign_in(fay, {"name": "fay", "password": PASSWORD})
        await sign_in(abe, {"name": "abe", "password": PASSWORD})
        said = {"mark": await mark_of(fay, POOL), "id": "b1", "amount": "12,5", "currency": "eur"}
        assert "Found" in (await fay.post(POOL, data=said)).text
        done = await fay.post(POOL, data={**said, "amount": "12.50", "payer": "<i>x</i>", "as_of": "2026-03-01"})
        assert done.status_code == 303, done.text
        page = (await abe.get("/payments", params={"state": "unmatched"})).text
        assert "&lt;i&gt;x&lt;/i&gt;" in page
        assert "Match" not in page
        assert (await abe.get(f"{POOL}/b1")).status_code == 403
        assert (await abe.post(f"{POOL}/b1", data={"go": "confirm"})).status_code == 403
