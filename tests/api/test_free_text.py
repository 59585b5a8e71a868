"""What people write at our doors: a case hears a reference, whoever reads the API or the console reads the words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from adapters.storage import Store
from adapters.storage.tables import METADATA, postings, texts
from api.case_service import CaseService
from dunning import snapshot
from dunning.free_text import references_in
from dunning.messages import Dispute, Hold
from tests.api.builders import a_customer, an_invoice
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock, FakeTimeMachine

CASE = "/cases/INV-1"
WHY = "Ada lies in hospital"


class Died(BaseException):
    """The process is gone: nothing of ours handles that."""


@dataclass
class MortalCaseClient(FakeCaseClient):
    """Dies instead of telling a case anything, until it lives again; it remembers what cases were told."""

    dies: bool = False
    told: list[str] = field(default_factory=list)

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        self._pass(body)
        return await super().signal(invoice_id, name, body)

    async def ask(self, invoice_id: str, name: str, body: dict[str, Any], ask_id: str) -> bool:
        self._pass(body)
        return await super().ask(invoice_id, name, body, ask_id)

    def _pass(self, body: dict[str, Any]) -> None:
        if self.dies:
            raise Died
        self.told.append(json.dumps(body))


@pytest.fixture
def case_client(store: Store, clock: FakeClock) -> MortalCaseClient:
    return MortalCaseClient(store, clock)


@pytest.fixture
async def billing(program: Program) -> Program:
    """A billing system with one open case."""
    assert (await program.put("/customers/ada", a_customer())).status_code == 201
    assert (await program.post("/invoices", an_invoice())).status_code == 201
    return program


async def kept(store: Store) -> list[str]:
    rows = await store.database.read(lambda tx: tx.rows(select(texts).order_by(texts.c.text)))
    return [row["text"] for row in rows]


async def everything(store: Store) -> dict[str, str]:
    """All that the store holds, by its tables: also what cases leave behind, and whole cases that have ended."""
    names = METADATA.tables
    return await store.database.read(lambda tx: {name: str(tx.rows(select(names[name]))) for name in names})


async def read(billing: Program, browser: AsyncClient) -> dict[str, str]:
    """All that a person is shown, by its address."""
    found = {path: (await billing.get(path)).text for path in (CASE, f"{CASE}/journal", f"{CASE}/forecast", "/tasks")}
    found |= {path: (await billing.get(path)).text for path in ("/cases", "/customers/ada", "/customers")}
    found |= {path: (await browser.get(path)).text for path in ("/cases/INV-1", "/tasks", "/cases")}
    return found


JOURNAL, FORECAST = f"{CASE}/journal", f"{CASE}/forecast"
PAGE, FIRST_PAGE = "/cases/INV-1", "/cases"
TASKS = "/tasks"


@pytest.mark.parametrize(
    "path, body, read_at, stands_in",
    [
        (f"{CASE}/holds", {"until": "2026-03-05"}, {CASE, JOURNAL, FORECAST, "/cases", FIRST_PAGE}, {"texts"}),
        (f"{CASE}/disputes", {"id": "D-1"}, {CASE, JOURNAL, TASKS}, {"texts"}),
        (f"{CASE}/escalations", {}, {CASE, JOURNAL, TASKS}, {"texts"}),
        (f"{CASE}/write-off", {"by": "j.smit"}, {JOURNAL}, {"texts"}),
        ("/customers/ada/stop", {}, {CASE, JOURNAL, "/customers/ada", FIRST_PAGE}, {"texts", "customers"}),
    ],
    ids=["hold", "dispute", "escalation", "write-off", "stop"],
)  # fmt: skip
async def test_a_case_never_hears_the_words_and_people_read_them(
    billing: Program, browser: AsyncClient, store: Store, case_client: MortalCaseClient,
    path: str, body: dict[str, Any], read_at: set[str], stands_in: set[str],
) -> None:  # fmt: skip
    answer = await billing.post(path, {**body, "reason": WHY})
    assert answer.is_success, answer.text
    assert len(case_client.told) == 1
    assert WHY not in case_client.told[0]
    assert {name for name, rows in (await everything(store)).items() if WHY in rows} == stands_in
    shown = await read(billing, browser)
    assert {place for place, text in shown.items() if WHY in text} >= {*read_at, PAGE}
    assert {place for place, text in shown.items() if references_in(text)} == set()


async def test_a_write_off_by_answering_a_task_is_read_on_the_journal_and_in_the_books(
    billing: Program, store: Store, case_client: MortalCaseClient
) -> None:
    await billing.post(f"{CASE}/escalations", {"reason": "asks for a person"})
    answer = await billing.post(f"{CASE}/tasks/escalation/disposal", {"write_off": {"by": "j.smit", "reason": WHY}})
    assert answer.is_success, answer.text
    assert WHY not in "".join(case_client.told)
    lines = (await billing.get(f"{CASE}/journal")).json()["items"]
    assert [one["why"] for one in lines if one["kind"] == "write_off"] == [WHY]
    assert [one.note for one in await store.cases.ledger("INV-1")] == [f"j.smit: {WHY}"]
    [row] = await store.database.read(lambda tx: tx.rows(select(postings.c.note)))
    assert WHY not in row["note"]


async def test_a_refusal_quotes_the_words(billing: Program) -> None:
    assert (await billing.post(f"{CASE}/holds", {"id": "H-1", "reason": WHY})).status_code == 200
    assert (await billing.post(f"{CASE}/holds", {"id": "H-1", "reason": WHY})).status_code == 200
    refused = await billing.post(f"{CASE}/holds", {"id": "H-1", "reason": "we talk"})
    assert (refused.status_code, refused.json()["rule"]) == (409, "H1")
    assert f"stands already with other content: reason {WHY}, until" in refused.json()["reason"]
    [line] = [one for one in (await billing.get(f"{CASE}/journal")).json()["items"] if one["kind"] == "refused"]
    assert line["why"] == refused.json()["reason"]


async def test_other_words_under_the_same_id_are_a_conflict_that_quotes_those_that_stand(billing: Program) -> None:
    assert (await billing.post(f"{CASE}/disputes", {"id": "D-1", "reason": WHY})).status_code == 202
    assert (await billing.post(f"{CASE}/disputes", {"id": "D-1", "reason": WHY})).status_code == 202
    conflict = await billing.post(f"{CASE}/disputes", {"id": "D-1", "reason": "wet goods"})
    assert conflict.status_code == 409
    assert f"known: reason {WHY}" in conflict.json()["detail"]


async def test_words_are_measured_before_they_are_put_aside(billing: Program, store: Store) -> None:
    assert (await billing.post(f"{CASE}/holds", {"reason": "x" * 501})).status_code == 422
    assert (await billing.post(f"{CASE}/holds", {"reason": ""})).status_code == 422
    assert await kept(store) == []
    assert (await billing.post(f"{CASE}/holds", {"reason": "x" * 500})).status_code == 200
    assert await kept(store) == ["x" * 500]


async def test_who_dies_between_keeping_words_and_asking_asks_again(
    billing: Program, case_service: CaseService, case_client: MortalCaseClient, store: Store
) -> None:
    case_client.dies = True
    with pytest.raises(Died):
        await case_service.ask("INV-1", Hold(id="H-1", reason=WHY), "k1")
    assert (await kept(store), case_client.running["INV-1"].case.holds) == ([WHY], ())
    case_client.dies = False
    for _ in range(2):
        await case_service.ask("INV-1", Hold(id="H-1", reason=WHY), "k1")
    assert await kept(store) == [WHY]
    assert [one["reason"] for one in (await billing.get(CASE)).json()["holds"]] == [WHY]


async def test_who_dies_between_keeping_a_fact_and_telling_it_loses_no_words(
    billing: Program, case_service: CaseService, case_client: MortalCaseClient, store: Store
) -> None:
    case_client.dies = True
    with pytest.raises(Died):
        await case_service.tell("INV-1", Dispute(id="D-1", reason=WHY))
    assert (await kept(store), len(await store.cases.messages("INV-1"))) == ([WHY], 1)
    case_client.dies = False
    await case_service.tell("INV-1", Dispute(id="D-1", reason=WHY))
    assert (await kept(store), len(await store.cases.messages("INV-1"))) == ([WHY], 1)
    assert [one["reason"] for one in (await billing.get(CASE)).json()["disputes"]] == [WHY]


async def test_what_nobody_told_a_case_since_a_death_it_finds_before_it_acts(
    billing: Program, case_service: CaseService, case_client: MortalCaseClient, machine: FakeTimeMachine
) -> None:
    case_client.dies = True
    with pytest.raises(Died):
        await case_service.tell("INV-1", Dispute(id="D-1", reason=WHY))
    await machine.advance(timedelta(days=7))
    assert [one["reason"] for one in (await billing.get(CASE)).json()["disputes"]] == [WHY]
    assert WHY not in snapshot.dump(case_client.running["INV-1"].case)
