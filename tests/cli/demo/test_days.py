"""People at work, in a real browser, on the product as it runs: an agent's day, a manager's day, finance's month.

The server, the worker, the store and the mail are the demonstration's own; days pass in virtual time. Every page on the
way is looked at for what shuts people out and for what does not fit.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cli.programs import FREE_PORTS, Program

CHROMIUM: Final = shutil.which("chromium")
ROOT: Final = Path(__file__).parents[3]
PATIENCE: Final = 60_000.0  # milliseconds; a busy machine is slow
DESK: Final = {"width": 1400, "height": 900}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: `make browser` brings it")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link into a demonstration, two weeks old."""
    folder = tmp_path_factory.mktemp("demo")
    with Program("demo", "--json", folder=ROOT, settings={**FREE_PORTS, "TMPDIR": str(folder)}) as demo:
        yield demo.event()["links"]["console"]
        demo.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        program = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield program
        program.close()


@pytest.fixture
def desk(console: str, browser: Browser) -> Iterator[Page]:
    """A window, in which ann has signed in."""
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type] # a dict is what it takes
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(console)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    yield page
    context.close()


def be(page: Page, name: str) -> None:
    """Go on as somebody else."""
    page.get_by_role("button", name=f"Be {name}").click()
    expect(page.locator(".who")).to_have_text(name)


def look(page: Page) -> None:
    """Nothing shuts anybody out, and nothing runs out of the window."""
    page.wait_for_load_state()
    found = Axe().run(page).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def confirmed(page: Page, button: str) -> str:
    """See what comes of a form, confirm it, and read what became of it."""
    page.get_by_role("button", name="See what comes of it").click()
    look(page)
    page.locator("button[value=confirm]", has_text=button).click()
    told = page.locator(".flash")
    expect(told).to_be_visible()
    return told.inner_text()


def go(page: Page, title: str) -> None:
    """To a page of the bar."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    look(page)


def find(page: Page, words: str) -> None:
    """What the search finds, or where it leads if that is all."""
    page.locator("#search").fill(words)
    page.locator("#search").press("Enter")
    expect(page.locator("main")).to_contain_text(words)
    look(page)


def test_an_agents_day(desk: Page) -> None:
    """Whom to call now, what they say, a promise, a note; the promise is broken, and they stand in the queue again."""
    look(desk)
    desk.get_by_role("button", name="Take Dakpark Installaties B.V.").click()
    expect(desk.locator(".flash")).to_contain_text("assigned to ann")
    desk.get_by_role("link", name=re.compile("^Mine")).click()
    expect(desk.locator("a.row")).to_have_text(["Dakpark Installaties B.V."])
    desk.locator("a.row").click()
    look(desk)
    desk.get_by_role("link", name=re.compile("^Call Dakpark")).click()
    expect(desk.locator("main")).to_contain_text("+31")  # whom to call, and what to say
    look(desk)
    desk.locator("main a.button", has_text="call").first.click()
    desk.get_by_label("They promised to pay").check()
    on = desk.locator("[name=on]")
    on.fill(desk.evaluate("new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 10)"))
    assert "next:" in confirmed(desk, "Record a call")
    expect(desk.locator("main")).to_contain_text("Promise")
    desk.get_by_label("Write a note").fill("Mrs. Vermeer decides; on leave until Thursday.")
    desk.locator("form.quick button[type=submit]").click()
    expect(desk.locator("main")).to_contain_text("Mrs. Vermeer decides")
    refused = desk.request.get(desk.url + "/actions/write-off")
    assert refused.status == 403, "an agent gives nothing up"
    desk.get_by_role("button", name="+1 week").click()
    expect(desk.locator(".flash")).to_be_visible()
    go(desk, "Queue")
    expect(desk.locator("main")).to_contain_text("Promise broken")
    go(desk, "Calendar")
    go(desk, "Messages")


def test_a_managers_day(desk: Page) -> None:
    """What stands still, a dispute answered in part, a customer found by name, a policy on its axis."""
    be(desk, "mark")
    go(desk, "Overview")
    go(desk, "Disputes")
    desk.get_by_role("link", name=re.compile("Answer")).first.click()
    desk.get_by_label("They are right in part").check()
    desk.locator("[name=accepted]").fill("200.00")
    assert "€200.00" in confirmed(desk, "Answer a dispute") or desk.get_by_text("€200.00").count()
    find(desk, "Weber")
    look(desk)
    go(desk, "Policies")
    desk.get_by_role("link", name="b2b-net30").first.click()
    look(desk)


def test_finances_month(desk: Page) -> None:
    """Money that nobody can place is matched, a payment books too much, and what came in stands in the overview."""
    be(desk, "fiona")
    go(desk, "Payments")
    desk.locator("nav.views a", has_text="invoice").first.click()
    desk.get_by_role("link", name="Record a payment without an invoice").click()
    look(desk)
    desk.locator("[name=id]").fill("bank-1")
    desk.locator("[name=amount]").fill("1330.75")
    if desk.locator("[name=currency]").count():
        desk.locator("[name=currency]").fill("EUR")
    desk.locator("main button[type=submit]").first.click()
    look(desk)
    go(desk, "Overview")
    go(desk, "Customers")
    refused = desk.request.get(desk.url.replace("/customers", "/policies/consumer/takeover"))
    assert refused.status == 403, "who books money moves no case to another policy"
