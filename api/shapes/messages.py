"""Messages: what was sent, as it reached the debtor, and what would be."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from adapters.costs import PieceCosts
from adapters.mailbox import KeptMessage
from adapters.messages.preview import Form, Preview
from adapters.messages.text_message import segments
from api.shapes.values import Moment, Price, Shape, example
from dunning.policy.parts import Name, not_allowed
from dunning.records import Channel, Id

Locale = Annotated[str, Field(min_length=1, max_length=35, pattern=r"^[A-Za-z0-9_-]+$")]


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
    language: str | None = Field(description="the language that it is written in; null of mail that is not ours")
    cost: Price | None

    @classmethod
    def of(cls, kept: KeptMessage, costs: PieceCosts) -> Self:
        """As the mailbox keeps it, with what it cost by these prices."""
        kept_as = {name: getattr(kept, name) for name in cls.model_fields if name != "cost"}
        return cls.model_validate({**kept_as, "cost": price_of(kept, costs)})


def price_of(kept: KeptMessage, costs: PieceCosts) -> Price | None:
    """What a message cost, where its channel has a price."""
    cost = costs.of(kept.channel, segments(kept.text))
    return Price(currency=cost.currency, amount=f"{cost.amount:f}") if cost else None


class MessageOut(Envelope):
    """One message with what it says."""

    text: str
    html: str | None


FormShown = Literal[Form, "pdf", "png"]
_MEDIA: Final[dict[FormShown, str]] = {"html": "text/html", "pdf": "application/pdf", "png": "image/png"}


class PreviewIn(Shape):
    """Which message is shown, of whom, and how: of a `case`, or of a made-up one under a `policy`."""

    model_config = example(message="firm", policy="b2b-net30", locale="nl")

    message: Name
    policy: Name | None = None
    case: Id | None = None
    locale: Locale | None = None
    form: FormShown = "text"
    by: Literal["letter", "email"] = "letter"

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if self.policy is not None and self.case is not None:
            raise not_allowed("either a policy or a case")
        return self


class PreviewOut(Shape):
    """The message. `fell_back` says that it is not in its reader's language, for want of a text. A `body` of
    `application/pdf` or `image/png` is written in base64.
    """

    message: str
    form: FormShown
    media_type: str = Field(description="what the body is; `pdf` and `png` are in base64", examples=["text/plain"])
    language: str
    fell_back: bool
    subject: str
    body: str

    @classmethod
    def of(cls, preview: Preview, form: FormShown, printed: bytes | None = None) -> Self:
        """As it was made; `printed` is the file of a form that is one."""
        return cls(
            message=preview.message, form=form, media_type=_MEDIA.get(form, "text/plain"), language=preview.language,
            fell_back=preview.fell_back, subject=preview.subject,
            body=preview.body if printed is None else b64encode(printed).decode(),
        )  # fmt: skip
