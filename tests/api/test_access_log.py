"""The access log: one line for each request, by the pattern of its address, and nothing that is anybody's."""

from __future__ import annotations

from dataclasses import replace

from httpx2 import AsyncClient
from structlog.testing import capture_logs

from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient


async def test_a_line_names_the_pattern_of_the_address_and_no_id_or_query(program: Program) -> None:
    with capture_logs() as lines:
        await program.put("/customers/ada-lovelace", a_customer())
        await program.get("/cases", customer_id="ada@lovelace.example")
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("PUT", "/v1/customers/{customer_id}", 201),
        ("GET", "/v1/cases", 200),
    ]
    assert lines[0]["key"] == "billing"
    assert "lovelace" not in str(lines).lower()


def break_the_store(client: AsyncClient) -> None:
    state = client._transport.app.state  # type: ignore[attr-defined] # noqa: SLF001 - broken on purpose
    state.case_service = replace(state.case_service, store="ada@lovelace.example")


async def test_a_fault_is_logged_by_its_place_without_what_it_says(program: Program) -> None:
    break_the_store(program.client)
    with capture_logs() as lines:
        await program.get("/cases")
    assert (lines[0]["log_level"], lines[0]["error"], lines[0]["status"]) == ("error", "AttributeError", 500)
    assert any(place.startswith("cases.py:") for place in lines[0]["at"])
    assert "lovelace" not in str(lines)


async def test_a_fault_is_shown_to_a_person_on_a_page(browser: AsyncClient) -> None:
    break_the_store(browser)
    with capture_logs() as lines:
        page = await browser.get("/overview")
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "Something is wrong on our side" in page.text
    assert lines[0]["error"] == "AttributeError"


async def test_an_error_that_nobody_foresaw_is_a_fault_and_is_logged(
    program: Program, case_client: FakeCaseClient
) -> None:
    case_client.broken = True
    await program.put("/customers/ada", a_customer())
    with capture_logs() as lines:
        answer = await program.post("/invoices", an_invoice())
    assert (answer.status_code, lines[-1]["error"]) == (500, "PolicyError")


async def test_who_only_asks_whether_we_live_is_not_worth_a_line(stranger: AsyncClient) -> None:
    with capture_logs() as lines:
        await stranger.get("/healthz")
        await stranger.get("/nowhere")
    assert [(line["log_level"], line["route"]) for line in lines] == [("debug", "/healthz"), ("info", "(none)")]
