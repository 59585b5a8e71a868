"""What it costs to send a notice: a price for each piece of a channel, as the carrier's price list has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from dunning.errors import MoneyError, NotAllowed
from dunning.money import exponent
from dunning.records import Channel

ALLOWED: Final = "a currency and an amount of at most 6 decimals, such as EUR 0.95"
_WRITTEN: Final = re.compile(r"([A-Z]{3}) ([0-9]{1,9}(?:\.[0-9]{1,6})?)")  # carriers price by the hundredth of a cent


@dataclass(frozen=True, slots=True)
class Cost:
    """A price in major units; it may have more decimals than its currency: a text message is EUR 0.075."""

    amount: Decimal
    currency: str

    @classmethod
    def parse(cls, text: str) -> Cost:
        """Read a price such as `EUR 0.95`. Raises `NotAllowed`."""
        written = _WRITTEN.fullmatch(text.strip())
        if written is None or not _is_currency(written[1]):
            raise NotAllowed("cost", repr(text), ALLOWED)
        return cls(Decimal(written[2]), written[1])

    def times(self, pieces: int) -> Cost:
        """The price of several, exactly."""
        return Cost(self.amount * pieces, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"


@dataclass(frozen=True, slots=True)
class PieceCosts:
    """What one piece costs on each channel: a letter, an e-mail, a segment of a text message."""

    each: Mapping[Channel, Cost] = field(default_factory=dict)

    def of(self, channel: Channel, segments: int = 1) -> Cost | None:
        """What a sent notice cost on this channel, a text message by its `segments`; None where no price is known."""
        price = self.each.get(channel)
        return price and price.times(segments if channel == "sms" else 1)


def _is_currency(code: str) -> bool:
    try:
        exponent(code)
    except MoneyError:
        return False
    return True
