"""An e-mail address whose owner wants nothing more there: it is closed, whatever they did to say so (M5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final

from adapters.storage.provider.mail_recipients import EMAIL, MailRecipient, MailRecipients
from api.case_service import CaseService
from dunning.errors import NotFound
from dunning.messages import Complained, Contact, OptedOut

MAIL: Final = "mail"  # who tells it


class AddressCloser:
    """Closes addresses; one that is closed stays so, and nothing more is told."""

    def __init__(self, case_service: CaseService) -> None:
        """`case_service` speaks for the mail."""
        self._case_service = case_service
        self._recipients = MailRecipients(case_service.store.database)

    async def close(self, recipient: MailRecipient, at: datetime, *, complained: bool = False) -> None:
        """Of that address alone: the customer's other channels, and other people of theirs, stay as they are."""
        if not recipient.is_open:
            return
        with suppress(NotFound):  # gone since
            if not recipient.is_current:
                await self._recipients.close_address(recipient.customer_id, recipient.address)
                return
            await self._case_service.tell_customer(recipient.customer_id, _wish(recipient, at, complained=complained))


def _wish(recipient: MailRecipient, at: datetime, *, complained: bool) -> OptedOut | Complained | Contact:
    if not recipient.is_customer:
        return Contact(contact=recipient.contact, opted_out=(*recipient.silent, EMAIL), at=at)
    return Complained(channel=EMAIL, at=at) if complained else OptedOut(channel=EMAIL, at=at)
