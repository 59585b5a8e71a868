"""What comes back by e-mail becomes facts of the cases whose message it answers: from SMTP to the case, once each."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPDataError
from httpx2 import AsyncClient
from sqlalchemy import select

from adapters.incoming.addresses import Purpose, Signatures, SignedAddresses
from adapters.incoming.receiver import Listening, MailReceiver
from adapters.mailbox import KeptMessage
from adapters.parcel_id import parcel_id
from adapters.storage import Store
from adapters.storage.mails import PATIENCE, Mails
from adapters.storage.tables import customers, mails, notices
from api.case_service import CaseService
from api.from_mail.news import MailNews
from dunning.policy import Policy
from tests.api.builders import MONDAY, a_customer, an_invoice, calendar
from tests.api.conftest import Program
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock, FakeTimeMachine
from tests.mail_samples import ADA, a_bounce, a_complaint, a_mail

POLICY = Policy.model_validate(
    {
        "name": "mailing",
        "consolidate": "5 days",
        "steps": [
            {
                "name": "reminder",
                "after": "1 days",
                "do": [{"notify": {"message": "friendly", "by": {"first": ["email", "letter"]}}}],
            },
            {"name": "second", "after": "9 days", "do": [{"notify": {"message": "second", "by": ["email"]}}]},
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


class Post:
    """The world's mail servers: they send to the addresses of messages that left, and what they brought is read."""

    def __init__(self, store: Store, case_service: CaseService, clock: FakeClock) -> None:
        self.store, self.news = store, MailNews(case_service, now=lambda: clock.at)
        self.addresses = SignedAddresses(Signatures(store.database.fingerprint_key), "reply.northwind.example")
        listening = Listening(keeping=timedelta(seconds=2))
        self.receiver = MailReceiver(self.addresses, Mails(store.database), listening, clock.now)

    async def address(self, purpose: Purpose, contact: str = "", invoice_id: str = "INV-1") -> str:
        rows = await rows_of(self.store, invoice_id, contact)
        [row] = [row for row in rows if row["channel"] == "email" and row["notice"] == "reminder"]
        return self.addresses.address(purpose, parcel_id(row["act_key"], "email", contact))

    async def brings(
        self, content: bytes, purpose: Purpose = "bounce", contact: str = "", *, read: bool = True
    ) -> None:
        async with SMTP(hostname="127.0.0.1", port=self.receiver.port, start_tls=False) as client:
            sender = "" if purpose == "bounce" else ADA
            await client.sendmail(sender, [await self.address(purpose, contact)], content)
        if read:
            await self.news.read_waiting()


async def rows_of(store: Store, invoice_id: str = "INV-1", contact: str = "") -> Any:
    query = select(notices).where(notices.c.invoice_id == invoice_id, notices.c.contact == contact)
    return await store.database.read(lambda tx: tx.rows(query))


async def told(store: Store, invoice_id: str = "INV-1") -> list[str]:
    return [one.name for one in await store.cases.messages(invoice_id)]


async def is_mailed(store: Store) -> bool:
    return "email" in (await store.parties.customer("ada")).usable


async def understood(store: Store) -> list[str | None]:
    rows = await store.database.read(lambda tx: tx.rows(select(mails.c.meaning).order_by(mails.c.at, mails.c.id)))
    return [row["meaning"] for row in rows]


@pytest.fixture
async def post(program: Program, store: Store, case_service: CaseService, clock: FakeClock) -> AsyncIterator[Post]:
    """A reminder has left."""
    await program.put("/customers/ada", a_customer())
    await program.post("/invoices", an_invoice())
    assert [row["channel"] for row in await rows_of(store)] == ["email"]
    one = Post(store, case_service, clock)
    async with one.receiver:
        yield one


async def test_a_message_that_came_back_leaves_by_the_next_channel(post: Post, store: Store, clock: FakeClock) -> None:
    """N2, M5: a soft bounce leaves the address in use."""
    await post.brings(a_bounce("4.4.7", "smtp; 451 too long"))
    assert await told(store) == ["bounced"]
    assert {row["channel"] for row in await rows_of(store)} == {"email", "letter"}
    assert await is_mailed(store)
    [message] = await store.cases.messages("INV-1")
    assert (message.body["hard"], message.body["authenticated"]) == (False, "mail")
    clock.at += timedelta(seconds=1)
    await post.brings(a_bounce(message_id="<later@mx>"))
    assert await told(store) == ["bounced"]  # it came back once, and now the address is closed
    assert not await is_mailed(store)


async def test_a_hard_bounce_closes_the_address(post: Post, store: Store) -> None:
    await post.brings(a_bounce())
    assert (await told(store), await is_mailed(store)) == (["bounced"], False)


async def test_a_mail_is_read_as_it_came_at_the_message_that_it_came_back_of(
    post: Post, store: Store, browser: AsyncClient, stranger: AsyncClient
) -> None:
    """M5: whatever it holds is shown as text, to who is signed in, and at its own message only."""
    await post.brings(a_mail("<script>alert(1)</script> I paid on Monday."), "reply")
    [row] = await rows_of(store)
    name = parcel_id(row["act_key"], "email", "")
    for message in (name, "another"):
        await store.mailbox.keep(KeptMessage(message, "email", "a@b.example", ADA, "Pay", "Pay", MONDAY))
    page = (await browser.get(f"/messages/{name}")).text
    [link] = re.findall(rf"/messages/{name}/returned/[0-9a-f]+", page)
    shown = (await browser.get(link)).text
    assert "I paid on Monday." in shown
    assert "Message-ID: " in shown
    assert "<script>alert" not in shown
    assert "/returned/" not in (await browser.get("/messages/another")).text
    assert (await browser.get(link.replace(name, "another"))).status_code == 404
    assert "I paid" not in (await stranger.get(link)).text


async def test_what_arrived_is_delivered(post: Post, store: Store) -> None:
    """N4."""
    for number in range(2):
        await post.brings(a_bounce("2.0.0", action="delivered", message_id=f"<{number}@mx>"))
    await post.brings(a_bounce("4.0.0", action="delayed"))
    assert await told(store) == ["delivered"]
    assert (await rows_of(store))[0]["delivered_at"] is not None
    assert set(await understood(store)) == {"arrived", "delayed"}


async def test_a_reply_is_put_before_a_person(post: Post, program: Program) -> None:
    """M5: the words that are new, and the ladder waits."""
    await post.brings(a_mail("We paid last week.\n\n> Dear Ada,\n"), "reply")
    [task] = (await program.get("/tasks")).json()["items"]
    assert (task["about"], task["note"]) == ("reply", "We paid last week.")
    assert (await program.get("/cases/INV-1")).json()["holds"][0]["reason"] == "reply"


async def test_what_nobody_can_read_is_put_before_a_person(post: Post, program: Program) -> None:
    await post.brings(b"\x00\xff no mail at all", "bounce")
    [task] = (await program.get("/tasks")).json()["items"]
    assert "no mail at all" in task["note"]


async def test_who_is_away_is_not_written_to(post: Post, store: Store, machine: FakeTimeMachine) -> None:
    absent = a_mail("I am out of the office until 11 March 2026.", Auto_Submitted="auto-replied")
    await post.brings(absent)
    assert await told(store) == ["away"]
    await machine.advance(timedelta(days=8))
    assert {row["notice"] for row in await rows_of(store)} == {"reminder"}
    await machine.advance(timedelta(days=3))
    assert {row["notice"] for row in await rows_of(store)} == {"reminder", "second"}


@pytest.mark.parametrize(
    "content, purpose, fact",
    [
        (a_complaint(), "bounce", "complained"),
        (a_complaint("opt-out"), "bounce", "opted_out"),
        (a_mail("", subject="unsubscribe"), "unsubscribe", "opted_out"),
    ],
)
async def test_who_wants_no_more_gets_no_more(
    post: Post, store: Store, content: bytes, purpose: Purpose, fact: str
) -> None:
    for number in range(2):
        await post.brings(content.replace(b"<1@", b"<%d@" % number).replace(b"<dsn1@", b"<d%d@" % number), purpose)
    assert (await told(store), await is_mailed(store)) == ([fact], False)


async def test_what_is_said_of_an_address_is_not_said_of_the_next_one(
    post: Post, store: Store, program: Program
) -> None:
    await program.post("/customers/ada/contact", {"email": "new@lovelace.example"})
    await post.brings(a_mail("", subject="unsubscribe"), "unsubscribe")
    await post.brings(a_complaint())
    assert (await told(store), await is_mailed(store)) == (["contact"], True)
    rows = await store.database.read(lambda tx: tx.rows(select(customers.c.bounced)))
    assert rows[0]["bounced"] == {"email": [ADA]}


async def test_the_same_mail_twice_is_one_fact(post: Post, store: Store, clock: FakeClock) -> None:
    for _ in range(3):
        await post.brings(a_mail(), "reply")
        clock.at += timedelta(hours=1)
    await post.brings(a_mail(message_id="<2@lovelace.example>"), "reply")
    assert await told(store) == ["replied", "replied"]


async def test_while_the_store_takes_nothing_the_mail_stays_with_its_sender(
    post: Post, store: Store, tmp_path: Path
) -> None:
    """Between RCPT and DATA somebody holds the store; 250 is said once it is kept."""
    async with SMTP(hostname="127.0.0.1", port=post.receiver.port, start_tls=False) as client:
        await client.mail("")
        await client.rcpt(await post.address("bounce"))
        with closing(sqlite3.connect(tmp_path / "store.sqlite")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(SMTPDataError) as caught:
                await client.data(a_bounce())
            assert caught.value.code == 451
            other.rollback()
    assert await post.news.read_waiting() <= 1  # what was begun may end after all: then it is kept, and comes again
    await post.brings(a_bounce())
    assert await told(store) == ["bounced"]


async def test_what_was_kept_is_read_by_the_next_process(
    post: Post, store: Store, case_service: CaseService, case_client: FakeCaseClient, clock: FakeClock
) -> None:
    """A process that dies after 250, and one that dies half-way: the cases hear of it once, as of when it came."""
    await post.brings(a_mail(), "reply", read=False)
    assert await told(store) == []
    case_client.down = True
    assert await post.news.read_waiting() == 0  # the store has the fact; the case has not heard it
    assert await told(store) == ["replied"]
    case_client.down = False
    clock.at += PATIENCE
    assert await MailNews(case_service, now=lambda: clock.at).read_waiting() == 1
    assert await told(store) == ["replied"]
    [message] = await store.cases.messages("INV-1")
    assert datetime.fromisoformat(message.body["at"]) == MONDAY
    assert case_client.running["INV-1"].case.holds[0].reason == "reply"


async def test_one_message_for_several_invoices_is_answered_for_all(
    program: Program, store: Store, case_service: CaseService, clock: FakeClock, machine: FakeTimeMachine
) -> None:
    """N5."""
    await program.put("/customers/ada", a_customer())
    for name in ("INV-1", "INV-2"):
        await program.post("/invoices", an_invoice(id=name, due_on="2026-03-02"))
    await machine.advance(timedelta(days=1))
    rows = {name: (await rows_of(store, name))[0] for name in ("INV-1", "INV-2")}
    assert len({row["shared"] for row in rows.values()} - {None}) == 1
    [sent] = [name for name, row in rows.items() if row["act_key"] == row["shared"]]
    post = Post(store, case_service, clock)
    async with post.receiver:
        to = await post.address("reply", invoice_id=sent)
        async with SMTP(hostname="127.0.0.1", port=post.receiver.port, start_tls=False) as client:
            await client.sendmail(ADA, [to], a_mail())
            await client.sendmail("", [to], a_bounce("4.2.2"))
        await post.news.read_waiting()
    await case_service.deliver()
    for name in rows:
        assert sorted(set(await told(store, name)) - {"notice_shared"}) == ["bounced", "replied"]


PEOPLE = [
    {"id": "jan", "role": "accounts", "email": "jan@lovelace.example"},
    {"id": "els", "role": "accounts", "email": "els@lovelace.example"},
    {"id": "guus", "role": "owner", "email": "guus@lovelace.example", "copy": True},
]


async def test_of_several_people_each_speaks_for_themselves(
    program: Program, store: Store, case_service: CaseService, clock: FakeClock
) -> None:
    """N1, N2: one who opts out does so for nobody else; one who is away holds nothing that another one reads."""
    await program.put("/customers/ada", a_customer(contacts=PEOPLE))
    await program.post("/invoices", an_invoice())
    post = Post(store, case_service, clock)
    absent = a_mail("I am out of the office until 11 March 2026.", Auto_Submitted="auto-replied")
    async with post.receiver:
        for who in ("jan", "guus"):
            await post.brings(absent.replace(b"<1@", f"<{who}@".encode()), contact=who)
        await post.brings(a_bounce(to="guus@lovelace.example"), contact="guus")
        assert await told(store) == []
        await post.brings(a_mail("", subject="unsubscribe"), "unsubscribe", "els")
        assert await told(store) == ["contact"]
        await post.brings(a_bounce(to="jan@lovelace.example"), contact="jan")
        await post.brings(a_mail("Paid.", sender="boss@lovelace.example", message_id="<9@x>"), "reply", "els")
    rows = await store.database.read(lambda tx: tx.rows(select(customers.c.silent, customers.c.bounced)))
    assert rows[0]["silent"] == {"els": ["email"]}
    assert rows[0]["bounced"] == {"email": ["guus@lovelace.example", "jan@lovelace.example"]}
    assert await is_mailed(store)
    assert await told(store) == ["contact", "replied"]
