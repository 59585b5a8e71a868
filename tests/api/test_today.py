"""How many days a case is overdue is counted to the same today by the API, the console and the command line."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from api.case_reader import CaseReader
from api.case_service import CaseService
from cli.cases.case_text import case_summary
from tests.api.builders import MONDAY, a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock


async def said(program: Program, browser: AsyncClient, case_service: CaseService) -> dict[str, tuple[int, int]]:
    """Days overdue and chased, as each of them says."""
    told = (await program.get("/cases/INV-1")).json()
    page = (await browser.get("/cases/INV-1")).text
    shown = [int(found) for found in re.findall(r"<dt>(?:Overdue|Chased)</dt><dd>(\d+) day", page)]
    listed = re.search(r'is-overdue number">(\d+) day', (await browser.get("/cases?show=all")).text)
    summary = "\n".join(case_summary(await CaseReader(case_service).case("INV-1")))
    line = re.search(r"(\d+) days overdue(?: on [^,]+)?, (\d+) chased", summary)
    assert listed
    assert line
    assert int(listed[1]) == shown[0]
    return {
        "api": (told["overdue_days"], told["chased_days"]),
        "console": (shown[0], shown[1]),
        "cli": (int(line[1]), int(line[2])),
    }


@pytest.mark.parametrize("moved", [0, 41])
async def test_a_case_that_has_slept_for_days_is_as_overdue_everywhere(
    program: Program, browser: AsyncClient, case_service: CaseService, clock: FakeClock, moved: int
) -> None:
    """`moved` is how far time was moved before the case was opened."""
    clock.at = MONDAY + timedelta(days=moved)
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice(due_on="2026-02-28"))
    assert set((await said(program, browser, case_service)).values()) == {(2 + moved, 2 + moved)}
    clock.at += timedelta(days=1, hours=14, minutes=30)  # half past midnight in Amsterdam, two days on; no step was due
    answers = await said(program, browser, case_service)
    assert answers == dict.fromkeys(answers, (4 + moved, 4 + moved))
    assert (await program.get("/cases/INV-1")).json()["today"] == str(clock.at.date() + timedelta(days=1))


async def test_days_on_which_a_hold_stands_are_overdue_and_not_chased(
    program: Program, browser: AsyncClient, case_service: CaseService, clock: FakeClock
) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    await program.post("/cases/INV-1/holds", {"id": "h1", "reason": "a talk", "by": "r.devries"})
    clock.at += timedelta(days=6)
    answers = await said(program, browser, case_service)
    assert answers == dict.fromkeys(answers, (8, 2))


async def test_an_ended_case_is_counted_to_its_end(
    program: Program, browser: AsyncClient, case_service: CaseService, clock: FakeClock
) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    clock.at += timedelta(days=1)
    paid = {"id": "p1", "invoice_id": "INV-1", "amount": {"amount": "1000.00", "currency": "EUR"}}
    await program.post("/payments", paid)
    clock.at += timedelta(days=30)
    answers = await said(program, browser, case_service)
    assert answers == dict.fromkeys(answers, (3, 3))
    assert (await program.get("/cases/INV-1")).json()["today"] is None


async def test_a_case_that_does_not_answer_is_not_counted_by_guess(
    program: Program, case_client: FakeCaseClient
) -> None:
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    case_client.silent = True
    told = (await program.get("/cases/INV-1")).json()
    assert (told["source"], told["overdue_days"]) == ("list", None)
