"""The mailbox keeps every message once, whatever its channel and whoever sent it, and hands it out for reading."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from aiosmtplib import SMTP, SMTPDataError, SMTPServerDisconnected

from adapters.correspondence import Correspondent
from adapters.email import EmailCourier
from adapters.logo import Logo
from adapters.mailbox import KeepingCourier, KeptMessage, MailboxCourier, RememberedMailbox
from adapters.mailbox_server import MailboxServer
from adapters.messages.composer import Composer
from dunning.errors import FateUnknown, NotTaken
from dunning.records import Channel
from tests.adapters.letterboxes import a_letterbox, a_parcel
from tests.adapters.mail_host import MailHost, listening, towards
from tests.fakes.creditors import NORTHWIND, a_creditor

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def a_message(message_id: str = "m1", *, at: datetime = NOON, invoice_id: str | None = "INV-1") -> KeptMessage:
    return KeptMessage(
        id=message_id,
        channel="email",
        sender="accounts@northwind.example",
        to="ap@acme.example",
        subject="A friendly reminder",
        text="Dear Acme,",
        at=at,
        invoice_id=invoice_id,
    )


def at_noon() -> datetime:
    return NOON


async def send_to(server: MailboxServer, message: EmailMessage) -> None:
    async with SMTP(hostname="127.0.0.1", port=server.port, start_tls=False) as client:
        await client.send_message(message)


def foreign_mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "billing@other.example", "To": "ap@acme.example", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content("Please find attached nothing.\n")
    return message


# --- keeping ---------------------------------------------------------------------------------------------------------


async def test_a_message_is_kept_once() -> None:
    mailbox = RememberedMailbox()
    await mailbox.keep(a_message())
    await mailbox.keep(a_message(at=NOON + timedelta(days=1)))
    assert await mailbox.list() == [a_message()]
    assert await mailbox.get("m1") == a_message()
    assert await mailbox.get("m2") is None


async def test_the_newest_message_comes_first_and_pages_follow_each_other() -> None:
    mailbox = RememberedMailbox()
    for number, hours in enumerate((2, 0, 1, 1)):
        await mailbox.keep(a_message(f"m{number}", at=NOON + timedelta(hours=hours)))
    first = await mailbox.list(limit=2)
    rest = await mailbox.list(before=first[-1], limit=2)
    assert [message.id for message in (*first, *rest)] == ["m0", "m3", "m2", "m1"]


async def test_the_messages_of_one_invoice_are_found() -> None:
    mailbox = RememberedMailbox()
    await mailbox.keep(a_message("m1", invoice_id="INV-1"))
    await mailbox.keep(a_message("m2", invoice_id="INV-2"))
    await mailbox.keep(a_message("m3", invoice_id=None))
    assert [message.id for message in await mailbox.list(invoice_id="INV-2")] == ["m2"]
    assert len(await mailbox.list()) == 3


# --- as a channel ----------------------------------------------------------------------------------------------------


async def test_every_channel_of_a_policy_has_something_real_to_show() -> None:
    mailbox = RememberedMailbox()
    keep = KeepingCourier(MailboxCourier(), mailbox, NORTHWIND.email)
    office = Correspondent(Composer(NORTHWIND), {"email": keep, "sms": keep, "letter": keep})
    channels: tuple[Channel, ...] = ("email", "sms", "letter")

    for channel in channels:
        message_id = await office.send(a_letterbox("final"), channel)
        assert message_id is not None
        kept = await mailbox.get(message_id)
        assert kept is not None
        assert kept.channel == channel
        assert kept.invoice_id == "INV-2026-0042"

    kept_by = {message.channel: message for message in await mailbox.list()}
    email, sms, letter = (kept_by[channel] for channel in channels)
    assert (email.to, sms.to) == ("ap@acme.example", "+31610000000")
    assert letter.to.startswith("Acme Watersport")
    assert email.html is not None
    assert sms.html is letter.html is None
    assert len(sms.text) <= 160


async def test_the_same_notice_sent_twice_lies_in_the_mailbox_once() -> None:
    mailbox = RememberedMailbox()
    office = Correspondent(
        Composer(NORTHWIND), {"email": KeepingCourier(MailboxCourier(), mailbox, "a@northwind.example")}
    )
    first, again = [await office.send(a_letterbox(), "email") for _ in range(2)]
    assert first == again
    assert len(await mailbox.list()) == 1


# --- beside a carrier ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers, fate, is_kept",
    [
        (("250 OK", "250 OK"), None, True),
        (("550 5.1.1 no such user", ""), None, False),
        (("250 OK", "451 4.3.0 later"), NotTaken, False),
        (("250 OK", "hang up"), FateUnknown, True),
    ],
)
async def test_what_left_or_may_have_left_by_a_mail_server_can_be_read_and_nothing_else(
    answers: tuple[str, str], fate: type[Exception] | None, *, is_kept: bool
) -> None:
    mailbox, logo = RememberedMailbox(), Logo("png", b"\x89PNG\r\n\x1a\n and more")
    async with listening(MailHost(recipients=[answers[0]], contents=[answers[1]])) as host:
        creditor = a_creditor(logo=logo)
        keep = KeepingCourier(EmailCourier(towards(host.port), creditor), mailbox, creditor.email)
        office = Correspondent(Composer(creditor), {"email": keep})
        with pytest.raises(fate) if fate else nullcontext():
            await office.send(a_letterbox("final", locale="sv-SE"), "email")
    kept = await mailbox.list()
    assert len(kept) == is_kept
    for message in kept:
        sent = host.only().get_body(("html",))
        assert sent is not None
        assert sent.get_content().splitlines() == (message.html or "").splitlines()
        assert (message.language, message.wanted) == ("en", "sv-SE")
        assert logo.address in (message.html or "")
        assert logo.inline in (message.html_shown or "")


# --- as a mail server ------------------------------------------------------------------------------------------------


async def test_our_own_mail_arrives_as_it_was_written_at_its_own_moment() -> None:
    mailbox = RememberedMailbox()
    parcel = a_parcel(at=datetime(2031, 1, 1, 9, 0, tzinfo=UTC), subject="Überfällig: € 615,00")
    async with MailboxServer(mailbox, clock=at_noon) as server:
        sender = EmailCourier(towards(server.port), NORTHWIND)
        await sender.deliver(parcel)
        await sender.deliver(parcel)
    [kept] = await mailbox.list()
    assert kept.at == parcel.at
    assert kept.to == "ap@acme.example"
    assert kept.sender == "accounts@northwind.example"
    assert kept.subject == "Überfällig: € 615,00"
    assert kept.text.replace("\r\n", "\n") == parcel.message.text
    assert "&nbsp;615,00" in (kept.html or "")


async def test_any_system_can_send_and_what_it_leaves_out_is_made_up_for() -> None:
    mailbox = RememberedMailbox()
    async with MailboxServer(mailbox, clock=at_noon) as server:
        await send_to(server, foreign_mail(Subject="Invoice 7", Date="Mon, 09 Mar 2026 08:30:00 +0100"))
        await send_to(server, foreign_mail(Subject="No day"))
        await send_to(server, foreign_mail(Subject="Odd day", Date="yesterday, around tea"))
    found = {message.subject: message for message in await mailbox.list()}
    assert found["Invoice 7"].at == datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
    assert found["No day"].at == found["Odd day"].at == NOON
    assert found["No day"].invoice_id is None
    assert all(message.id.isalnum() for message in found.values())


async def test_a_page_without_a_text_and_an_unknown_alphabet_are_kept_all_the_same() -> None:
    mailbox = RememberedMailbox()
    page = EmailMessage()
    page["From"], page["To"] = "billing@other.example", "ap@acme.example"
    page.set_content("<p>Hello</p>", subtype="html")
    odd = EmailMessage()
    odd["From"], odd["To"] = "billing@other.example", "ap@acme.example"
    odd["Content-Type"] = 'text/plain; charset="klingon"'
    odd.set_payload("nuqneH")
    async with MailboxServer(mailbox, clock=at_noon) as server:
        await send_to(server, page)
        await send_to(server, odd)
    texts = {(message.text.strip(), (message.html or "").strip()) for message in await mailbox.list()}
    assert texts == {("", "<p>Hello</p>"), ("nuqneH", "")}


async def test_a_message_beyond_all_measure_is_refused() -> None:
    mailbox = RememberedMailbox()
    async with MailboxServer(mailbox) as server:
        client = SMTP(hostname="127.0.0.1", port=server.port, start_tls=False)
        await client.connect()
        await client.mail("a@other.example")
        await client.rcpt("b@other.example")
        with pytest.raises(SMTPDataError, match="552"):
            await client.data(b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"x" * 70 + b"\r\n") * 150_000)
        client.close()
    assert not await mailbox.list()


def test_a_message_on_its_way_shows_nobodys_name_when_it_is_printed() -> None:
    shown = repr(a_parcel()) + repr(a_message())
    assert "acme" not in shown.lower()
    assert "INV-2026-0042" in shown


async def test_the_mailbox_writes_no_address_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with MailboxServer(RememberedMailbox()) as server:
        await send_to(server, foreign_mail(Subject="Invoice 7"))
    assert "acme" not in caplog.text


async def test_the_server_stops_while_somebody_is_still_connected() -> None:
    server = MailboxServer(RememberedMailbox())
    async with server:
        lingering = SMTP(hostname="127.0.0.1", port=server.port, start_tls=False)
        await lingering.connect()
    with pytest.raises(SMTPServerDisconnected):
        await lingering.noop()
    assert server.port == 0
