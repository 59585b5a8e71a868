"""The built-in mail server: it takes what comes back to our own messages, and nothing else; it sends nothing on.

Whoever is told 250 has handed it over for good: it is in the store by then. While the store does not work they are told
to come again, as mail servers do for days.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.incoming.addresses import SignedAddresses
from adapters.incoming.mail import ArrivedMail
from dunning.errors import DunningError

LARGEST: Final = 1024 * 1024  # bytes of one mail
GREETING: Final = "takes what comes back"
_MOST_IN_A_WHILE, _A_WHILE = 50, timedelta(days=1)  # about one message, which nobody writes in earnest
_MOST_RECIPIENTS: Final = 50
_CALLS: Final = {"RCPT": 500, "DATA": 200, "*": 1_000}  # in one conversation
_LIBRARY_LOG: Final = "mail.log"
_NOBODY: Final = frozenset({"", "<>"})
_NO_SUCH: Final = "550 5.1.1 no such address here"
_LATER: Final = "451 4.3.0 not now, come again later"
_FULL: Final = b"421 4.3.2 too many connections, come again later\r\n"
_LOG: Final = structlog.get_logger("dunning.mail")


class ReceiverError(DunningError):
    """A server that cannot listen as it should."""


class Keeper(Protocol):
    """Where mail is kept, as `adapters.storage.mails.Mails` keeps it."""

    async def is_about_ours(self, token: str) -> bool:
        """Whether a message has this name."""

    async def how_many(self, token: str, since: datetime) -> int:
        """How much mail about this message was kept since then."""

    async def keep(self, arrived: Collection[ArrivedMail], at: datetime) -> None:
        """Keep mail for good; what is known stays as it is."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how it listens; port 0 takes a free one. `connections` are open at once, half of them from one address.

    `patience` is for a command, and for a whole mail; `longest` for a conversation, `keeping` for the store.
    """

    host: str = "127.0.0.1"
    port: int = 0
    certificate: Path | None = None
    certificate_key: Path | None = None
    connections: int = 50
    patience: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=10)
    keeping: timedelta = timedelta(seconds=20)


class MailReceiver:
    """Takes mail while its context lasts."""

    def __init__(
        self,
        addresses: SignedAddresses,
        keeper: Keeper,
        listening: Listening,
        clock: Callable[[], Awaitable[datetime]],
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        """`clock` is the installation's, for the moment of arrival; `heard` is told that something was kept."""
        self._addresses, self._keeper, self._listening = addresses, keeper, listening
        self._clock, self._heard = clock, heard
        self._open: dict[_Conversation, str] = {}
        self._server: asyncio.Server | None = None
        self._tls = tls_context(listening)

    @property
    def domain(self) -> str:
        """What it calls itself."""
        return self._addresses.domain

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self._listening.port

    async def __aenter__(self) -> Self:
        # The library notes every sender and recipient at its lower levels; addresses stay out of logs.
        logging.getLogger(_LIBRARY_LOG).setLevel(logging.CRITICAL)
        loop, said = asyncio.get_running_loop(), self._listening
        self._server = await loop.create_server(lambda: _Door(self._converse), said.host, said.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        for conversation in list(self._open):
            conversation.hang_up()
        await self._server.wait_closed()
        self._server = None

    def _converse(self, peer: str) -> SMTP | None:
        """A conversation with who has come; None while there are too many."""
        most = self._listening.connections
        if len(self._open) >= most or Counter(self._open.values())[peer] >= most // 2:
            return None
        conversation = _Conversation(self, self._listening, self._tls, self._open)
        self._open[conversation] = peer
        return conversation

    # What follows is called by the library, by these names.

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what is understood: nobody signs in here."""
        del server, envelope
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_VRFY(self, server: SMTP, session: Session, envelope: Envelope, address: str) -> str:  # noqa: ARG002, N802
        """Tell nobody which addresses there are."""
        return "252 2.1.5 send it, and see"

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """Take addresses that we signed, of messages that we know."""
        signed = self._addresses.read(address)
        if signed is None:
            return _NO_SUCH
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        try:
            async with asyncio.timeout(self._listening.keeping.total_seconds()):
                if not await self._keeper.is_about_ours(signed.token):
                    return _NO_SUCH
                lately = await self._keeper.how_many(signed.token, await self._clock() - _A_WHILE)
        except Exception as error:  # noqa: BLE001 - a store that is down, whatever it says
            _LOG.warning("mail is put off", error=type(error).__name__)
            return _LATER
        if lately >= _MOST_IN_A_WHILE:
            return "452 4.2.1 too many mails about one message, come again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Keep it, then say so."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        from_nobody = (envelope.mail_from or "") in _NOBODY
        signed = dict.fromkeys(one for to in envelope.rcpt_tos if (one := self._addresses.read(to)) is not None)
        mail = [ArrivedMail(one.token, one.purpose, from_nobody, content) for one in signed]
        try:
            async with asyncio.timeout(self._listening.keeping.total_seconds()):
                await self._keeper.keep(mail, await self._clock())
        except Exception as error:  # noqa: BLE001 - as above: what was not kept comes again
            _LOG.warning("mail is put off", error=type(error).__name__)
            return _LATER
        self._heard()
        return "250 2.0.0 kept"

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours, or of a peer that speaks no SMTP, says nothing about the mail."""
        _LOG.warning("a conversation broke", error=type(error).__name__)
        return _LATER


class _Door(asyncio.Protocol):
    """Lets a connection in, or turns it away before anything is said."""

    def __init__(self, converse: Callable[[str], SMTP | None]) -> None:
        self._converse = converse

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a server is given
        name = transport.get_extra_info("peername")
        conversation = self._converse(str(name[0]) if name else "")
        if conversation is None:
            transport.write(_FULL)
            transport.close()
            return
        transport.set_protocol(conversation)
        conversation.connection_made(transport)


class _Conversation(SMTP):
    """One connection. Lines may be as long as a mail: some programs write a page in one."""

    line_length_limit = LARGEST

    def __init__(
        self,
        receiver: MailReceiver,
        said: Listening,
        tls: ssl.SSLContext | None,
        among: dict[_Conversation, str],
    ) -> None:
        super().__init__(
            receiver,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname=receiver.domain,
            ident=GREETING,
            tls_context=tls,
            timeout=said.patience.total_seconds(),
            command_call_limit=_CALLS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
        )
        self._among = among
        self._ends = self.loop.call_later(said.longest.total_seconds(), self.hang_up)

    def hang_up(self) -> None:
        """End it, whatever is being said."""
        if self.transport is not None:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for the next."""
        self._ends.cancel()
        self._among.pop(self, None)
        super().connection_lost(error)


def tls_context(said: Listening) -> ssl.SSLContext | None:
    """What STARTTLS needs. Raises `ReceiverError` for files that are no certificate and its key."""
    if said.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(said.certificate, said.certificate_key)
    except (OSError, ssl.SSLError) as error:
        raise ReceiverError(
            f"incoming.certificate: found {said.certificate}: {error.strerror or type(error).__name__}; allowed a PEM "
            "file of a certificate and its key"
        ) from None
    return context
