"""The search of every page: it finds by what a person has at hand, and no name gets into a URL or a log (O3)."""

from __future__ import annotations

import pytest
import structlog
from fastapi import FastAPI
from httpx2 import AsyncClient

from adapters.storage import Store
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import PASSWORD, Program, add_person, sign_in, visiting
from tests.api.test_actions import HOSTILE, plain


@pytest.fixture
async def book(program: Program) -> Program:
    await program.put("/customers/ada", a_customer())
    await program.put("/customers/eve", a_customer(name=f"Lovelace {HOSTILE}", email="eve@eve.example"))
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV-2", customer_id="eve", open=False))
    return program


@pytest.mark.usefixtures("book")
async def test_one_thing_found_is_gone_to_and_several_are_listed(browser: AsyncClient) -> None:
    for said, href in (("ada@lovelace", "/customers/ada"), ("INV-1", "/cases/INV-1"), ("INV-2", "/customers/eve")):
        answer = await browser.post("/search", data={"q": said})
        assert (answer.status_code, answer.headers["Location"]) == (303, href), said

    page = await browser.post("/search", data={"q": "lovelace"})
    assert "Ada Lovelace Analytics ada · NL · 1 open case, €1,000.00" in plain(page)
    assert f"Lovelace {HOSTILE} eve · NL · no open case" in plain(page)
    assert "<script>alert" not in page.text
    assert "Nothing found" in (await browser.post("/search", data={"q": "xyz"})).text
    assert "Nothing looked for yet" in (await browser.get("/search")).text
    assert (await browser.get("/search", params={"q": "lovelace"})).status_code == 422, "a name is not for a URL"


@pytest.mark.usefixtures("book")
async def test_every_page_has_it_and_it_leaves_no_name_anywhere(browser: AsyncClient) -> None:
    for path in ("/cases", "/customers/ada", "/search", "/people", "/cases/INV-1/actions/hold"):
        assert '<form class="seek" method="post" action="/search"' in (await browser.get(path)).text, path

    with structlog.testing.capture_logs() as lines:
        await browser.post("/search", data={"q": "lovelace"})
        await browser.post("/search.json", json={"q": "lovelace"})

    assert [line["route"] for line in lines] == ["/search", "/search.json"]
    assert "lovelace" not in str(lines).lower()


@pytest.mark.usefixtures("book")
async def test_a_program_gets_the_same_as_somebody_types_with_the_pages_first(browser: AsyncClient) -> None:
    found = (await browser.post("/search.json", json={"q": "lovelace"})).json()["items"]
    assert found[0] == {
        "kind": "customer", "title": "Ada Lovelace Analytics", "sub": "ada · NL · 1 open case, €1,000.00",
        "href": "/customers/ada",
    }  # fmt: skip
    [page] = (await browser.post("/search.json", json={"q": "Polic"})).json()["items"]
    assert page == {"kind": "page", "title": "Policies", "sub": "", "href": "/policies"}
    [invoice] = (await browser.post("/search.json", json={"q": "inv 1"})).json()["items"]
    assert (invoice["kind"], invoice["sub"]) == ("invoice", "Ada Lovelace Analytics · €1,000.00 open · New")
    assert (await browser.post("/search.json", json={"q": ""})).json() == {"items": []}
    assert (await browser.post("/search.json", json={"q": "x" * 201})).status_code == 422


async def test_no_more_than_twelve_come_and_invoices_among_them(browser: AsyncClient, program: Program) -> None:
    for number in range(15):
        await program.put(f"/customers/acme-{number}", {"name": "Acme"})
    await program.post("/invoices", an_invoice(id="ACME-1", customer_id="acme-0"))

    found = (await browser.post("/search.json", json={"q": "acme"})).json()["items"]

    assert len(found) == 12
    assert [one["title"] for one in found if one["kind"] == "invoice"] == ["ACME-1"]


@pytest.mark.usefixtures("book")
async def test_who_sees_nothing_finds_nothing(app: FastAPI, store: Store) -> None:
    await add_person(store, "bill", "billing")
    async with visiting(app) as client:
        person = await sign_in(client, {"name": "bill", "password": PASSWORD})
        assert (await person.post("/search", data={"q": "lovelace"})).status_code == 403
        assert (await person.post("/search.json", json={"q": "lovelace"})).status_code == 403
