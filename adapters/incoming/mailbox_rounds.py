"""Looks into a mailbox again and again: what comes back to our messages is taken, each once; the rest is left alone.

A message is kept in the store first, together with its number, and only then marked: whatever dies in between, it is
neither lost nor taken twice. What is about no message of ours is somebody else's, and stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from adapters import clock
from adapters.incoming.finding import Finder, Found
from adapters.incoming.imap import MailboxAccount, MailboxUnavailable, OpenMailbox
from adapters.incoming.mail import ArrivedMail, Number, Unreadable

LOOKS_BACK: Final = timedelta(days=14)  # shorter than `retention.mail` may be: what is older was looked at
NOT_OURS: Final = "not-ours"
UNREADABLE: Final = "unreadable"
NOT_GIVEN: Final = "not-given"
_LOG: Final = structlog.get_logger("dunning.mail")


class Keeper(Protocol):
    """Where mail is kept, as `adapters.storage.mails.Mails` keeps it."""

    async def is_about_ours(self, token: str) -> bool:
        """Whether a message has this name."""

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
        now: Callable[[], Awaitable[datetime]],
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        """`now` is the installation's clock, for the moment of arrival; `heard` is told that something was kept."""
        self._account, self._finder, self._keeper = account, finder, keeper
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
        content = await asyncio.to_thread(box.content, uid)
        if content is None:
            await self._keeper.leave(number, NOT_GIVEN, await self._now())
            return False
        try:
            found, from_nobody = await asyncio.to_thread(self._finder.found, content)
        except Unreadable:
            await self._keeper.leave(number, UNREADABLE, await self._now())
            return False
        one = await self._known(found)
        if one is None:
            await self._keeper.leave(number, NOT_OURS, await self._now())
            return False
        arrived = ArrivedMail(one.token, one.purpose, from_nobody, content)
        await self._keeper.take([arrived], number, await self._now())
        self._heard()
        await self._mark(box, uid)
        return True

    async def _mark(self, box: OpenMailbox, uid: int) -> None:
        """A message stays as people leave it, once that was done."""
        await asyncio.to_thread(box.mark_taken, uid)
        await self._keeper.marked((self._account.name, box.validity, uid))

    async def _known(self, found: Collection[Found]) -> Found | None:
        for one in found:
            if await self._keeper.is_about_ours(one.token):
                return one
        return None
