"""Mail that came back becomes facts of the cases whose message it answers, each once however often it is read (M5).

Every fact carries the moment at which its mail was kept, so that a mail whose reader died half-way says the same again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

import structlog

from adapters import clock
from adapters.incoming.meaning import (
    Absent,
    Answer,
    Arrived,
    Complaint,
    Meaning,
    Nothing,
    Returned,
    Unsubscribed,
    meaning,
)
from adapters.storage.mails import KeptMail, Mails
from adapters.storage.provider.mail_recipients import EMAIL, MailRecipient, MailRecipients
from adapters.storage.provider.sent_notices import SentNotices
from api.case_service import CaseService
from api.from_mail.opt_out import MAIL, AddressCloser
from dunning.messages import Away, Bounced, Delivered, Replied

_LOG: Final = structlog.get_logger("dunning.mail")


class MailNews:
    """Reads mail that was kept."""

    def __init__(self, case_service: CaseService, *, now: Callable[[], datetime] = clock.now) -> None:
        """`now` times the reading itself."""
        self._case_service, self._now = replace(case_service, who=MAIL), now
        database = case_service.store.database
        self._mails, self._recipients, self._notices = Mails(database), MailRecipients(database), SentNotices(database)
        self._closer = AddressCloser(self._case_service)

    async def read_waiting(self) -> int:
        """Read what waits; how many were. What fails is tried again later, and keeps nobody back."""
        count = 0
        while found := await self._mails.begin(self._now()):
            for mail in found:
                try:
                    said = await self.handle(mail)
                except Exception as error:  # noqa: BLE001 - a server that is down, a mail that nobody foresaw
                    _LOG.warning("a mail could not be taken", mail=mail.id, error=type(error).__name__)
                    continue
                await self._mails.done(mail.id, said, self._now())
                count += 1
        return count

    async def handle(self, mail: KeptMail) -> str:
        """Tell what a mail says; in a word, for the record."""
        recipient = await self._recipients.of(mail.token)
        if recipient is None:  # the message was about somebody who is gone since
            return "unknown"
        said = await asyncio.to_thread(
            meaning,
            mail.content,
            mail.at.date(),
            recipient.address,
            is_wish=mail.purpose == "unsubscribe",
            from_nobody=mail.from_nobody,
        )
        await self._tell(said, mail, recipient)
        return said.why if isinstance(said, Nothing) else type(said).__name__.lower()

    async def _tell(self, said: Meaning, mail: KeptMail, recipient: MailRecipient) -> None:
        match said:
            case Arrived():
                await self._arrived(mail, recipient)
            case Returned(hard=hard):
                await self._returned(mail, recipient, hard=hard)
            case Complaint():
                await self._closer.close(recipient, mail.at, complained=True)
            case Unsubscribed():
                await self._closer.close(recipient, mail.at)
            case Absent(until=until):
                if recipient.alone:
                    away = Away(channel=EMAIL, until=until, at=mail.at)
                    await self._case_service.tell_customer(recipient.customer_id, away)
            case Answer(text=text):
                for invoice_id in recipient.invoices:
                    await self._case_service.tell(invoice_id, Replied(text=text, at=mail.at))
            case Nothing():
                pass
            case _:
                assert_never(said)

    async def _arrived(self, mail: KeptMail, recipient: MailRecipient) -> None:
        notice = await self._notices.arrived(mail.token, EMAIL, mail.at)
        if notice is not None and recipient.delivered_at in {None, mail.at}:
            fact = Delivered(notice=notice.notice, channel=EMAIL, at=mail.at)
            await self._case_service.tell(notice.invoice_id, fact)

    async def _returned(self, mail: KeptMail, recipient: MailRecipient, *, hard: bool) -> None:
        """A message comes back once, however often that is told; a hard bounce after a soft one closes its address."""
        notice = await self._notices.came_back(mail.token, EMAIL, mail.at, hard=hard)
        if notice is not None and recipient.bounced_at in {None, mail.at}:
            fact = Bounced(notice=notice.notice, channel=EMAIL, hard=hard, at=mail.at)
            await self._case_service.tell(notice.invoice_id, fact)
