"""A mailbox on a real IMAP server: what answers our messages is taken once and marked, the rest is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.incoming.addresses import Signatures, SignedAddresses
from adapters.incoming.finding import Finder
from adapters.incoming.imap import MailboxUnavailable, OpenMailbox
from adapters.incoming.mail import NOT_OURS, UNREADABLE, ArrivedMail, Number
from adapters.incoming.mailbox_rounds import MailboxRounds
from adapters.incoming.receiver import LARGEST
from tests.adapters.incoming.imap_server import ImapServer, imap_server
from tests.adapters.mail_host import CERTIFICATE
from tests.mail_samples import ADA, a_bounce, a_mail

SIGNATURES = Signatures(b"s" * 32)
OURS = SignedAddresses(SIGNATURES, "northwind.example", "accounts")
PARCEL = "0f" * 16
TOKEN = SIGNATURES.token(PARCEL)
MESSAGE_ID = f"<{TOKEN}@northwind.example>"
THREAD = f"<{'ab' * 16}@northwind.example>"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Keeper:
    """Remembers as the store does; `dies` after it has kept."""

    def __init__(self) -> None:
        self.kept: list[ArrivedMail] = []
        self.numbers: dict[Number, str | None] = {}
        self.done: set[Number] = set()
        self.dies = False
        self.address = ADA

    async def went_to(self, token: str) -> str | None:
        return self.address if token == TOKEN else None

    async def take(self, arrived: Any, number: Number, at: datetime) -> None:
        assert at == AT
        self.kept.extend(arrived)
        self.numbers[number] = None
        if self.dies:
            raise KeyboardInterrupt

    async def leave(self, number: Number, why: str, at: datetime) -> None:
        self.numbers[number] = why

    async def looked_at(self, mailbox: str, validity: int, uids: Any) -> dict[int, bool]:
        mine = {number[2]: number for number in self.numbers if number[:2] == (mailbox, validity)}
        return {
            uid: number in self.done or self.numbers[number] is not None for uid, number in mine.items() if uid in uids
        }

    async def marked(self, number: Number) -> None:
        self.done.add(number)


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    with imap_server() as one:
        yield one


@pytest.fixture
def server(running: ImapServer) -> ImapServer:
    """With an empty mailbox."""
    running.empty()
    return running


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


def rounds(server: ImapServer, keeper: Keeper, **account: Any) -> MailboxRounds:
    async def now() -> datetime:
        return AT

    return MailboxRounds(server.account(**account), Finder(OURS), keeper, "northwind.example", now)


ANSWERS: dict[str, tuple[bytes, str | None]] = {
    "to its own address": (a_mail(to=f"Northwind <{OURS.address('reply', PARCEL)}>"), "reply"),
    "delivered to its own address": (a_mail(Delivered_To=OURS.address("bounce", PARCEL).upper()), "bounce"),
    "in answer to": (a_mail(In_Reply_To=MESSAGE_ID), None),
    "by its references": (a_mail(References=f"{THREAD} {MESSAGE_ID} <other@lovelace.example>"), None),
    "a report with our headers": (a_bounce(original=f"Subject: x\nMessage-ID: {MESSAGE_ID}"), None),
    "a report that names the address alone": (
        a_bounce(original=f"Return-Path: <{OURS.address('bounce', PARCEL)}>\nSubject: x"), None
    ),
    "a report of a server in our own house": (
        a_bounce(original=f"Message-ID: {MESSAGE_ID}")
        .replace(b"MAILER-DAEMON@mx.example", b"MAILER-DAEMON@northwind.example")
        .replace(b"From:", b"Return-Path: <>\r\nFrom:", 1),
        None,
    ),
}  # fmt: skip
OTHERS: dict[str, bytes] = {
    "an invoice of a supplier": a_mail("Please find our invoice", subject="Invoice 7"),
    "an answer to somebody else": a_mail(In_Reply_To=f"<{'a' * 16}@northwind.example>", References=THREAD),
    "a forged address": a_mail(to=f"accounts+r{TOKEN}{'a' * 16}@northwind.example"),
    "a colleague who answers the debtor": a_mail(sender="Kim <kim@northwind.example>", References=MESSAGE_ID),
    "no mail": b"\x00\x01\x02",
}


async def test_what_answers_our_messages_is_taken_once_and_marked_as_read(server: ImapServer, keeper: Keeper) -> None:
    for content, _ in ANSWERS.values():
        server.put(content)
    assert await rounds(server, keeper).look() == len(ANSWERS)
    assert [(one.token, one.purpose) for one in keeper.kept] == [(TOKEN, purpose) for _, purpose in ANSWERS.values()]
    assert [one.content for one in keeper.kept] == [content for content, _ in ANSWERS.values()]
    assert keeper.kept[-1].from_nobody
    assert all("Seen" in flags for flags in server.flags())
    assert await rounds(server, keeper).look() == 0


async def test_whatever_else_is_there_stays_as_it_is(server: ImapServer, keeper: Keeper) -> None:
    """Also what somebody has marked as deleted and may want back."""
    for content in OTHERS.values():
        server.put(content)
    server.put(a_mail(In_Reply_To=MESSAGE_ID))
    server.put(f"In-Reply-To: {MESSAGE_ID}\r\n\r\n".encode() + b"boundary=\r\n" * 300)
    server.mark(1, r"(\Deleted)")
    assert await rounds(server, keeper).look() == 1
    flags = server.flags()
    assert len(flags) == len(OTHERS) + 2
    assert [("Seen" in one, "Deleted" in one) for one in flags] == [
        (False, True), *[(False, False)] * (len(OTHERS) - 1), (True, False), (False, False)
    ]  # fmt: skip
    assert list(keeper.numbers.values()) == [*[NOT_OURS] * len(OTHERS), None, UNREADABLE]
    server.mark(1, r"(\Seen)")
    assert await rounds(server, keeper).look() == 0


async def test_a_debtor_whose_mail_is_where_ours_is_may_answer(server: ImapServer, keeper: Keeper) -> None:
    """As of a creditor who has their mail at a provider for everybody."""
    keeper.address = "ada@northwind.example"
    server.put(OTHERS["a colleague who answers the debtor"])
    assert await rounds(server, keeper).look() == 1


async def test_who_dies_after_keeping_marks_it_in_the_next_round_and_then_leaves_it_alone(
    server: ImapServer, keeper: Keeper
) -> None:
    server.put(a_mail(In_Reply_To=MESSAGE_ID))
    keeper.dies = True
    with pytest.raises(KeyboardInterrupt):
        await rounds(server, keeper).look()
    assert "Seen" not in server.flags()[0]
    keeper.dies = False
    assert await rounds(server, keeper).look() == 0
    assert "Seen" in server.flags()[0]
    assert len(keeper.kept) == 1
    with server.signed_in() as client:  # a person marks it as unread
        client.select("INBOX")
        client.store("1", "-FLAGS", r"(\Seen)")
    await rounds(server, keeper).look()
    assert "Seen" not in server.flags()[0]


async def test_what_was_taken_moves_where_it_is_wanted(server: ImapServer, keeper: Keeper) -> None:
    server.make("Schon gelesen & gezählt")
    server.put(a_mail(In_Reply_To=MESSAGE_ID))
    server.put(OTHERS["an invoice of a supplier"])
    assert await rounds(server, keeper, taken_folder="Schon gelesen & gezählt").look() == 1
    assert (len(server.flags()), len(server.flags("Schon gelesen & gezählt"))) == (1, 1)
    server.put(a_mail(In_Reply_To=MESSAGE_ID, message_id="<2@x>"))
    assert await rounds(server, keeper, taken_folder="Not there").look() == 1
    assert "Seen" in server.flags()[-1]


async def test_of_a_huge_mail_the_first_mebibyte_is_taken(server: ImapServer, keeper: Keeper) -> None:
    server.put(a_mail("We paid.", In_Reply_To=MESSAGE_ID, files=(("scan.pdf", b"x" * 3_000_000),)))
    assert await rounds(server, keeper).look() == 1
    assert len(keeper.kept[0].content) == LARGEST


async def test_a_mailbox_that_cannot_be_looked_into_says_why_and_quotes_nobody(
    server: ImapServer, keeper: Keeper
) -> None:
    for more, why in (
        ({"password": "wrong"}, "does not let us in"),
        ({"folder": "Nowhere"}, "no such folder"),
        ({"port": 1}, "nobody listens"),
        ({"security": "starttls"}, "imap: "),
        ({"security": "tls"}, "imap: "),
    ):
        with pytest.raises(MailboxUnavailable, match=why) as caught:
            await rounds(server, keeper, **more).look()
        assert "demouser" not in str(caught.value)


def test_it_is_encrypted_where_it_is_to_be() -> None:
    with imap_server(tls=True) as server:
        account = server.account(security="starttls", authorities=CERTIFICATE)
        with pytest.raises(MailboxUnavailable, match="certificate"):
            OpenMailbox(server.account(security="starttls"))
        with OpenMailbox(replace(account, host="localhost")) as box:
            assert list(box.since(AT.date())) == []
            assert box.has_folder("INBOX")
