"""An SMTP server in front of the mailbox, so that any system can send to it; nothing it takes leaves this machine."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.clock import now
from adapters.mailbox import KeptMessage, MailboxStore

_ID_LENGTH: Final = 32
_LARGEST: Final = 10 * 1024 * 1024  # bytes of one message
_LIBRARY_LOG: Final = "mail.log"


class MailboxServer:
    """Takes e-mail for any address while its context lasts, and keeps each message once."""

    def __init__(
        self, store: MailboxStore, host: str = "127.0.0.1", port: int = 0, clock: Callable[[], datetime] = now
    ) -> None:
        """Port 0 takes a free one; `port` then tells which."""
        self._store = store
        self._host = host
        self._port = port
        self._clock = clock
        self._conversations: WeakSet[SMTP] = WeakSet()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self._port

    async def __aenter__(self) -> Self:
        # The library notes every sender and recipient at its lower levels; addresses stay out of logs.
        logging.getLogger(_LIBRARY_LOG).setLevel(logging.ERROR)
        self._server = await asyncio.get_running_loop().create_server(self._converse, self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        for conversation in self._conversations:
            if conversation.transport is not None:
                conversation.transport.close()
        await self._server.wait_closed()
        self._server = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - the library calls it so
        """Keep a message that has arrived whole."""
        await self._store.keep(as_kept_message(envelope, self._clock()))
        return "250 2.0.0 kept"

    def _converse(self) -> SMTP:
        conversation = SMTP(self, data_size_limit=_LARGEST, enable_SMTPUTF8=True, hostname="mailbox", ident="mailbox")
        self._conversations.add(conversation)
        return conversation


def as_kept_message(envelope: Envelope, arrived_at: datetime) -> KeptMessage:
    """The message as the mailbox keeps it; a part that cannot be read is left empty rather than refused."""
    raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
    message = message_from_bytes(raw, policy=policy.default)
    named = message["Message-ID"] or raw.decode("latin-1")
    return KeptMessage(
        id=hashlib.sha256(str(named).encode()).hexdigest()[:_ID_LENGTH],
        channel="email",
        sender=envelope.mail_from or "",
        to=", ".join(envelope.rcpt_tos),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain") or "",
        html=_part(message, "html"),
        at=_dated(message, arrived_at),
    )


def _part(message: EmailMessage, subtype: str) -> str | None:
    part = message.get_body((subtype,))
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    try:
        return payload.decode(charset, errors="replace") if isinstance(payload, bytes) else None
    except LookupError:
        return payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else None


def _dated(message: EmailMessage, arrived_at: datetime) -> datetime:
    """The moment its sender gave it: in virtual time that is not the moment it arrived."""
    try:
        dated = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return arrived_at
    return arrived_at if dated.tzinfo is None else dated.astimezone(UTC)
