"""A mail server for tests that speaks real SMTP, answers as it is told and remembers what it took."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.email import SmtpServer

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Made for these tests: a key and a certificate for this machine's own name, trusted by nobody else."""


def taken_as(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=policy.default)


@dataclass
class MailHost:
    """`senders`, `recipients` and `contents` are the answers to MAIL, RCPT and DATA, in order; then all is taken."""

    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.senders.pop(0) if self.senders else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.pop(0) if self.recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        answer = self.contents.pop(0) if self.contents else "250 OK"
        if answer == "fall silent":
            await asyncio.Event().wait()
        if answer == "hang up":
            self.taken.append(envelope)
            assert server.transport is not None
            server.transport.close()
        elif answer.startswith("250"):
            self.taken.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        self.logins.append(login.login.decode())
        return AuthResult(success=login == LoginPassword(b"northwind", b"sesame"), handled=False)

    def only(self) -> EmailMessage:
        assert len(self.taken) == 1
        return taken_as(self.taken[0])


@asynccontextmanager
async def listening(
    host: MailHost, *, tls: bool = False, starttls: bool = False, login: bool = False, utf8: bool = False
) -> AsyncIterator[MailHost]:
    """The host on a port of its own, for as long as the context lasts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    def conversation() -> SMTP:
        return SMTP(
            host,
            hostname="mail.example",
            enable_SMTPUTF8=utf8,
            tls_context=context if starttls else None,
            auth_required=login,
            auth_require_tls=starttls,
            authenticator=host.authenticate if login else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, "127.0.0.1", 0, ssl=context if tls else None)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()


@asynccontextmanager
async def breaking_off_mid_message() -> AsyncIterator[int]:
    """A server that asks for the message and hangs up when its first line has come."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readline()
                break
            writer.write(b"250 OK\r\n")
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def overheard() -> AsyncIterator[tuple[int, list[list[str]]]]:
    """A server that takes everything and offers reports of delivery; what it was told, in each conversation."""
    told: list[list[str]] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine: list[str] = []
        told.append(mine)
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            mine.append(line.decode().rstrip())
            match line[:4].upper():
                case b"EHLO":
                    writer.write(b"250-mail.example\r\n250 DSN\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(b"250 OK\r\n")
                case _:
                    writer.write(b"250 OK\r\n")
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], told
    finally:
        server.close()


def towards(port: int, **settings: Any) -> SmtpServer:
    return SmtpServer(**{"port": port, "security": "plain", **settings})
