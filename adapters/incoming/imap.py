"""A mailbox on another server, as far as we need it: which messages it has, what they say, and that one was taken.

The library's own ways to mark and to move a message also remove for good whatever anybody else has marked as deleted in
that mailbox. So those two are said to the server word for word.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal, Self

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from adapters.incoming.receiver import LARGEST
from dunning.errors import DunningError

_OK: Final = "OK"


class MailboxUnavailable(DunningError):
    """A mailbox that cannot be looked into now: no answer, a wrong password, a folder that is not there."""


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    """Where it is and who looks into it. Without a `taken_folder` a message that was taken is marked as read.

    `authorities` is a file of certificates to trust instead of the system's; `patience` in seconds bounds each answer.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    taken_folder: str | None = None
    authorities: Path | None = None
    patience: float = 30.0

    @property
    def name(self) -> str:
        """What the store calls it."""
        return f"{self.username}@{self.host}/{self.folder}"


class OpenMailbox:
    """One visit. Every call waits for the server, and belongs into a thread; each raises `MailboxUnavailable`."""

    def __init__(self, account: MailboxAccount) -> None:
        """Sign in and open the folder."""
        self._account = account
        with _asking():
            self._box = _connected(account)
        try:
            with _asking():
                self._box.login(account.username, account.password, initial_folder=None)
                said, can = self._box.client.capability()  # it can more once somebody is signed in
                self._moves = said == _OK and any(b"MOVE" in one.upper().split() for one in can if one is not None)
                self._box.folder.set(account.folder)
                validity = self._box.client.response("UIDVALIDITY")[1][-1]
                self.validity = int(validity) if isinstance(validity, bytes) else 0
        except MailboxUnavailable:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave, whatever the server says to it."""
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            self._box.client.logout()

    def has_folder(self, name: str) -> bool:
        """Whether there is such a folder."""
        with _asking():
            return bool(self._box.folder.exists(name))

    def since(self, day: date) -> Sequence[int]:
        """The messages that arrived on this day or later, the oldest first, by their numbers (UID)."""
        with _asking():
            return sorted(int(one) for one in self._box.uids(AND(date_gte=day), charset=None))

    def head(self, uid: int) -> bytes | None:
        """The headers of a message, as `content`."""
        return self._given(uid, f"BODY.PEEK[HEADER]<0.{LARGEST}>")

    def content(self, uid: int) -> bytes | None:
        """A message as it came, its first mebibyte; None where the server does not give it. It stays unread."""
        return self._given(uid, f"BODY.PEEK[]<0.{LARGEST}>")

    def _given(self, uid: int, what: str) -> bytes | None:
        with _asking():
            said, parts = self._box.client.uid("FETCH", str(uid), f"({what})")
        if said != _OK:
            return None
        return next((part[1] for part in parts if isinstance(part, tuple) and isinstance(part[1], bytes)), None)

    def mark_taken(self, uid: int) -> None:
        """Move it where it belongs now, or mark it as read. Where the server cannot move, it is marked."""
        folder = self._account.taken_folder
        with _asking():
            if folder is not None and self._moves:
                where = encode_folder(folder)
                said, _ = self._box.client.uid("MOVE", str(uid), where.decode())
                if said == _OK:
                    return
            self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


class _asking:  # noqa: N801 - it reads as what it does
    """Turn what goes wrong between us and the server into ours; what the server says is never quoted."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ImapToolsError | imaplib.IMAP4.error | OSError | ValueError):
            raise MailboxUnavailable(f"imap: {_kind(error)}") from None


def _kind(error: BaseException) -> str:
    names = {
        "MailboxLoginError": "the server does not let us in",
        "MailboxFolderSelectError": "there is no such folder",
        "SSLCertVerificationError": "its certificate is none that we trust",
        "ConnectionRefusedError": "nobody listens there",
        "gaierror": "there is no such host",
        "TimeoutError": "no answer in time",
        "MailboxStarttlsError": "it speaks no STARTTLS",
    }
    return names.get(type(error).__name__, type(error).__name__)


def _connected(account: MailboxAccount) -> BaseMailBox:
    if account.security == "plain":
        return MailBoxUnencrypted(account.host, account.port, timeout=account.patience)
    context = ssl.create_default_context(cafile=str(account.authorities) if account.authorities else None)
    if account.security == "starttls":
        return MailBoxStartTls(account.host, account.port, timeout=account.patience, ssl_context=context)
    return MailBox(account.host, account.port, timeout=account.patience, ssl_context=context)
