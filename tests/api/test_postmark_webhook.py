"""Postmark tells what became of e-mail: behind a password, once each, about ours alone, in whatever order."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from adapters.postmark.fake.books import Books
from adapters.postmark.fake.bounces import BOUNCES
from adapters.postmark.fake.callbacks import Callbacks
from adapters.postmark.news import MailFate, read_news
from adapters.storage import Store
from adapters.storage.tables import customers, notices, provider_events
from api.case_service import CaseService
from api.from_postmark.news import PostmarkNews
from dunning.policy import Policy
from tests.api.builders import a_customer, an_invoice, calendar
from tests.api.conftest import Maker, Program, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock

SECRET = "not-so-secret-but-long"
PUBLIC = "http://dunning.example"
WEBHOOK = "/webhooks/postmark"
ADDRESS = f"http://postmark:{SECRET}@dunning.example{WEBHOOK}"
POLICY = Policy.model_validate(
    {
        "name": "mailing",
        "steps": [
            {
                "name": "reminder",
                "after": "1 days",
                "do": [{"notify": {"message": "friendly", "by": {"first": ["email", "letter"]}}}],
            }
        ],
    }
)
GUUS = {"id": "guus", "role": "owner", "email": "guus@lovelace.example", "copy": True}


@pytest.fixture
async def store(migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "store.sqlite"
    shutil.copy(migrated, path)
    store = await Store.open(f"sqlite:///{path}", policies=[POLICY], calendar_for=calendar)
    yield store
    await store.close()


@pytest.fixture
def app(make_app: Maker) -> FastAPI:
    return make_app(postmark_webhook_secret=SECRET, public_url=PUBLIC)


@dataclass
class Postmark:
    """Tells of the messages that left: to the customer, and a copy to a contact of theirs."""

    callbacks: Callbacks
    books: Books
    message: dict[str, Any]
    copy: dict[str, Any]


@pytest.fixture
async def postmark(program: Program, stranger: AsyncClient, store: Store) -> Postmark:
    """It has no key of ours; a reminder has left by it."""
    answer = await program.put("/customers/ada", a_customer(phone=None, contacts=[GUUS]))
    assert answer.status_code == 201, answer.text
    await program.post("/invoices", an_invoice())
    rows = await store.database.read(lambda tx: tx.rows(select(notices).where(notices.c.channel == "email")))
    sent = {
        row["contact"]: {"MessageID": row["message_id"], "To": row["address"], "From": "us@northwind.example",
                         "Subject": "A friendly reminder"}
        for row in rows
    }  # fmt: skip
    assert set(sent) == {"", "guus"}
    books = Books()
    books.webhook(ADDRESS)
    return Postmark(Callbacks(books, stranger), books, sent[""], sent["guus"])


def results(answers: list[Response]) -> list[str]:
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return [answer.json()["result"] for answer in answers]


async def told(store: Store) -> list[str]:
    return [one.name for one in await store.cases.messages("INV-1")]


async def is_mailed(store: Store) -> bool:
    return "email" in (await store.parties.customer("ada")).usable


async def test_what_was_delivered_is_a_fact_of_its_notice(postmark: Postmark, store: Store) -> None:
    """N4; what became of a copy is none."""
    assert results(await postmark.callbacks.delivered(postmark.copy)) == ["done"]
    assert await told(store) == []
    assert results(await postmark.callbacks.delivered(postmark.message)) == ["done"]
    [message] = await store.cases.messages("INV-1")
    assert (message.name, message.body["authenticated"]) == ("delivered", "webhook postmark")


@pytest.mark.parametrize("kind, mailed", [("HardBounce", False), ("SoftBounce", True)])
async def test_what_came_back_leaves_by_the_next_channel(
    postmark: Postmark, store: Store, kind: str, *, mailed: bool
) -> None:
    """N2; told by both of its webhooks, it came back once. A soft bounce leaves its address in use (M5)."""
    answers = await postmark.callbacks.bounced(postmark.message, kind)
    assert results(answers) == (["done"] if mailed else ["done", "known"])
    assert await told(store) == ["bounced"]
    left = await store.database.read(lambda tx: tx.rows(select(notices.c.channel)))
    assert {row["channel"] for row in left} == {"email", "letter"}
    assert await is_mailed(store) is mailed


async def test_a_hard_bounce_after_a_soft_one_only_closes_the_address(
    postmark: Postmark, store: Store, clock: FakeClock
) -> None:
    await postmark.callbacks.bounced(postmark.message, "Transient")
    assert await is_mailed(store)
    clock.at += timedelta(minutes=1)
    await postmark.callbacks.bounced(postmark.message, "HardBounce")
    assert (await told(store), await is_mailed(store)) == (["bounced"], False)


Act = Callable[[Callbacks, dict[str, Any]], Awaitable[list[Response]]]


@pytest.mark.parametrize(
    "tell, fact",
    [
        (lambda by, message: by.complained(message), "complained"),
        (lambda by, message: by.suppressed(message), "opted_out"),
        (lambda by, message: by.bounced(message, "Unsubscribe"), "opted_out"),
    ],
)
async def test_who_wants_no_more_gets_no_more(postmark: Postmark, store: Store, tell: Act, fact: str) -> None:
    """M5: of that address alone, be it a copy's."""
    await tell(postmark.callbacks, postmark.copy)
    assert await told(store) == ["contact"]
    rows = await store.database.read(lambda tx: tx.rows(select(customers.c.silent)))
    assert (rows[0]["silent"], await is_mailed(store)) == ({"guus": ["email"]}, True)
    await tell(postmark.callbacks, postmark.message)
    assert (await told(store), await is_mailed(store)) == (["contact", fact], False)


async def test_what_is_told_again_or_late_or_at_once_happens_once(
    postmark: Postmark, store: Store, clock: FakeClock, case_client: FakeCaseClient
) -> None:
    """Also where Temporal could not be reached the first time: Postmark tells it again, and it is the same fact."""
    case_client.down = True
    [failed] = await postmark.callbacks.delivered(postmark.message)
    assert failed.status_code == 503
    case_client.down = False
    for _ in range(2):
        clock.at += timedelta(minutes=1)
        answers = await asyncio.gather(*(postmark.callbacks.delivered(postmark.message) for _ in range(3)))
        assert {answer.status_code for (answer,) in answers} == {200}
    assert await told(store) == ["delivered"]
    for _ in range(2):
        await postmark.callbacks.complained(postmark.message)
        await postmark.callbacks.bounced(postmark.message, "HardBounce")
        await postmark.callbacks.delivered(postmark.message)
    assert await told(store) == ["delivered", "complained", "bounced"]


async def test_what_is_not_about_ours_books_nothing(
    postmark: Postmark, store: Store, case_service: CaseService, stranger: AsyncClient
) -> None:
    """Another server's message, another stream's, what somebody of ours did at Postmark, and what is no news."""
    elsewhere = {**postmark.message, "MessageStream": "broadcasts"}
    postmark.books.webhook(ADDRESS, stream="broadcasts")
    assert results(await postmark.callbacks.bounced(elsewhere, "HardBounce")) == ["ignored", "ignored"]
    assert results(await postmark.callbacks.suppressed(postmark.message, origin="Customer")) == ["ignored"]
    assert results(await postmark.callbacks.activated(postmark.message)) == ["ignored"]
    assert results(await postmark.callbacks.bounced(postmark.message, "AutoResponder")) == ["ignored"]
    assert results([await stranger.post(ADDRESS, json={"RecordType": "Open"})]) == ["ignored"]
    impatient = PostmarkNews(case_service, patience=timedelta())
    assert await impatient.handle(MailFate("00000000-0000-0000-0000-000000000000", "bounced", hard=True)) == "unknown"
    assert (await told(store), await is_mailed(store)) == ([], True)
    assert await store.database.read(lambda tx: tx.rows(select(provider_events.c.id))) == []


def test_each_type_of_bounce_is_read_as_its_list_says() -> None:
    found = {kind: read_news({"RecordType": "Bounce", "MessageID": "1", "Type": kind}, "outbound") for kind in BOUNCES}
    assert {kind for kind, one in found.items() if one and one.hard} == {"HardBounce", "BadEmailAddress"}
    assert {kind for kind, one in found.items() if one is None} == {
        "Subscribe", "AutoResponder", "AddressChange", "OpenRelayTest", "InboundError"
    }  # fmt: skip
    assert {kind: one.fate for kind, one in found.items() if one and one.fate != "bounced"} == {
        "Unsubscribe": "opted_out",
        "SpamComplaint": "complained",
    }
    assert read_news({"RecordType": "Bounce", "MessageID": "1", "Type": "Brand new"}, "x") == MailFate("1", "bounced")


# Who may tell.


@pytest.mark.parametrize(
    "address", ["http://dunning.example", "http://postmark:wrong@dunning.example", f"http://x:{SECRET}@dunning.example"]
)
async def test_who_does_not_know_the_password_is_turned_away(
    stranger: AsyncClient, store: Store, postmark: Postmark, address: str
) -> None:
    postmark.books.webhooks[0]["Url"] = f"{address}{WEBHOOK}"
    [answer] = await postmark.callbacks.delivered(postmark.message)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert SECRET not in answer.text
    assert await told(store) == []
    for header in ("Basic", "Basic ü", "Basic !!!", "Bearer x"):
        refused = await stranger.post(WEBHOOK, json={}, headers=[(b"Authorization", header.encode())])
        assert refused.status_code == 401


async def test_who_is_wrong_too_often_has_to_wait_but_postmark_comes_through(postmark: Postmark) -> None:
    books = Books()
    books.webhook(f"http://postmark:wrong@dunning.example{WEBHOOK}")
    wrong = Callbacks(books, postmark.callbacks._client)  # noqa: SLF001 - from the same address
    answers = [(await wrong.delivered(postmark.message))[0].status_code for _ in range(12)]
    assert answers == [401] * 10 + [429] * 2
    assert results(await postmark.callbacks.delivered(postmark.message)) == ["done"]


@pytest.mark.parametrize(
    "body, pointer",
    [
        (b"[]", "#"),
        (b"\xff", "#"),
        (b"{}", "#/RecordType"),
        (b'{"RecordType": "Delivery"}', "#/MessageID"),
        (b'{"RecordType": "Delivery", "MessageID": "a/b"}', "#/MessageID"),
    ],
)
async def test_a_body_that_is_none_of_postmarks_says_what_is_wrong(
    stranger: AsyncClient, body: bytes, pointer: str
) -> None:
    answer = await stranger.post(ADDRESS, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert answer.json()["pointer"] == pointer


async def test_without_a_password_of_ours_there_is_no_such_address(make_app: Maker) -> None:
    async with visiting(make_app()) as client:
        answer = await client.post(ADDRESS, json={"RecordType": "Delivery"})
    assert answer.status_code == 404
    assert "postmark.webhook_secret" in answer.json()["detail"]
