"""Twilio tells what became of text messages and who wants no more of them: signed, once each, about ours alone."""

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
from sqlalchemy import select, update

from adapters.storage import Store
from adapters.storage.provider.sent_notices import SentNotices
from adapters.storage.tables import customers, notices, provider_events
from adapters.twilio.fake.books import Books
from adapters.twilio.fake.callbacks import Callbacks
from adapters.twilio.news import MessageFate, OptOut
from api.case_service import CaseService
from api.from_twilio.news import TwilioNews
from dunning.policy import Policy
from tests.api.builders import a_customer, an_invoice, calendar, euros
from tests.api.conftest import Maker, Program, visiting
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock

PUBLIC = "http://dunning.example"
WEBHOOK = "/webhooks/twilio"
SANNE = "+31610000000"
POLICY = Policy.model_validate(
    {
        "name": "texting",
        "steps": [
            {
                "name": "reminder",
                "after": "1 days",
                "do": [{"notify": {"message": "friendly", "by": {"first": ["sms", "letter"]}}}],
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


@dataclass
class Twilio:
    """Tells of the one message that left, and of what people write."""

    books: Books
    callbacks: Callbacks
    message: dict[str, Any]

    async def becomes(self, status: str, error: int | None = None) -> Response:
        answer = await self.callbacks.becomes(self.message, status, error)
        assert answer is not None
        return answer

    async def post(self, said: dict[str, str], header: str | None = None) -> Response:
        return await self.callbacks.post(f"{PUBLIC}{WEBHOOK}", said, header)


@pytest.fixture
def app(make_app: Maker) -> FastAPI:
    return make_app(twilio_auth_token=Books().auth_token, public_url=PUBLIC)


@pytest.fixture
async def twilio(program: Program, stranger: AsyncClient, store: Store) -> Twilio:
    """It has no key of ours; a reminder has left by it."""
    await program.put("/customers/ada", a_customer(phone="06 1000 0000", email=None))
    await program.post("/invoices", an_invoice())
    rows = await store.database.read(lambda tx: tx.rows(select(notices.c.message_id, notices.c.channel)))
    assert [row["channel"] for row in rows] == ["sms"]
    sid, books = rows[0]["message_id"], Books()
    books.told_at[sid] = f"{PUBLIC}{WEBHOOK}"
    message = {"sid": sid, "to": SANNE, "from": "+15005550006"}
    return Twilio(books, Callbacks(books, stranger, f"{PUBLIC}{WEBHOOK}"), message)


async def told(store: Store, invoice_id: str = "INV-1") -> list[str]:
    return [one.name for one in await store.cases.messages(invoice_id)]


async def is_texted(store: Store, customer_id: str = "ada") -> bool:
    """Whether a text message may still leave for the customer."""
    return "sms" in (await store.parties.customer(customer_id)).usable


async def events_kept(store: Store) -> int:
    return len(await store.database.read(lambda tx: tx.rows(select(provider_events.c.id))))


# What became of a message.


async def test_what_was_delivered_is_a_fact_of_its_notice(twilio: Twilio, store: Store) -> None:
    """N4."""
    answer = await twilio.becomes("delivered")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    assert await told(store) == ["delivered"]
    rows = await store.database.read(lambda tx: tx.rows(select(notices.c.delivered_at)))
    assert rows[0]["delivered_at"] is not None


@pytest.mark.parametrize(
    "status, error, texted",
    [("undelivered", 30005, False), ("undelivered", 30003, True), ("failed", 30007, True), ("failed", None, True)],
)
async def test_what_was_not_delivered_leaves_by_the_next_channel(
    twilio: Twilio, store: Store, status: str, error: int | None, *, texted: bool
) -> None:
    """N2; the number stays in use where the cause may pass, or is ours (M5)."""
    await twilio.becomes(status, error)
    assert await told(store) == ["bounced"]
    left = await store.database.read(lambda tx: tx.rows(select(notices.c.channel).order_by(notices.c.at)))
    assert {row["channel"] for row in left} == {"sms", "letter"}
    assert await is_texted(store) is texted


@pytest.mark.parametrize("status", ["queued", "sending", "sent"])
async def test_a_message_on_its_way_changes_nothing(twilio: Twilio, store: Store, status: str) -> None:
    assert (await twilio.becomes(status)).status_code == 200
    assert await told(store) == []


async def test_what_is_told_twice_happens_once(twilio: Twilio, store: Store, clock: FakeClock) -> None:
    for _ in range(3):
        assert (await twilio.becomes("delivered")).status_code == 200
        clock.at += timedelta(minutes=1)
    assert await told(store) == ["delivered"]


async def test_what_is_told_twice_at_once_happens_once(twilio: Twilio, store: Store) -> None:
    answers = await asyncio.gather(*(twilio.becomes("delivered") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert await told(store) == ["delivered"]


@pytest.mark.usefixtures("twilio")
async def test_what_is_about_somebody_elses_message_is_taken_kindly(store: Store, case_service: CaseService) -> None:
    impatient = TwilioNews(case_service, patience=timedelta())
    assert await impatient.handle(MessageFate("SM" + "1" * 32, "delivered", "delivered")) == "unknown"
    assert await impatient.handle(OptOut("SM" + "2" * 32, "+31699999999")) == "unknown"
    assert await told(store) == []
    assert await events_kept(store) == 0


async def test_news_that_are_faster_than_our_own_record_wait_for_it(
    twilio: Twilio, store: Store, case_service: CaseService
) -> None:
    sid = twilio.message["sid"]
    forget = update(notices).values(message_id=None)
    await store.database.write(lambda tx: tx.change(forget))
    told_early = asyncio.create_task(TwilioNews(case_service).handle(MessageFate(sid, "delivered", "delivered")))
    await asyncio.sleep(0.3)
    assert not told_early.done()
    record = update(notices).values(message_id=sid)
    await store.database.write(lambda tx: tx.change(record))
    assert await told_early == "done"
    assert await told(store) == ["delivered"]


async def test_the_same_id_on_another_channel_is_another_message(twilio: Twilio, store: Store) -> None:
    sid = twilio.message["sid"]
    assert not await SentNotices(store.database).is_known(sid, "email")
    assert await SentNotices(store.database).is_known(sid, "sms")


# Who wants no more.


@pytest.mark.parametrize("word", ["STOP", "stop.", "Afmelden", "abmelden", "ARRÊT"])
async def test_who_writes_stop_gets_no_more_text_messages(twilio: Twilio, store: Store, word: str) -> None:
    """M5."""
    answer = await twilio.callbacks.written_back(SANNE, word)
    assert answer.status_code == 200
    assert not await is_texted(store)
    assert await told(store) == ["opted_out"]


async def test_who_writes_it_twice_says_it_once(twilio: Twilio, store: Store) -> None:
    for _ in range(2):
        await twilio.callbacks.written_back(SANNE, "STOP", sid="SM" + "3" * 32)
    await twilio.callbacks.written_back(SANNE, "STOP")
    assert await told(store) == ["opted_out"]


async def test_where_a_service_reads_the_words_it_says_so(twilio: Twilio, store: Store) -> None:
    await twilio.callbacks.written_back(SANNE, "afmelden", by_service=True)
    assert not await is_texted(store)
    assert SANNE in twilio.books.opted_out


async def test_who_writes_start_gets_them_again_and_the_cases_are_told(
    twilio: Twilio, store: Store, clock: FakeClock
) -> None:
    """M5: with STOP again, and START again, as often as they like."""
    for _ in range(2):
        await twilio.callbacks.written_back(SANNE, "STOP")
        assert not await is_texted(store)
        await twilio.callbacks.written_back(SANNE, "Start")
        assert await is_texted(store)
        assert SANNE not in twilio.books.opted_out
        clock.at += timedelta(minutes=1)
    assert await told(store) == ["opted_out", "contact"] * 2


async def test_start_opens_nothing_that_stop_had_not_closed(twilio: Twilio, program: Program, store: Store) -> None:
    await twilio.becomes("undelivered", 30005)
    await twilio.callbacks.written_back(SANNE, "START")
    assert not await is_texted(store)
    await program.post("/customers/ada/contact", {"phone": "06 2000 0000"})
    await program.post("/customers/ada/opt-outs", {"channel": "sms"})
    await twilio.callbacks.written_back("+31620000000", "START")
    assert not await is_texted(store)


# What people write back.


async def test_what_else_is_written_is_for_a_person_to_read(twilio: Twilio, program: Program, store: Store) -> None:
    """M5: of each of the customer's open cases, for nobody can tell which is meant; also of one who wants no texts."""
    await program.post("/invoices", an_invoice(id="INV-2"))
    await twilio.callbacks.written_back(SANNE, "STOP")
    await twilio.callbacks.written_back(SANNE, "I will pay on Monday")
    for invoice_id in ("INV-1", "INV-2"):
        assert await told(store, invoice_id) == ["opted_out", "replied"]
        [task] = (await store.cases.tasks(invoice=invoice_id)).rows
        assert (task.about, task.note) == ("reply", "I will pay on Monday")
        assert (await store.cases.one(invoice_id)).stage == "reply"


@pytest.mark.parametrize("text", ["HELP", "info", ""])
async def test_what_twilio_answers_itself_changes_nothing(twilio: Twilio, store: Store, text: str) -> None:
    assert (await twilio.callbacks.written_back(SANNE, text)).status_code == 200
    assert await told(store) == []


async def test_a_message_is_read_once_however_often_it_comes(
    twilio: Twilio, store: Store, clock: FakeClock, case_client: FakeCaseClient
) -> None:
    """Also where Temporal cannot be reached at first: the fact is kept then, and is the same when it comes again."""
    sid = "SM" + "5" * 32
    case_client.down = True
    assert (await twilio.callbacks.written_back(SANNE, "I paid", sid=sid)).status_code == 503
    case_client.down = False
    for _ in range(2):
        clock.at += timedelta(minutes=1)
        answers = await asyncio.gather(*(twilio.callbacks.written_back(SANNE, "I paid", sid=sid) for _ in range(3)))
        assert {answer.status_code for answer in answers} == {200}
    assert await told(store) == ["replied"]
    assert len((await store.cases.tasks(invoice="INV-1")).rows) == 1


async def test_who_has_no_open_case_answers_what_they_heard_last(
    twilio: Twilio, program: Program, store: Store
) -> None:
    await program.post("/payments", {"id": "P1", "invoice_id": "INV-1", "amount": euros("1000.00")})
    assert (await store.cases.one("INV-1")).outcome == "paid"
    await twilio.callbacks.written_back(SANNE, "Thanks, all done?")
    assert await told(store) == ["payment_received", "replied"]


async def test_everybody_with_that_number_is_meant_and_nobody_else(
    twilio: Twilio, program: Program, store: Store
) -> None:
    others = {
        "written": a_customer(phone="(06) 10.00-00/00"),
        "abroad": a_customer(phone="+31 6 1000 0000", country="DE"),
        "alike": a_customer(phone="07911 000000", country="GB"),
        "landline": a_customer(phone="020 100 0000"),
        "none": a_customer(phone=None),
    }
    for name, customer in others.items():
        answer = await program.put(f"/customers/{name}", customer)
        assert answer.status_code in {200, 201}, answer.text
    await twilio.callbacks.written_back(SANNE, "STOP")
    found = {name: await is_texted(store, name) for name in ("ada", *others)}
    assert found == {"ada": False, "written": False, "abroad": False, "alike": True, "landline": True, "none": False}


# Several people of one customer.

PEOPLE = [
    {"id": "jan", "role": "accounts", "phone": "06 2000 0000"},
    {"id": "els", "role": "accounts", "phone": "06-30 00 00 00"},
    {"id": "guus", "role": "owner", "phone": "06 4000 0000", "copy": True},
]


@pytest.fixture
async def texted(program: Program, stranger: AsyncClient, store: Store) -> dict[str, Twilio]:
    """A reminder has left for two people, and as a copy for a third."""
    answer = await program.put("/customers/ada", a_customer(phone="06 1000 0000", email=None, contacts=PEOPLE))
    assert answer.status_code in {200, 201}, answer.text
    await program.post("/invoices", an_invoice())
    rows = await store.database.read(lambda tx: tx.rows(select(notices).where(notices.c.channel == "sms")))
    assert {row["contact"] for row in rows} == {"jan", "els", "guus"}
    books = Books()
    books.told_at = {row["message_id"]: f"{PUBLIC}{WEBHOOK}" for row in rows}
    callbacks = Callbacks(books, stranger, f"{PUBLIC}{WEBHOOK}")
    return {row["contact"]: Twilio(books, callbacks, {"sid": row["message_id"], "to": "", "from": ""}) for row in rows}


async def test_a_notice_came_back_when_it_came_back_from_everybody(texted: dict[str, Twilio], store: Store) -> None:
    """N1, N2: who only gets a copy does not count."""
    await texted["guus"].becomes("undelivered", 30005)
    await texted["jan"].becomes("undelivered", 30005)
    assert await told(store) == []
    await texted["els"].becomes("undelivered", 30003)
    assert await told(store) == ["bounced"]


async def test_a_copy_that_arrived_delivers_no_notice(texted: dict[str, Twilio], store: Store) -> None:
    """N4."""
    await texted["guus"].becomes("delivered")
    assert await told(store) == []
    await texted["els"].becomes("delivered")
    assert await told(store) == ["delivered"]


async def test_one_who_opts_out_does_so_for_nobody_else(texted: dict[str, Twilio], store: Store) -> None:
    await texted["els"].callbacks.written_back("+31630000000", "STOP")
    rows = await store.database.read(lambda tx: tx.rows(select(customers.c.silent, customers.c.bounced)))
    assert (rows[0]["silent"], rows[0]["bounced"]) == ({"els": ["sms"]}, {})
    assert await is_texted(store)


# Who may tell.


@pytest.mark.parametrize("header", ["", "nonsense", "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
async def test_what_is_not_signed_as_it_must_be_is_turned_away(twilio: Twilio, store: Store, header: str) -> None:
    said = {"MessageSid": twilio.message["sid"], "MessageStatus": "delivered"}
    answer = await twilio.callbacks.post(f"{PUBLIC}{WEBHOOK}", said, header)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/wrong-signature"
    assert answer.json()["header"] == "X-Twilio-Signature"
    assert await told(store) == []


async def test_who_is_wrong_too_often_has_to_wait_but_what_is_signed_comes_through(twilio: Twilio) -> None:
    answers = [await twilio.post({"MessageSid": "SM1"}, "nonsense") for _ in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert (await twilio.becomes("delivered")).status_code == 200


async def test_a_callback_without_a_message_names_what_it_lacks(twilio: Twilio) -> None:
    answer = await twilio.post({"MessageStatus": "delivered"})
    assert answer.status_code == 400
    assert answer.json()["pointer"] == "#/MessageSid"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%FF", b"&".join(b"a=%d" % number for number in range(300))])
async def test_a_body_that_is_no_form_is_turned_away(stranger: AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await stranger.post(WEBHOOK, content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


@pytest.mark.parametrize(
    "settings, lacks",
    [({"public_url": PUBLIC}, "twilio.auth_token"), ({"twilio_auth_token": "twilio-fake"}, "api.public_url")],
)
async def test_without_its_settings_there_is_no_such_address(
    make_app: Maker, settings: dict[str, str], lacks: str
) -> None:
    async with visiting(make_app(**settings)) as client:
        answer = await client.post(WEBHOOK, content=b"MessageSid=SM1")
    assert answer.status_code == 404
    assert lacks in answer.json()["detail"]


async def test_what_twilio_tells_came_by_its_webhook(twilio: Twilio, store: Store) -> None:
    await twilio.becomes("delivered")
    [message] = await store.cases.messages("INV-1")
    assert message.body["authenticated"] == "webhook twilio"
