"""Messages of the built-in mailbox: what was sent, as it would have reached the debtor."""

from __future__ import annotations

from typing import Self

from adapters.mailbox import KeptMessage
from api.shapes.values import Moment, Shape
from dunning.records import Channel


class Envelope(Shape):
    """One message by its outside."""

    id: str
    channel: Channel
    sender: str
    to: str
    subject: str
    at: Moment
    invoice_id: str | None
    notice: str | None

    @classmethod
    def of(cls, kept: KeptMessage) -> Self:
        """As the mailbox keeps it."""
        return cls.model_validate({name: getattr(kept, name) for name in cls.model_fields})


class MessageOut(Envelope):
    """One message with what it says."""

    text: str
    html: str | None
