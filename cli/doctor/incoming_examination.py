"""Whether what comes back by e-mail is taken: somebody listens for it, the mailbox opens, all of it could be read."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

from adapters.incoming.mail import NOT_GIVEN, NOT_OURS, UNREADABLE
from adapters.incoming.receiver import GREETING, ReceiverError, tls_context
from adapters.settings import Settings
from adapters.storage.engine.database import Database
from adapters.storage.mails import Mails
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.looking import looked_up
from cli.installation.mail_back import listening_of
from cli.installation.mailbox_rounds import account_of

PATIENCE: Final = timedelta(seconds=5)
_MOST_NAMED: Final = 5
_WHAT: Final = "mail that comes back"
_MAILBOX: Final = "reply mailbox"
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what listens there answers here
_WHY: Final = {UNREADABLE: "cannot be taken apart", NOT_GIVEN: "not given by the server"}
_START: Final = "start one of them, or look where it runs: dunning up, dunning mail"


async def examine_incoming_mail(settings: Settings) -> Diagnosis:
    """The addresses that notices have of their own, who takes what is sent there, and what could not be read."""
    said = settings.incoming
    if said.place is None and settings.imap.host is None:
        returns = settings.smtp.returns_to or settings.creditor.email or "the creditor"
        return Diagnosis(_WHAT, well=True, found=f"none is read; bounces go to {returns}")
    nothing: tuple[int, datetime | None] = (0, None)
    waiting, since = await looked_up(settings, _unread, otherwise=nothing)
    if waiting and since is not None:
        found = f"{waiting} could not be read so far, the oldest of {since:%Y-%m-%d %H:%M} UTC"
        fix = "the log of `dunning mail` or `dunning up` names the kind of failure; each is tried again by itself"
        return Diagnosis(_WHAT, well=True, found=found, fix=fix, warns=True)
    return await _server(settings)


async def _server(settings: Settings) -> Diagnosis:
    """Who listens, from where we stand; in another container that may be nobody, though all is well."""
    said, place = settings.incoming, settings.incoming.address or settings.incoming.domain
    if said.port is None:
        if place is not None and settings.imap.host is None:
            fix = "set incoming.port (DUNNING_INCOMING__PORT), or imap.host (DUNNING_IMAP__HOST)"
            return Diagnosis(_WHAT, well=True, found=f"{place}: nobody takes what is sent there", fix=fix, warns=True)
        return Diagnosis(_WHAT, well=True, found=f"{place or 'what answers our messages'}, from the reply mailbox")
    try:
        tls_context(listening_of(said))
    except ReceiverError as error:
        fix = "correct incoming.certificate (DUNNING_INCOMING__CERTIFICATE), or leave it out: nothing is encrypted then"
        return Diagnosis(_WHAT, well=False, found=str(error), fix=fix)
    at = f"{_EVERYWHERE.get(said.host, said.host)}:{said.port}"
    if said.port and not await _greets(_EVERYWHERE.get(said.host, said.host), said.port):
        return Diagnosis(_WHAT, well=True, found=f"{place}: found nobody of ours at {at}", fix=_START, warns=True)
    secured = "with STARTTLS" if said.certificate else "without encryption"
    return Diagnosis(_WHAT, well=True, found=f"{place}, taken at {at} {secured}")


async def examine_mailbox(settings: Settings) -> Diagnosis:
    """The mailbox that is looked into, and the messages that were left there though they may be for us."""
    account = account_of(settings.imap)
    if account is None:
        return Diagnosis(_MAILBOX, well=True, found="none is looked into; imap.host is not set")
    from adapters.incoming.imap import MailboxUnavailable, OpenMailbox

    def look() -> str | None:
        """The folder that is missing."""
        with OpenMailbox(account) as box:
            folder = account.taken_folder
            return None if folder is None or box.has_folder(folder) else folder

    place = f"{account.folder} at {account.host}"
    try:
        missing = await asyncio.wait_for(asyncio.to_thread(look), 2 * PATIENCE.total_seconds())
    except (MailboxUnavailable, TimeoutError) as error:
        why = str(error).removeprefix("imap: ") or "no answer in time"
        return Diagnosis(_MAILBOX, well=False, found=f"{place}: {why}", fix="correct the settings under imap")
    if missing is not None:
        fix = "make it, or correct imap.taken_folder (DUNNING_IMAP__TAKEN_FOLDER); until then they are marked as read"
        return Diagnosis(_MAILBOX, well=True, found=f"{place}: there is no folder {missing}", fix=fix, warns=True)
    none: dict[int, str] = {}
    left = await looked_up(settings, lambda database: Mails(database).left_in(account.name), otherwise=none)
    unread = {uid: why for uid, why in left.items() if why != NOT_OURS}
    if unread:
        named = ", ".join(f"UID {uid} ({_WHY.get(why, why)})" for uid, why in list(unread.items())[:_MOST_NAMED])
        more = f" and {len(unread) - _MOST_NAMED} more" if len(unread) > _MOST_NAMED else ""
        fix = "read them there; what they say can be told over the API"
        return Diagnosis(_MAILBOX, well=True, found=f"{place}: left {named}{more}", fix=fix, warns=True)
    others = f"; {len(left)} about nothing of ours were left alone" if left else ""
    return Diagnosis(_MAILBOX, well=True, found=f"{place}{others}")


async def _unread(database: Database) -> tuple[int, datetime | None]:
    return await Mails(database).unread()


async def _greets(host: str, port: int) -> bool:
    """Whether our own mail server answers there."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            reader, writer = await asyncio.open_connection(host, port)
            said = await reader.readline()
            writer.write(b"QUIT\r\n")
            writer.close()
    except (OSError, TimeoutError):
        return False
    return GREETING.encode() in said
