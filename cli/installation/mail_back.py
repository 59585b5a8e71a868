"""What comes back by e-mail, as the settings say: addresses of each message, the server, the mailbox, the reading."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final

import structlog

from adapters.incoming.addresses import Signatures
from adapters.incoming.receiver import Listening, MailReceiver
from adapters.settings import IncomingSettings
from adapters.storage.mails import Mails
from api.from_mail.news import MailNews
from cli.exits import Missing
from cli.installation.connections import addresses_of
from cli.installation.installation import Installation
from cli.installation.mailbox_rounds import rounds_of

READ_EVERY: Final = timedelta(seconds=5)
_LOG: Final = structlog.get_logger("dunning.mail")


def listening_of(said: IncomingSettings) -> Listening:
    """Where the built-in mail server listens."""
    return Listening(said.host, said.port or 0, said.certificate, said.certificate_key, connections=said.connections)


@asynccontextmanager
async def run_mail(of: Installation) -> AsyncIterator[str | None]:
    """Take what comes back, and read it, while the block lasts; yields where the server listens, None without one.

    Raises `Missing` where it cannot listen, and `ReceiverError` for a certificate that is none.
    """
    waiting = asyncio.Event()
    said = of.settings.incoming
    addresses = addresses_of(said, Signatures(of.store.database.fingerprint_key))
    async with AsyncExitStack() as stack:
        place = None
        if addresses is not None and said.port is not None:
            receiver = MailReceiver(addresses, Mails(of.store.database), listening_of(said), of.clock.now, waiting.set)
            await _listening(stack, receiver, said)
            place = f"{said.host}:{receiver.port}"
        tasks = [asyncio.create_task(_read(of, waiting))]
        tasks += [asyncio.create_task(one) for one in rounds_of(of, addresses, waiting.set)]
        stack.push_async_callback(_ended, tasks)
        yield place


async def _listening(stack: AsyncExitStack, receiver: MailReceiver, said: IncomingSettings) -> None:
    try:
        await stack.enter_async_context(receiver)
    except OSError as error:
        why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise Missing(
            f"incoming: found no way to listen on {said.host}:{said.port}: {why}; allowed a free port in incoming.port "
            "(DUNNING_INCOMING__PORT)"
        ) from None


async def _read(of: Installation, waiting: asyncio.Event) -> None:
    """Read what was kept, at once where it was kept here, within seconds where another process kept it."""
    news = MailNews(of.case_service)
    while True:
        waiting.clear()
        try:
            await news.read_waiting()
        except Exception as error:  # noqa: BLE001 - a store that is down: the next round tries again
            _LOG.warning("mail could not be read", error=type(error).__name__)
        try:
            await asyncio.wait_for(waiting.wait(), READ_EVERY.total_seconds())
        except TimeoutError:
            continue


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
