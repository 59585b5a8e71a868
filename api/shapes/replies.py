"""What debtors wrote back, as it is shown to the person who reads it: their words, and what these seem to say (M5)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from adapters.replies.language import SuggestionKind
from api.shapes.values import Day, MessageName, Shape, Sum


class ActOut(Shape):
    """A message as it could be told to the case: a person sends it, or does not."""

    message: MessageName
    body: dict[str, Any] = Field(description="what it says, as far as the reply tells it")


class SuggestionOut(Shape):
    """What a reply seems to say, worked out when it is shown. Nothing follows from it by itself (M5)."""

    kind: SuggestionKind
    words: str = Field(description="the same in words")
    said: str = Field(description="the words of the reply that it was read from")
    on: Day | None = Field(default=None, description="the day of a promise or a payment, where one stands there")
    amount: Sum | None = Field(default=None, description="what is promised or was paid, where an amount stands there")
    next: str = Field(description="what a person could do next, in words")
    act: ActOut | None = Field(default=None, description="the same as a message to the case, where it is one")


class ReplyOut(Shape):
    """A reply without what it quotes and what programs add, and what it seems to say; each kind once at most."""

    words: str = Field(description="what the debtor wrote newly")
    suggests: tuple[SuggestionOut, ...] = Field(description="what it seems to say; none where nothing is clear")
