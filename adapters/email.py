"""E-mail over SMTP: a message in text and HTML, handed over in a conversation of which every answer counts."""

from __future__ import annotations

import ssl
from asyncio import TimerHandle, get_running_loop
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from adapters.correspondence import Parcel
from adapters.creditor import Creditor
from adapters.email_message import as_email, email_address
from adapters.incoming.return_paths import ReturnPaths
from adapters.smtp_refusals import LASTING, codes_of, is_refused_address
from dunning.errors import DunningError, FateUnknown, NotTaken

_IDLE: Final = 15.0  # seconds
_MOST_IDLE: Final = 4
_BEFORE_ANYBODY: Final = frozenset({"connection", "EHLO", "MAIL"})  # the server knows of no recipient yet


class SmtpSettingsError(DunningError, ValueError):
    """Settings for a mail server that cannot be used."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where e-mail is handed over. `security` is `tls` (from the first byte), `starttls` (insisted on) or `plain`.

    `authorities` is a file of certificates to trust instead of the system's; `returns_to` is where bounces go, else
    to the creditor. `patience` bounds each answer. Raises `SmtpSettingsError` for a password that would travel openly.
    """

    host: str = "127.0.0.1"
    port: int = 25
    security: Literal["tls", "starttls", "plain"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None
    returns_to: str | None = None
    patience: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        """A password goes over an encrypted connection, or stays on this machine."""
        if self.username is not None and self.security == "plain" and not _is_local(self.host):
            raise SmtpSettingsError(f"smtp.security: found plain and a password for {self.host}; allowed starttls, tls")


def smtp_client(server: SmtpServer, own_name: str | None = None) -> SMTP:
    """A connection to the mail server, for an `async with` to open. `own_name` is who we say we are, if it is known."""
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=None if server.security == "plain" else _trusted(server.authorities, _changed(server.authorities)),
        local_hostname=own_name,
        timeout=server.patience.total_seconds(),
    )


@lru_cache(maxsize=4)
def _trusted(authorities: Path | None, _changed: int) -> ssl.SSLContext:
    """Whom we trust; to read it takes longer than to hand over a message."""
    return ssl.create_default_context(cafile=authorities)


def _changed(authorities: Path | None) -> int:
    return authorities.stat().st_mtime_ns if authorities else 0


class EmailCourier:
    """Hands parcels to the mail server; the same parcel carries the same Message-ID however often it leaves."""

    def __init__(self, server: SmtpServer, creditor: Creditor, returns: ReturnPaths | None = None) -> None:
        """Every message comes from `creditor`. What comes back of it comes to the addresses that it has by `returns`,
        else to `server.returns_to` and the creditor.
        """
        self._server = server
        self._creditor = creditor
        self._returns = returns
        self._open = _OpenConnections()
        self._own_name: str | None = None  # to look it up takes a thread and perhaps a name server

    async def deliver(self, parcel: Parcel) -> str | None:
        """The Message-ID if the server took it, None if this recipient is refused for good.

        Raises `NotTaken` for every other refusal, `FateUnknown` when the connection broke while it had the whole of it.
        """
        recipient = email_address(parcel.to)
        if recipient is None:
            return None
        message_id, written = self._packed(parcel, recipient)
        client = await self._begun(self._sender(parcel), recipient, parcel.id)
        if client is None:
            return None
        try:
            taken = await self._addressed(client, recipient) and await self._taken(client, written)
        except BaseException:
            client.close()
            raise
        self._open.leave(client, used=taken)
        return message_id if taken else None

    async def _begun(self, sender: str, recipient: Address, identity: str) -> SMTP | None:
        """A connection whose server heard from whom the message is; None where it cannot write to such an address.

        One that was left open may have been closed meanwhile: then nothing has left, and a new one is opened.
        """
        while True:
            kept = self._open.take()
            client = kept or await self._connected()
            try:
                if await self._announced(client, sender, recipient, identity):
                    return client
            except NotTaken:
                client.close()
                if kept is None:
                    raise
                self._open.close()
                continue
            except BaseException:
                client.close()
                raise
            self._open.leave(client, used=False)
            return None

    async def _connected(self) -> SMTP:
        """A new connection whose server told what it can."""
        with _asking("connection", quote=True):
            client = smtp_client(self._server, self._own_name)
        try:
            with _asking("connection", quote=True):
                await client.connect()
            with _asking("EHLO"):
                await _greet(client)
        except BaseException:
            client.close()
            raise
        self._own_name = client.local_hostname
        return client

    def _packed(self, parcel: Parcel, recipient: Address) -> tuple[str, bytes]:
        """The Message-ID and all that goes over the line. Whatever goes wrong here, nothing has left yet."""
        try:
            message = as_email(parcel, recipient, self._creditor, self._returns)
            return str(message["Message-ID"]), message.as_bytes()
        except (MessageError, ValueError) as error:
            raise NotTaken(f"smtp message: cannot be written, {type(error).__name__}", lasting=True) from None

    def _sender(self, parcel: Parcel) -> str:
        """Whom servers tell what became of it."""
        own = self._returns.bounces(parcel.id) if self._returns else None
        return own or self._server.returns_to or self._creditor.email

    async def _announced(self, client: SMTP, sender: str, recipient: Address, identity: str) -> bool:
        """Whether the server heard from whom the message is; False where it cannot write to such an address."""
        international = not recipient.addr_spec.isascii()
        if international and not client.supports_extension("smtputf8"):
            return False
        reports = ["RET=HDRS", f"ENVID={identity}"] if client.supports_extension("dsn") else []
        options = [*(["SMTPUTF8"] if international else []), *reports]
        with _asking("MAIL"):
            await client.mail(sender, options=options, encoding=_encoding(recipient))
        return True

    async def _addressed(self, client: SMTP, recipient: Address) -> bool:
        """Whether the server takes mail for the recipient; False if it never will.

        It is asked to report what failed or is late, and nothing of what arrived (RFC 3461).
        """
        options = ["NOTIFY=FAILURE,DELAY"] if client.supports_extension("dsn") else []
        with _asking("RCPT"):
            try:
                await client.rcpt(recipient.addr_spec, options=options, encoding=_encoding(recipient))
            except SMTPRecipientRefused as refusal:
                if is_refused_address(refusal, read_all=False):
                    return False
                raise
        return True

    async def _taken(self, client: SMTP, written: bytes) -> bool:
        """Whether the server took the message; False if it has read all of it and this recipient never gets any.

        Then another channel is used, or a person (N1). What is against us, such as its policy, waits like any channel
        that is down, and somebody who keeps the system is told.
        """
        with _asking("DATA", lost=FateUnknown):
            try:
                await client.data(written)
            except SMTPDataError as refusal:
                if is_refused_address(refusal, read_all=True):
                    return False
                raise
        return True


class _OpenConnections:
    """Connections over which a message has left and the next can, without a new greeting.

    One waits for `_IDLE` seconds at most, and a few at a time: most servers close theirs after minutes.
    """

    def __init__(self) -> None:
        self._idle: list[tuple[SMTP, TimerHandle]] = []

    def take(self) -> SMTP | None:
        """One that is open, if there is one in this loop."""
        loop = get_running_loop()
        while self._idle:
            client, closing = self._idle.pop()
            closing.cancel()
            if client.is_connected and client.loop is loop:
                return client
            client.close()
        return None

    def leave(self, client: SMTP, *, used: bool) -> None:
        """Keep it open after a message was taken; what was refused ends its conversation."""
        if not used or len(self._idle) >= _MOST_IDLE or not client.is_connected:
            client.close()
            return
        self._idle.append((client, get_running_loop().call_later(_IDLE, self._close, client)))

    def close(self) -> None:
        """All of them: one that its server closed tells of the others."""
        while self._idle:
            client, closing = self._idle.pop()
            closing.cancel()
            client.close()

    def _close(self, client: SMTP) -> None:
        self._idle = [one for one in self._idle if one[0] is not client]
        client.close()


async def _greet(client: SMTP) -> None:
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except SMTPHeloError:  # an old server, which has no extensions to tell of
            await client.helo()


def _encoding(recipient: Address) -> Literal["ascii", "utf-8"]:
    return "ascii" if recipient.addr_spec.isascii() else "utf-8"


@contextmanager
def _asking(what: str, *, lost: type[NotTaken | FateUnknown] = NotTaken, quote: bool = False) -> Iterator[None]:
    """Turn every failure of one question to the server into ours.

    What the server said is never quoted, for it repeats addresses; what the network said is, while none was named yet.
    """
    try:
        yield
    except SMTPResponseException as refusal:
        lasting, everybody = refusal.code >= LASTING, what in _BEFORE_ANYBODY
        raise NotTaken(f"smtp {what}: answered {codes_of(refusal)}", lasting=lasting, for_everybody=everybody) from None
    except SMTPNotSupported:
        why = f"smtp {what}: the server lacks an extension that is insisted on"
        raise NotTaken(why, lasting=True, for_everybody=what in _BEFORE_ANYBODY) from None
    except (SMTPException, OSError) as failure:
        why = f"smtp {what}: {type(failure).__name__}{f': {failure}' if quote else ''}"
        if lost is NotTaken:
            raise NotTaken(why, for_everybody=what in _BEFORE_ANYBODY) from None
        raise lost(why) from None


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
