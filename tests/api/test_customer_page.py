"""A customer as a whole: what their page says, and what is done with all their cases at once, by whom and only once."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response

from adapters.letters.pdf import LettersMissing, expect_printable
from adapters.storage import Store
from api.actions.customer_index import CUSTOMER_ACTIONS
from api.safe_headers import PAGES
from dunning.roles import Role
from tests.api.builders import a_customer, an_invoice, euros
from tests.api.conftest import PASSWORD, Program, add_person, sign_in, visiting
from tests.api.test_actions import HOSTILE, inputs, plain
from tests.fakes.fake_case_client import FakeTimeMachine

ADA = "/customers/ada"
Form = dict[str, str]
CONTACT = {"id": "ada-ap", "role": "accounts", "name": "Zoë Jansen", "email": "zoe@lovelace.example", "locale": "de"}
CARD = {"id": "card", "network": "visa", "brand": "Visa", "last4": "4242", "expires": "2026-02"}


@pytest.fixture
async def book(program: Program, machine: FakeTimeMachine) -> Program:
    """Three cases in two currencies, the first of them half paid, within a group of two."""
    await program.put("/customers/top", a_customer(name="De Vries Holding"))
    ada = a_customer(parent="top", contacts=[CONTACT], methods=[CARD], account_manager={"name": "R. de Wit"})
    await program.put(ADA, ada)
    await program.post("/invoices", an_invoice())
    await program.post("/invoices", an_invoice(id="INV-2", due_on="2025-11-01", amount=euros("200.00")))
    await program.post("/invoices", an_invoice(id="INV-3", amount={"amount": "70.00", "currency": "GBP"}))
    await program.post("/invoices", an_invoice(id="TOP-1", customer_id="top", amount=euros("50.00")))
    await machine.advance(timedelta(days=4))
    paid = {"id": "p1", "invoice_id": "INV-1", "amount": euros("400.00"), "as_of": "2026-03-05T10:00:00Z"}
    await program.post("/payments", paid)
    return program


async def previewed(browser: AsyncClient, name: str, said: Form, **query: str) -> Response:
    page = await browser.get(f"{ADA}/actions/{name}", params=query)
    assert page.status_code == 200, page.text
    assert page.headers["Content-Security-Policy"] == PAGES
    return await browser.post(f"{ADA}/actions/{name}", data={**inputs(page), **said, "go": "preview"})


async def confirmed(browser: AsyncClient, name: str, preview: Response) -> str:
    """What the customer's page says after the form was confirmed, twice: it is one asking."""
    for _ in range(2):
        answer = await browser.post(f"{ADA}/actions/{name}", data={**inputs(preview), "go": "confirm"})
        assert (answer.status_code, answer.headers.get("Location")) == (303, ADA), answer.text
    page = await browser.get(ADA)
    return html.unescape(page.text.partition('role="status"')[2].partition("<p>")[2].partition("</p>")[0])


@pytest.mark.usefixtures("book")
async def test_the_page_adds_up_what_a_customer_owes_and_how_they_pay(browser: AsyncClient) -> None:
    """600.00 left of 1,000.00, and 200.00 of which nothing was paid; 400.00 came five days after 28 February."""
    said = plain(await browser.get(ADA))

    assert "Owed €800.00 £70.00 Open cases 3 Oldest 125 days overdue" in said
    assert "Pays late by 5 days on average" in said
    assert "1–30 days 2 €600.00 £70.00" in said
    assert "Over 90 days 1 €200.00 –" in said
    assert "Together 3 €800.00 £70.00" in said
    assert "belongs to De Vries Holding" in said
    assert "2 together 4 open cases €850.00 £70.00" in said
    assert "Zoë Jansen Accounts German" in said
    assert "Account manager R. de Wit" in said
    assert "Visa ···· ending in 4242" in said
    assert "expired after 2026-02" in said
    assert "Thu 5 Mar 2026 INV-1 5 days €400.00" in said
    assert said.index("INV-2") < said.index("INV-1"), "the oldest debt comes first"
    assert f'<a href="{ADA}">Ada Lovelace Analytics</a>' in (await browser.get("/cases/INV-1")).text


async def test_a_customer_without_anything_says_what_will_fill_the_page(browser: AsyncClient, program: Program) -> None:
    await program.put("/customers/new", {})
    page = plain(await browser.get("/customers/new"))

    assert "Owed Nothing" in page
    for said in ("No open case", "No payment of the last year", "Nothing was sent", "Nobody has written", "None is on"):
        assert said in page, said
    assert (await browser.get("/customers/nobody")).status_code == 404
    assert "Nothing is demanded" in (await browser.get("/customers/new/statement")).text


# Each action: what is filled in, words of its preview, what is said when it is done, and of the page then.
WALKS = [
    ("stop", {"reason": HOSTILE}, "All 3 open cases of Ada Lovelace Analytics hear of it, €800.00 and £70.00 in all.",
     "Every case of the customer is stopped.",
     f"Every case is stopped since Fri 6 Mar 2026, 10:00 : {HOSTILE} . Nothing leaves"),
    ("contact", {"contact": "ada-ap", "email": "new@there.example"}, "E-mail new@there.example",
     "The address is changed.", "Zoë Jansen Accounts German E-mail new@there.example"),
    ("channels", {"contact": "own addresses", "closed": "sms+letter"}, "Not to be used Text message and letter",
     "The channels are as chosen.", "Not wanted letter, text message"),
    ("away", {"channel": "email", "until": "2026-03-20"}, "Last day Fri 20 Mar 2026",
     "The absence is recorded.", "They do not read e-mail to the end of Fri 20 Mar 2026"),
    ("remove-method", {"method": "card"}, "Visa ending in 4242", "The method is removed.", "None is on file"),
    ("withdraw-consent", {}, "All 3 open cases", "They are not charged any more.", "do not agree to be charged"),
]  # fmt: skip


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("name, said, shown, flash, then", WALKS)
async def test_what_concerns_all_cases_is_shown_before_it_is_done_once(
    browser: AsyncClient, name: str, said: Form, shown: str, flash: str, then: str
) -> None:
    preview = await previewed(browser, name, said)

    assert shown in plain(preview)
    assert await confirmed(browser, name, preview) == flash
    assert then in plain(await browser.get(ADA))


def test_each_action_is_walked() -> None:
    assert {one.action.name for one in CUSTOMER_ACTIONS} == {name for name, *_ in WALKS} | {"note", "lift-stop"}


@pytest.mark.usefixtures("book")
async def test_a_stop_shows_both_futures_and_is_lifted_by_who_may(
    browser: AsyncClient, app: FastAPI, store: Store
) -> None:
    preview = await previewed(browser, "stop", {"reason": "bankruptcy"})
    row = (
        "INV-1 €600.00 Without it Notice “final” by letter, demanding €615.00 Tue 10 Mar 2026, 08:00 "
        "With it Task for collections: look again at what holds the case"
    )
    assert row in plain(preview)
    await confirmed(browser, "stop", preview)
    assert (await store.cases.one("INV-1")).holds == ("bankruptcy",)

    await add_person(store, "abe", "agent")
    async with visiting(app) as client:
        agent = await sign_in(client, {"name": "abe", "password": PASSWORD})
        assert (await agent.get(f"{ADA}/actions/lift-stop")).status_code == 403
        assert "Lift the stop" not in (await agent.get(ADA)).text
    lifted = await previewed(browser, "lift-stop", {})
    assert await confirmed(browser, "lift-stop", lifted) == "The customer's stop is lifted."
    assert (await store.cases.one("INV-1")).holds == ()


@pytest.mark.usefixtures("book")
async def test_who_comes_second_is_told_what_changed_and_decides_anew(browser: AsyncClient, book: Program) -> None:
    """R4."""
    preview = await previewed(browser, "contact", {"email": "mine@there.example"})
    await book.post("/customers/ada/contact", {"email": "theirs@there.example"})

    answer = await browser.post(f"{ADA}/actions/contact", data={**inputs(preview), "go": "confirm"})

    assert answer.status_code == 409
    assert "somebody changed the addresses and channels. Nothing of yours was done yet." in plain(answer)
    assert (await book.get("/customers/ada")).json()["email"] == "theirs@there.example"
    await confirmed(browser, "contact", answer)
    assert (await book.get("/customers/ada")).json()["email"] == "mine@there.example"


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    "name, said, mistake",
    [("stop", {"reason": ""}, "Fill this in."), ("contact", {"email": "no address"}, "an e-mail address"),
     ("contact", {}, "at least one new address is wanted"), ("contact", {"contact": "somebody"}, "not there"),
     ("channels", {"closed": "pigeon"}, "not there"), ("away", {"channel": "email", "until": "never"}, "a day")],
)  # fmt: skip
async def test_what_is_not_understood_is_marked(browser: AsyncClient, name: str, said: Form, mistake: str) -> None:
    answer = await previewed(browser, name, said)
    assert (answer.status_code, mistake in plain(answer)) == (422, True), plain(answer)


@pytest.mark.usefixtures("book")
async def test_a_note_stands_on_the_page_and_nothing_of_a_form_elsewhere_is_taken(browser: AsyncClient) -> None:
    page = await browser.get(ADA)
    form = dict(re.findall(r'name="(mark|once)" value="([^"]*)"', page.text.partition("Write a note")[0][-600:]))
    answer = await browser.post(f"{ADA}/actions/note", data={**form, "text": HOSTILE, "go": "confirm"})
    assert answer.headers["Location"] == ADA
    assert HOSTILE in plain(await browser.get(ADA))
    assert html.escape(HOSTILE, quote=False) in (await browser.get(ADA)).text.replace("&#39;", "'").replace(
        "&#34;", '"'
    )

    forged = await browser.post(f"{ADA}/actions/note", data={"mark": "x", "text": "forged", "go": "confirm"})
    assert forged.status_code == 403


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("role, buttons", [("reader", 0), ("finance", 0), ("agent", 5), ("manager", 5)])
async def test_a_role_sees_what_it_may_do(app: FastAPI, store: Store, role: Role, buttons: int) -> None:
    await add_person(store, "eva", role)
    async with visiting(app) as client:
        person = await sign_in(client, {"name": "eva", "password": PASSWORD})
        page = await person.get(ADA)
        assert len(re.findall(f'<li><a href="{ADA}/actions/', page.text)) == buttons
        assert ("Write it" in page.text) == (role in {"agent", "manager"})


@pytest.mark.usefixtures("book")
async def test_a_statement_lists_what_is_demanded_in_each_currency(browser: AsyncClient, book: Program) -> None:
    await book.post("/cases/INV-1/disputes", {"id": "d1", "reason": "broken", "amount": euros("100.00")})

    said = plain(await browser.get(f"{ADA}/statement", params={"as": "text"}))
    assert "together €700.00" in said
    assert re.search(
        r"Invoice INV-2, due 1 November 2025:? +€200.00.*Invoice INV-1, due 28 February 2026:? +€500.00", said
    )
    assert "£70.00" in plain(await browser.get(f"{ADA}/statement", params={"as": "text", "currency": "GBP"}))
    assert "Nothing is demanded in USD" in plain(await browser.get(f"{ADA}/statement", params={"currency": "USD"}))
    page = await browser.get(f"{ADA}/statement/page")
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "€700.00" in page.text
    assert (await browser.get(f"{ADA}/statement/page", params={"currency": "USD"})).status_code == 404


@pytest.mark.usefixtures("book")
async def test_a_statement_is_printed(browser: AsyncClient) -> None:
    try:
        expect_printable()
    except LettersMissing:
        pytest.skip("this machine prints nothing")
    letter = await browser.get(f"{ADA}/statement/letter.pdf")
    assert letter.content.startswith(b"%PDF")


async def test_a_parent_is_somebody_who_is_registered_and_not_below(program: Program) -> None:
    for name in ("a", "b"):
        await program.put(f"/customers/{name}", {})
    assert (await program.put("/customers/b", {"parent": "a"})).json()["parent"] == "a"

    circle = await program.put("/customers/a", {"parent": "b"})
    unknown = await program.put("/customers/c", {"parent": "nobody"})

    assert (circle.status_code, unknown.status_code) == (422, 422)
    [mistake] = circle.json()["errors"]
    assert (mistake["pointer"], mistake["found"]) == ("#/parent", "b, who belongs to a")
    assert "register the parent first" in unknown.text
    assert (await program.get("/customers/c")).status_code == 404
    assert (await program.put("/customers/b", {})).json()["parent"] is None, "what is left out is cleared"
