"""Pages as a browser lays them out: a message fills its frame without a script, and no page is wider than a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest
from httpx2 import AsyncClient
from playwright.async_api import BrowserContext, Route, async_playwright

from adapters.mailbox import KeptMessage
from adapters.storage import Store
from tests.adapters.golden_messages import WRITER, policy_for, shown
from tests.adapters.reading import EVERY, LOCALES
from tests.api.builders import MONDAY, a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeTimeMachine

CHROMIUM: Final = shutil.which("chromium")
SITE: Final = "http://dunning.example"
PHONE, DESK = 390, 1400
MOST_SPARE: Final = 1.2  # of the height of a message: a frame is not much higher than what stands in it

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: `make browser` brings it")


@pytest.fixture
async def window(browser: AsyncClient) -> AsyncIterator[BrowserContext]:
    """A window of a real browser, signed in, that is served by this process."""

    async def serve(route: Route) -> None:
        answer = await browser.get(route.request.url.removeprefix(SITE))
        await route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

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
    for path in ("", "/messages/next?as=sms", "/messages/send-now?step=final", "/messages/resend?step=reminder",
                 f"/tasks/{task}", "/actions/call", "/actions/plan"):  # fmt: skip
        await tab.goto(f"{SITE}/cases/INV-1{path}")
        assert await tab.evaluate("document.documentElement.scrollWidth") == PHONE, path
    assert refused == []
