"""The built-in mail server in real SMTP: it takes what is ours, keeps it before it says so, and gives nobody more."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from adapters.incoming.addresses import Signatures, SignedAddresses
from adapters.incoming.mail import ArrivedMail
from adapters.incoming.receiver import LARGEST, Listening, MailReceiver, ReceiverError
from tests.adapters.mail_host import CERTIFICATE
from tests.mail_samples import a_bounce, a_mail

SIGNATURES = Signatures(b"s" * 32)
OURS = SignedAddresses(SIGNATURES, "reply.northwind.example")
BOUNCE, REPLY = OURS.address("bounce", "one"), OURS.address("reply", "one")
TOKEN = SIGNATURES.token("one")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Keeper:
    """`down` raises, `slow` never ends."""

    kept: list[ArrivedMail] = field(default_factory=list)
    down: bool = False
    slow: bool = False

    async def is_about_ours(self, token: str) -> bool:
        await self._work()
        return token == TOKEN

    async def how_many(self, token: str, since: datetime) -> int:
        assert since == AT - timedelta(days=1)
        return len(self.kept)

    async def keep(self, arrived: Collection[ArrivedMail], at: datetime) -> None:
        assert at == AT
        await self._work()
        self.kept.extend(arrived)

    async def _work(self) -> None:
        if self.down:
            raise OSError("the disk is full")
        if self.slow:
            await asyncio.Event().wait()


@asynccontextmanager
async def receiving(keeper: Keeper, **said: Any) -> AsyncIterator[MailReceiver]:
    async def clock() -> datetime:
        return AT

    async with MailReceiver(OURS, keeper, Listening(**said), clock) as receiver:
        yield receiver


@asynccontextmanager
async def talking(receiver: MailReceiver, **said: Any) -> AsyncIterator[SMTP]:
    async with SMTP(hostname="127.0.0.1", port=receiver.port, start_tls=False, timeout=10, **said) as client:
        yield client


async def send(receiver: MailReceiver, content: bytes, *to: str, sender: str = "") -> None:
    async with talking(receiver) as client:
        await client.sendmail(sender, list(to), content)


async def refusal(receiver: MailReceiver, content: bytes, *to: str) -> tuple[int, str]:
    """The code and the words with which mail was refused; those never repeat an address."""
    with pytest.raises((SMTPRecipientsRefused, SMTPDataError, SMTPResponseException)) as caught:
        await send(receiver, content, *to)
    error: Any = caught.value
    refused = error.recipients[0] if isinstance(error, SMTPRecipientsRefused) else error
    assert "@" not in refused.message
    return refused.code, refused.message


async def test_it_takes_what_is_sent_to_our_messages_own_addresses() -> None:
    keeper = Keeper()
    async with receiving(keeper) as receiver:
        await send(receiver, a_bounce(), BOUNCE.upper())
        await send(receiver, a_mail(), REPLY, sender="ada@lovelace.example")
    assert [(one.token, one.purpose, one.from_nobody) for one in keeper.kept] == [
        (TOKEN, "bounce", True), (TOKEN, "reply", False)
    ]  # fmt: skip
    assert keeper.kept[1].content == a_mail()
    assert keeper.kept[1].message_id == "<1@lovelace.example>"


async def test_it_relays_nothing_and_takes_no_address_that_we_did_not_sign() -> None:
    keeper = Keeper()
    forged = f"{'b' + TOKEN + 'a' * 16}@reply.northwind.example"
    unknown = OURS.address("bounce", "a message that we do not know")
    async with receiving(keeper) as receiver:
        for to in ("boss@bank.example", "postmaster@reply.northwind.example", forged, unknown, "root"):
            assert await refusal(receiver, a_mail(), to) == (550, "5.1.1 no such address here")
        async with talking(receiver) as client:
            await client.mail("a@b.example")
            await client.rcpt(REPLY)
            with pytest.raises(SMTPResponseException):
                await client.rcpt("boss@bank.example")
            await client.data(a_mail())  # of two recipients the one that is ours gets it
            assert (await client.vrfy(REPLY)).code == 252  # whatever is asked for
            with pytest.raises(SMTPResponseException):
                await client.expn("all")
            assert not client.supports_extension("auth")
    assert [one.purpose for one in keeper.kept] == ["reply"]


async def test_what_is_not_kept_is_put_off_and_comes_again() -> None:
    """250 only once it is in the store."""
    keeper = Keeper()
    async with receiving(keeper, keeping=timedelta(seconds=0.2)) as receiver:
        async with talking(receiver) as client:
            await client.mail("")
            await client.rcpt(BOUNCE)
            keeper.down = True  # between RCPT and DATA
            with pytest.raises(SMTPDataError) as caught:
                await client.data(a_bounce())
            assert caught.value.code == 451
            keeper.down, keeper.slow = False, True
            await client.mail("")
            with pytest.raises(SMTPResponseException) as put_off:
                await client.rcpt(BOUNCE)
            assert put_off.value.code == 451
        assert keeper.kept == []
        keeper.slow = False
        await send(receiver, a_bounce(), BOUNCE)
    assert len(keeper.kept) == 1


async def test_it_takes_a_mebibyte_and_lines_as_long_as_that() -> None:
    keeper = Keeper()
    head = b"From: a@b.example\r\n\r\n"
    most = head + b"a" * (LARGEST - len(head) - 2) + b"\r\n"
    async with receiving(keeper) as receiver:
        await send(receiver, most, REPLY)
        async with talking(receiver) as client:
            await client.mail("a@b.example")
            assert client.esmtp_extensions["size"] == str(LARGEST)
            await client.rcpt(REPLY)
            with pytest.raises(SMTPDataError) as caught:
                await client.data(b"a" + most)
            assert caught.value.code == 552
            with pytest.raises(SMTPResponseException) as announced:
                await client.mail("a@b.example", options=[f"SIZE={LARGEST + 1}"])
            assert announced.value.code == 552
    assert [len(one.content) for one in keeper.kept] == [LARGEST]


async def test_who_floods_one_message_comes_again_another_day() -> None:
    keeper = Keeper()
    async with receiving(keeper) as receiver:
        async with talking(receiver) as client:
            for _ in range(50):
                await client.sendmail("a@b.example", [REPLY], a_mail())
        assert (await refusal(receiver, a_mail(), REPLY))[0] == 452


async def test_who_says_nothing_is_hung_up_on_and_too_many_are_turned_away() -> None:
    async with receiving(Keeper(), patience=timedelta(seconds=0.3), connections=4) as receiver:
        readers = [await asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(2)]
        assert [(await reader.readline())[:3] for reader, _ in readers] == [b"220", b"220"]
        third, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        assert (await third.read())[:9] == b"421 4.3.2"  # half of the four are from one address
        assert [await asyncio.wait_for(reader.read(), 5) for reader, _ in readers] == [b"", b""]
        for one in (writer, *(writer for _, writer in readers)):
            one.close()
        await send(receiver, a_bounce(), BOUNCE)  # there is place again


async def test_who_is_slow_within_a_mail_or_talks_for_ever_is_hung_up_on() -> None:
    async with receiving(Keeper(), patience=timedelta(seconds=0.3), longest=timedelta(seconds=0.9)) as receiver:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        said = f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{BOUNCE}>\r\nDATA\r\n"
        writer.write(said.encode())
        await reader.readuntil(b"354")
        assert await hung_up_on(reader, writer, b"a line now and then\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        assert await hung_up_on(reader, writer, b"NOOP\r\n")


async def hung_up_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> bool:
    """Whether who goes on with such lines is hung up on within three seconds."""
    for _ in range(60):
        await asyncio.sleep(0.05)
        try:
            writer.write(line)
            await writer.drain()
            if reader.at_eof():
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1_000), 0.05)
        except ConnectionError:
            return True
    return False


@pytest.mark.parametrize(
    "said",
    [
        b"EHLO " + b"x" * 5_000 + b"\r\nQUIT\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\r\nQUIT\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nQUIT\r\n",
        b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<" + b"(" * 200 + b"@x>\r\nRCPT TO:<\xff\xfe@\xff>\r\nQUIT\r\n",
        b"EHLO x\r\n" + b"RCPT TO:<a@b.example>\r\n" * 300 + b"QUIT\r\n",
        b"EHLO x\r\nMAIL FROM:<>\r\n" + b"RCPT TO:<a@b.example>\r\n" * 600,
        b"EHLO x\r\nSTARTTLS\r\nQUIT\r\n",
        b"EHLO x\r\nAUTH PLAIN AGEAYg==\r\nQUIT\r\n",
    ],
)
async def test_nonsense_ends_without_a_mail_and_without_a_fault(said: bytes) -> None:
    keeper = Keeper()
    async with receiving(keeper) as receiver:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        writer.write(said)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert answer.startswith(b"220")
        await send(receiver, a_bounce(), BOUNCE)
    assert len(keeper.kept) == 1


async def test_a_line_end_that_is_none_ends_no_mail() -> None:
    """Who smuggles a second mail behind a lone line feed has written one mail."""
    keeper = Keeper()
    smuggled = b"Subject: one\r\n\r\nwords\n.\nMAIL FROM:<a@b>\nRCPT TO:<boss@bank.example>\nDATA\nx\r\n"
    async with receiving(keeper) as receiver:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        writer.write(f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{REPLY}>\r\nDATA\r\n".encode() + smuggled + b".\r\nQUIT\r\n")
        await asyncio.wait_for(reader.read(), 10)
        writer.close()
    assert [one.content for one in keeper.kept] == [smuggled]


async def test_it_encrypts_where_it_has_a_certificate() -> None:
    keeper = Keeper()
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    async with receiving(keeper, certificate=CERTIFICATE) as receiver, talking(receiver) as client:
        await client.starttls(tls_context=trusting, server_hostname="localhost")
        assert not client.supports_extension("starttls")
        await client.sendmail("", [BOUNCE], a_bounce())
    assert len(keeper.kept) == 1
    with pytest.raises(ReceiverError):
        async with receiving(keeper, certificate=CERTIFICATE.with_name("reading.py")):
            pass


async def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            async with receiving(Keeper(), port=taken.getsockname()[1]):
                pass
