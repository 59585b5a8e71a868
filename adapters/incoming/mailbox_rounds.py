"""Looks into a mailbox again and again: what comes back to our messages is taken, each once; the rest is left alone.

A message is kept in the store first, together with its number, and only then marked: whatever dies in between, it is
neither lost nor taken twice. What is about no message of ours is somebody else's, and stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

import structlog

from adapters import clock
from adapters.incoming.finding import Finder, Findings, Found
from adapters.incoming.imap import MailboxAccount, MailboxUnavailable, OpenMailbox
from adapters.incoming.mail import NOT_GIVEN, NOT_OURS, UNREADABLE, ArrivedMail, Number

LOOKS_BACK: Final = timedelta(days=14)  # shorter than `retention.mail` may be: what is older was looked at
T = TypeVar("T")
_LOG: Final = structlog.get_logger("dunning.mail")


class Keeper(Protocol):
    """Where mail is kept, as `adapters.storage.mails.Mails` keeps it."""

    async def went_to(self, token: str) -> str | None:
        """The address that the message of this name went to; None where there is no such message."""

    async def take(self, arrived: Collection[ArrivedMail], number: Number, at: datetime) -> None:
        """Keep mail for good, with the note that it was taken."""

    async def leave(self, number: Number, why: str, at: datetime) -> None:
        """Note why a message stays where it is."""

    async def looked_at(self, mailbox: str, validity: int, uids: Sequence[int]) -> dict[int, bool]:
        """Which of these messages were looked at before; whether all is done with them, marking included."""

    async def marked(self, number: Number) -> None:
        """Note that a message that was taken is marked as such where it is."""


class MailboxRounds:
    """Looks into one mailbox."""

    def __init__(
        self,
        account: MailboxAccount,
        finder: Finder,
        keeper: Keeper,
        own_domain: str,
        now: Callable[[], Awaitable[datetime]],
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        """`own_domain` is that of the creditor's e-mail. `now` is the installation's clock, for the moment of arrival;
        `heard` is told that something was kept.
        """
        self._account, self._finder, self._keeper = account, finder, keeper
        self._own = own_domain.lower()
        self._now, self._heard = now, heard
        self._is_down = False

    async def go_on(self, every: timedelta) -> None:
        """Look in without end; a mailbox that cannot be looked into is tried again in the next round."""
        while True:
            try:
                await self.look()
                self._is_down = False
            except Exception as error:  # noqa: BLE001 - a server or a store that is down
                if not self._is_down:
                    said = str(error) if isinstance(error, MailboxUnavailable) else type(error).__name__
                    _LOG.warning("the mailbox cannot be looked into", error=said)
                self._is_down = True
            await asyncio.sleep(every.total_seconds())

    async def look(self) -> int:
        """One round; how many messages were taken. Raises `MailboxUnavailable`."""
        box = await asyncio.to_thread(OpenMailbox, self._account)
        try:
            uids = await asyncio.to_thread(box.since, (clock.now() - LOOKS_BACK).date())
            known = await self._keeper.looked_at(self._account.name, box.validity, uids)
            for uid in (uid for uid, is_done in known.items() if not is_done):
                await self._mark(box, uid)
            return sum([await self._take(box, uid) for uid in uids if uid not in known])
        finally:
            await asyncio.to_thread(box.close)

    async def _take(self, box: OpenMailbox, uid: int) -> bool:
        number: Number = (self._account.name, box.validity, uid)
        try:
            arrived = await self._read(box, uid)
        except _Left as left:
            await self._keeper.leave(number, left.why, await self._now())
            return False
        await self._keeper.take([arrived], number, await self._now())
        self._heard()
        await self._mark(box, uid)
        return True

    async def _read(self, box: OpenMailbox, uid: int) -> ArrivedMail:
        """A message, once it is clear that it is about one of ours. Raises `_Left`."""
        head = await asyncio.to_thread(box.head, uid)
        if head is None:
            raise _Left(NOT_GIVEN)
        if not await self._understood(self._finder.is_worth_reading, head):
            raise _Left(NOT_OURS)
        content = await asyncio.to_thread(box.content, uid)
        if content is None:
            raise _Left(NOT_GIVEN)
        findings = await self._understood(self._finder.found, content)
        one = await self._known(findings)
        if one is None:
            raise _Left(NOT_OURS)
        return ArrivedMail(one.token, one.purpose, findings.from_nobody, content)

    @staticmethod
    async def _understood(look: Callable[[bytes], T], content: bytes) -> T:
        try:
            return await asyncio.to_thread(look, content)
        except Exception:  # noqa: BLE001 - what a stranger wrote so that nobody can read it must not keep others back
            raise _Left(UNREADABLE) from None

    async def _mark(self, box: OpenMailbox, uid: int) -> None:
        """A message stays as people leave it, once that was done."""
        await asyncio.to_thread(box.mark_taken, uid)
        await self._keeper.marked((self._account.name, box.validity, uid))

    async def _known(self, findings: Findings) -> Found | None:
        """The message that it is about. What the creditor's own people write to a debtor is no answer of the debtor's,
        unless both have their mail at one provider.
        """
        for one in findings.messages:
            to = await self._keeper.went_to(one.token)
            own = findings.writer == self._own and not findings.from_nobody and one.purpose is None
            if to is not None and not (own and to.rpartition("@")[2].lower() != self._own):
                return one
        return None


class _Left(Exception):
    """A message stays where it is."""

    def __init__(self, why: str) -> None:
        self.why = why
