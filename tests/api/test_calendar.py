"""The calendar: what people agreed on stands on its day, in words, with where something can be done about it."""

from __future__ import annotations

import csv
import io

from httpx2 import AsyncClient

from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import Program

HOSTILE = "<script>alert(1)</script>"


async def an_open_case(program: Program, invoice: str = "INV-1", **customer: object) -> None:
    await program.put("/customers/ada", a_customer(**customer))
    await program.post("/invoices", an_invoice(id=invoice))


async def test_a_promise_stands_in_its_week_until_it_is_kept(program: Program, browser: AsyncClient) -> None:
    await an_open_case(program, name=HOSTILE)
    assert "A promise or a plan fills them" in (await browser.get("/calendar")).text
    promised = {"on": "2026-03-06", "amount": euros("400.00")}
    assert (await program.post("/cases/INV-1/promises", promised)).is_success
    page = (await browser.get("/calendar")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; promised to pay" in page
    assert HOSTILE not in page
    assert "Promised, agreed or under way: <strong>€400.00</strong>" in page
    assert 'href="/calendar?view=day&amp;on=2026-03-06"' in page
    assert "promised to pay" not in (await browser.get("/calendar", params={"on": "2026-03-09"})).text
    assert "1 promise<" in (await browser.get("/calendar", params={"view": "month"})).text
    paid = {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00")}
    assert (await program.post("/payments", paid)).status_code == 202
    assert "promised to pay" not in (await browser.get("/calendar")).text


async def test_a_call_back_has_its_hour_where_the_debtor_is_and_a_dispute_leads_to_its_answer(
    program: Program, browser: AsyncClient
) -> None:
    await an_open_case(program, timezone="Europe/Lisbon")
    called = {"result": "call_back", "at": "2026-03-04T14:30:00Z"}
    assert (await program.post("/cases/INV-1/calls", called)).status_code == 202
    told = {"id": "d1", "reason": "half of it is broken", "amount": euros("250.00")}
    assert (await program.post("/cases/INV-1/disputes", told)).status_code == 202
    page = (await browser.get("/calendar", params={"view": "day", "on": "2026-03-04"})).text
    assert "Call Ada Lovelace Analytics back at 14:30" in page
    page = (await browser.get("/calendar", params={"on": "2026-03-09", "kind": "dispute"})).text
    assert 'href="/cases/INV-1/actions/answer-dispute?dispute=d1"' in page
    assert "Call Ada" not in page


async def test_a_spreadsheet_and_a_program_get_the_days_that_the_page_shows(
    program: Program, browser: AsyncClient
) -> None:
    await an_open_case(program)
    parts = [{"on": "2026-03-06", "amount": euros("400.00")}, {"on": "2026-03-27", "amount": euros("600.00")}]
    assert (await program.post("/cases/INV-1/plans", {"instalments": parts})).is_success
    month = {"view": "month", "on": "2026-03-01"}
    answer = await browser.get("/calendar.csv", params=month)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["on"], row["kind"], row["about"], row["amount"]) for row in rows] == [
        ("2026-03-06", "instalment", "1", "400.00 EUR"), ("2026-03-27", "instalment", "2", "600.00 EUR"),
    ]  # fmt: skip
    [first] = (await browser.get("/calendar.json")).json()["items"]
    assert (first["on"], first["amount"]) == ("2026-03-06", euros("400.00"))
    assert (await browser.get("/calendar.json", params={"currency": "USD"})).json()["items"] == []


async def test_days_that_are_none_are_refused_in_words(browser: AsyncClient) -> None:
    for wrong in ({"on": "2026-02-30"}, {"on": "9999-12-31"}, {"view": "year"}, {"kind": "birthday"}):
        assert (await browser.get("/calendar", params=wrong)).status_code == 422, wrong
    assert (await browser.get("/calendar", params={"view": "month", "on": "2200-01-01"})).status_code == 200
