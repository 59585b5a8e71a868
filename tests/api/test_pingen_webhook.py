"""Pingen tells what became of letters: signed, once each, about ours alone."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select
from structlog.testing import capture_logs

from adapters.pingen.fake.books import Books
from adapters.pingen.fake.webhooks import Kind, Webhooks
from adapters.pingen.news import LetterFate
from adapters.storage import Store
from adapters.storage.tables import notices
from api.case_service import CaseService
from api.from_pingen.news import PingenNews
from dunning.policy import Policy
from tests.api.builders import a_customer, an_invoice, calendar
from tests.api.conftest import Maker, Program, visiting

WEBHOOK = "http://dunning.example/webhooks/pingen"
POLICY = Policy.model_validate(
    {
        "name": "posting",
        "steps": [
            {
                "name": "reminder",
                "after": "1 days",
                "do": [{"notify": {"message": "friendly", "by": {"first": ["letter", "email"]}}}],
            }
        ],
    }
)


@pytest.fixture
async def store(migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "store.sqlite"
    shutil.copy(migrated, path)
    store = await Store.open(f"sqlite:///{path}", policies=[POLICY], calendar_for=calendar)
    yield store
    await store.close()


@pytest.fixture
def app(make_app: Maker) -> FastAPI:
    return make_app(pingen_signing_key=Books().signing_key)


@dataclass
class Pingen:
    """Tells of the one letter that left."""

    webhooks: Webhooks
    letter: dict[str, Any]

    async def becomes(self, kind: Kind, status: str | None = None) -> Response:
        return await self.webhooks.tell(self.letter, kind, status)


@pytest.fixture
async def pingen(program: Program, stranger: AsyncClient, store: Store) -> Pingen:
    """It has no key of ours; a reminder has left by it."""
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    [row] = await store.database.read(lambda tx: tx.rows(select(notices.c.message_id, notices.c.channel)))
    assert row["channel"] == "letter"
    letter = {"id": row["message_id"], "type": "letters", "attributes": {}, "links": {"self": "https://pingen.example"}}
    return Pingen(Webhooks(Books(), stranger, WEBHOOK), letter)


async def told(store: Store) -> list[str]:
    return [one.name for one in await store.cases.messages("INV-1")]


async def test_a_letter_that_arrived_is_a_fact_of_its_notice_once(pingen: Pingen, store: Store) -> None:
    """N4: however often it is told, also at once."""
    answers = await asyncio.gather(*(pingen.becomes("delivered") for _ in range(3)))
    answers.append(await pingen.becomes("delivered"))
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["result"] for answer in answers].count("done") == 1
    [message] = await store.cases.messages("INV-1")
    assert (message.name, message.body["authenticated"]) == ("delivered", "webhook pingen")


@pytest.mark.parametrize(
    "kind, status, usable", [("undeliverable", None, False), ("issues", "invalid", True), ("issues", "expired", True)]
)
async def test_a_letter_that_came_back_or_never_left_leaves_by_the_next_channel(
    pingen: Pingen, store: Store, kind: Kind, status: str | None, *, usable: bool
) -> None:
    """N2; the address stays in use where the post was never asked (M5)."""
    await pingen.becomes(kind, status)
    assert await told(store) == ["bounced"]
    left = await store.database.read(lambda tx: tx.rows(select(notices.c.channel).order_by(notices.c.at)))
    assert {row["channel"] for row in left} == {"letter", "email"}
    assert ("letter" in (await store.parties.customer("ada")).usable) is usable


async def test_a_letter_that_waits_for_somebody_is_said_to_who_keeps_the_system(pingen: Pingen, store: Store) -> None:
    with capture_logs() as logs:
        assert (await pingen.becomes("issues", "action_required")).status_code == 200
    assert [one for one in logs if one.get("letter") == pingen.letter["id"]]
    assert (await pingen.becomes("sent")).json() == {"result": "nothing"}
    assert await told(store) == []


@pytest.mark.usefixtures("pingen")
async def test_what_is_about_somebody_elses_letter_is_taken_kindly(store: Store, case_service: CaseService) -> None:
    impatient = PingenNews(case_service, patience=timedelta())
    assert await impatient.handle(LetterFate("another", "webhook_delivered", "delivered")) == "unknown"
    assert await told(store) == []


async def test_what_is_not_signed_is_turned_away_and_what_is_comes_through(pingen: Pingen, store: Store) -> None:
    body = pingen.webhooks.body(pingen.letter, "undeliverable")
    for header in ("", "nonsense", "0" * 64):
        answer = await pingen.webhooks.post(body, header)
        assert (answer.status_code, answer.json()["type"], answer.json()["header"]) == (
            401,
            "/problems/wrong-signature",
            "Signature",
        )
    answers = [await pingen.webhooks.post(body, "nonsense") for _ in range(9)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert await told(store) == []
    assert (await pingen.becomes("delivered")).json() == {"result": "done"}
    malformed = await pingen.webhooks.post(b"{}")
    assert (malformed.status_code, malformed.json()["pointer"]) == (400, "#/data")


async def test_without_a_signing_key_there_is_no_such_address(make_app: Maker) -> None:
    async with visiting(make_app()) as client:
        answer = await client.post("/webhooks/pingen", content=b"{}")
    assert answer.status_code == 404
    assert "pingen.signing_key" in answer.json()["detail"]
