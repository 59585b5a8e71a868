"""Pages as a browser lays them out: a message fills its frame without a script, and no page is wider than a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from httpx2 import AsyncClient
from playwright.async_api import BrowserContext, Route, async_playwright

from adapters.mailbox import KeptMessage
from adapters.storage import Store
from api.actions.index import ACTIONS
from api.pages.navigation import PLACES
from tests.adapters.golden_messages import WRITER, policy_for, shown
from tests.adapters.reading import EVERY, LOCALES
from tests.api.builders import MONDAY, a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeTimeMachine

CHROMIUM: Final = shutil.which("chromium")
SITE: Final = "http://dunning.example"
PHONE, DESK = 390, 1400
_ABOUT_THE_WIRE: Final = ("content-length", "content-encoding", "set-cookie")
MOST_SPARE: Final = 1.2  # of the height of a message: a frame is not much higher than what stands in it

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: `make browser` brings it")


@pytest.fixture
async def window(browser: AsyncClient) -> AsyncIterator[BrowserContext]:
    """A window of a real browser, signed in, that is served by this process."""

    async def serve(route: Route) -> None:
        asked = route.request
        sent = {"content-type": "application/x-www-form-urlencoded"} if asked.post_data_buffer else {}
        path, content = asked.url.removeprefix(SITE).partition("#")[0], asked.post_data_buffer or b""
        answer = await browser.request(asked.method, path, content=content, headers=sent, follow_redirects=True)
        kept = {name: value for name, value in answer.headers.items() if name not in _ABOUT_THE_WIRE}
        await route.fulfill(status=answer.status_code, headers=kept, body=answer.content)

    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        program = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = await program.new_context()
        await context.route("**/*", serve)
        yield context
        await program.close()


async def test_a_message_fills_its_frame_and_its_frame_is_not_much_higher(window: BrowserContext, store: Store) -> None:
    """Every message or nearly, each in one of the languages, on a phone and on a desk."""
    wrong, tab = [], await window.new_page()
    for message, locale in EVERY[:: len(LOCALES) + 1]:
        of = shown(message, locale, policy_for(message).name)
        written = WRITER.compose(of.letter, "email", of.beside)
        words = (written.subject, written.text, MONDAY, written.html)
        await store.mailbox.keep(KeptMessage(message, "email", "a@b.example", "c@d.example", *words))
        for width in (PHONE, DESK):
            await tab.set_viewport_size({"width": width, "height": 900})
            await tab.goto(f"{SITE}/messages/{message}")
            frame = await tab.query_selector("iframe")
            assert frame is not None
            inside = await frame.content_frame()
            assert inside is not None
            room = await inside.evaluate("[innerWidth, innerHeight]")
            needs = await inside.evaluate("[document.documentElement.scrollWidth, document.body.offsetHeight]")
            if needs[0] > room[0] or not needs[1] <= room[1] <= needs[1] * MOST_SPARE:
                wrong.append((message, locale, width, room, needs))
    assert wrong == []


async def test_no_page_is_wider_than_a_phone_and_none_is_refused_anything(
    window: BrowserContext, program: Program, machine: FakeTimeMachine
) -> None:
    await program.put("/customers/ada", a_customer(name="Donaudampfschifffahrtsgesellschaft Lovelace Analytics"))
    await program.post("/invoices", an_invoice())
    await program.post("/cases/INV-1/calls", {"result": "call_back", "at": "2026-03-02T15:30:00Z"})
    await machine.advance(timedelta(days=5))
    tab = await window.new_page()
    refused: list[str] = []
    tab.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    await tab.set_viewport_size({"width": PHONE, "height": 900})
    task = (await program.get("/tasks")).json()["items"][0]["id"]
    case, ada = "/cases/INV-1", "/customers/ada"
    for path in (case, f"{case}/messages/next?as=sms", f"{case}/messages/send-now?step=final",
                 f"{case}/messages/resend?step=reminder", f"{case}/tasks/{task}", f"{case}/actions/call",
                 f"{case}/actions/plan", "/customers", ada, f"{ada}/statement", f"{ada}/actions/away",
                 "/search"):  # fmt: skip
        await tab.goto(f"{SITE}{path}")
        assert await tab.evaluate("document.documentElement.scrollWidth") == PHONE, path
    assert refused == []


@pytest.fixture
async def at_work(program: Program, machine: FakeTimeMachine) -> Program:
    """A few cases, of which one asks somebody to call back and one is disputed."""
    await program.put("/customers/ada", a_customer(name="Ada <b>&</b> Söhne"))
    for name in ("INV-1", "INV-2", "INV-3"):
        await program.post("/invoices", an_invoice(id=name))
    await program.post("/cases/INV-1/calls", {"result": "call_back", "at": "2026-03-02T15:30:00Z"})
    await program.post("/cases/INV-2/disputes", {"id": "D-1", "reason": "two were missing"})
    await machine.advance(timedelta(days=5))
    return program


async def test_no_page_shuts_anybody_out(window: BrowserContext, at_work: Program) -> None:
    """The rules of WCAG that a program can ask, on a phone and on a desk, by day and by night."""
    task = (await at_work.get("/tasks")).json()["items"][0]["id"]
    pages = [place.href for place in PLACES if place.right == "see"]
    pages += ["/keys", "/reviews", "/cases/INV-1", f"/cases/INV-1/tasks/{task}", "/cases/INV-1/messages/next"]
    pages += [f"/cases/INV-1/actions/{action.name}" for action in ACTIONS[::4]]
    pages += ["/customers/ada", "/customers/ada/statement", "/customers/ada/actions/contact", "/search"]
    tab, found = await window.new_page(), []
    for number, path in enumerate(pages):
        await tab.set_viewport_size({"width": (PHONE, DESK)[number % 2], "height": 900})
        await tab.emulate_media(color_scheme=("light", "dark")[number // 2 % 2])
        await tab.goto(f"{SITE}{path}")
        asked = (await Axe().run(tab)).response
        assert asked["passes"], path
        found += [(path, one["id"], one["nodes"][0]["html"]) for one in asked["violations"]]
    assert found == []


@pytest.mark.usefixtures("at_work")
async def test_a_day_goes_by_keys_alone(window: BrowserContext) -> None:
    tab = await window.new_page()
    await tab.set_viewport_size({"width": DESK, "height": 900})
    await tab.goto(f"{SITE}/overview")
    for key in ("g", "c"):
        await tab.keyboard.press(key)
    await tab.wait_for_url(f"{SITE}/cases")
    for key in ("j", "j", "j", "k"):
        await tab.keyboard.press(key)
    chosen = await tab.evaluate("document.activeElement.textContent")
    assert chosen == "INV-2"
    await tab.keyboard.press("Enter")
    await tab.wait_for_url(f"{SITE}/cases/INV-2")
    await tab.keyboard.press("a")
    assert await tab.evaluate("document.activeElement.closest('.groups') !== null"), "the first of all actions"
    await tab.keyboard.press("?")
    assert await tab.is_visible("dialog#keys")
    await tab.check("dialog#keys input[data-keys-off]")
    await tab.keyboard.press("Escape")
    for key in ("g", "o"):
        await tab.keyboard.press(key)
    assert tab.url == f"{SITE}/cases/INV-2", "turned off, they are letters"


@pytest.mark.usefixtures("at_work")
async def test_a_customer_is_found_from_wherever_somebody_is(window: BrowserContext, at_work: Program) -> None:
    """By the window of Ctrl-K as they type, and by the field of every page, which needs no script."""
    await at_work.put("/customers/eve", a_customer(name="Söhne Holding"))
    tab = await window.new_page()
    refused: list[str] = []
    tab.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    await tab.goto(f"{SITE}/cases/INV-1")
    await tab.keyboard.press("Control+k")
    await tab.keyboard.type("sohne hol")
    await tab.wait_for_selector("#finds a")
    await tab.keyboard.press("ArrowDown")
    await tab.keyboard.press("Enter")
    await tab.wait_for_url(f"{SITE}/customers/eve")

    await tab.keyboard.press("/")
    await tab.keyboard.type("söhne")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector(".finds li:nth-child(2)")
    assert tab.url == f"{SITE}/search", "no name is in an address"
    await tab.keyboard.press("Tab")
    for key in ("j", "j", "k"):
        await tab.keyboard.press(key)
    assert await tab.evaluate("document.activeElement.closest('li') !== null")
    assert refused == []


@pytest.mark.usefixtures("at_work")
async def test_what_moved_no_money_is_undone_for_ten_seconds(window: BrowserContext, at_work: Program) -> None:
    tab = await window.new_page()
    await tab.goto(f"{SITE}/cases/INV-3/actions/hold")
    await tab.fill("[name=reason]", "wait for their bookkeeper")
    await tab.click("button[value=preview]")
    await tab.click("button[value=confirm]")
    assert [hold["reason"] for hold in (await at_work.get("/cases/INV-3")).json()["holds"]]
    await tab.click("form[data-for-seconds] button")
    assert (await at_work.get("/cases/INV-3")).json()["holds"] == []
    assert "lifted" in await tab.inner_text(".flash")


@pytest.mark.usefixtures("at_work")
async def test_a_list_is_narrowed_in_place_and_its_address_says_how(window: BrowserContext) -> None:
    tab = await window.new_page()
    refused: list[str] = []
    tab.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    await tab.goto(f"{SITE}/cases")
    await tab.evaluate("window.stays = true")
    await tab.click("summary:has-text('Filter')")
    await tab.select_option("select[name=stage]", "dispute")
    await tab.click("form.filters button")
    await tab.wait_for_selector(".chip")
    assert await tab.inner_text("table.cases tbody") != ""
    assert await tab.locator("table.cases tbody tr").count() == 1
    assert "stage=dispute" in tab.url
    assert await tab.evaluate("window.stays"), "the page was not loaded anew"
    await tab.go_back()
    await tab.wait_for_selector("table.cases tbody tr:nth-child(3)")
    assert refused == []
