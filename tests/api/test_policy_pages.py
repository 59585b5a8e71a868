"""The pages of policies: what each does by day, who is on which version, one tried out, and one that takes over."""

from __future__ import annotations

import re

from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import update

from adapters.storage import Store
from adapters.storage.tables import cases
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import PASSWORD, Program, add_person, sign_in, visiting


async def test_the_list_says_how_many_open_cases_each_has(program: Program, browser: AsyncClient) -> None:
    await opened(program, "INV-1", "INV-2")

    page = (await browser.get("/policies")).text
    rows = {row["name"]: row for row in (await browser.get("/policies.json")).json()["items"]}

    assert "2 open cases" in page
    assert "final on day 10" in page
    assert (rows["plain"]["open_cases"], rows["gentle"]["open_cases"]) == (2, 0)
    assert (await browser.get("/policies.csv")).text.count("\r\n") == 3


async def test_a_policy_is_tried_on_an_invoice_that_is_made_up(browser: AsyncClient) -> None:
    page = (await browser.get("/policies/plain?amount=100.00&currency=EUR&due_on=2026-03-02")).text

    assert "Notice “friendly” by e-mail, demanding €100.00" in page
    assert "Fee of €15.00" in page
    assert "€115.00 is open" in page


async def test_what_cannot_be_tried_is_said(browser: AsyncClient) -> None:
    page = await browser.get("/policies/plain?amount=100.005&currency=EUR")

    assert page.status_code == 200
    assert "It cannot be tried on this invoice" in page.text


async def test_a_policy_takes_over_after_a_look_at_what_would_come_of_it(
    program: Program, browser: AsyncClient
) -> None:
    await opened(program, "INV-1", "INV-2")

    look = (await browser.get("/policies/gentle/takeover?of=plain")).text
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", look[look.index("<main") :]))
    for said in ("2 have another future", "2 suspensions fewer", "€30.00 of fees less"):
        assert said in words, words

    done = await browser.post("/policies/gentle/takeover", data=fields(look))
    assert done.headers["location"] == "/policies/gentle"
    assert "2 cases follow gentle now." in (await browser.get("/policies/gentle")).text
    assert {row["policy"] for row in (await browser.get("/cases.json")).json()["items"]} == {"gentle"}


async def test_cases_on_what_a_policy_said_before_take_its_newest_words(
    store: Store, program: Program, browser: AsyncClient
) -> None:
    await opened(program, "INV-1", "INV-2")
    before = update(cases).where(cases.c.invoice_id == "INV-1").values(policy_hash=store.parties.policy_pins["gentle"])
    await store.database.write(lambda tx: tx.change(before))
    renamed = "UPDATE policies SET name = 'plain' WHERE name = 'gentle'"
    await store.database.write(lambda tx: tx.connection.exec_driver_sql(renamed))

    look = (await browser.get("/policies/plain/takeover?of=earlier")).text
    await browser.post("/policies/plain/takeover", data=fields(look))

    [mine] = [row for row in (await browser.get("/policies.json")).json()["items"] if row["name"] == "plain"]
    assert (mine["open_cases"], mine["open_cases_on_earlier_versions"]) == (2, 0)


async def test_an_agent_sees_policies_and_lets_none_take_over(app: FastAPI, store: Store) -> None:
    await add_person(store, "eve", "agent")
    async with visiting(app) as client:
        await sign_in(client, {"name": "eve", "password": PASSWORD})
        assert "Let it take over" not in (await client.get("/policies/plain")).text
        assert (await client.get("/policies/gentle/takeover?of=plain")).status_code == 403


async def opened(program: Program, *invoices: str) -> None:
    await program.put("/customers/ada", a_customer())
    for name in invoices:
        made = await program.post("/invoices", an_invoice(id=name))
        assert made.status_code in {200, 201}, made.text


def fields(page: str) -> dict[str, str]:
    form = page[page.index('action="/policies') :]
    return dict(re.findall(r'name="(mark|of|once)" value="([^"]*)"', form))
