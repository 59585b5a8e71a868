"""What each notice costs, by the price lists of who carries it."""

from __future__ import annotations

from pydantic import Field, field_validator

from adapters.costs import Cost, PieceCosts
from adapters.settings.group import Group
from dunning.channels import CHANNELS
from dunning.errors import NotAllowed


class CostSettings(Group):
    """The price of one piece of each channel, with its currency; what is left out is not known."""

    letter: str | None = Field(
        None, description="What one letter costs with paper and postage, such as `EUR 0.95`; left out: not known."
    )
    email: str | None = Field(None, description="What one e-mail costs, such as `EUR 0.0012`; left out: not known.")
    sms: str | None = Field(
        None, description="What one segment of a text message costs, such as `EUR 0.075`; left out: not known."
    )

    @field_validator("letter", "email", "sms")
    @classmethod
    def _is_a_price(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                Cost.parse(value)
            except NotAllowed as error:
                raise ValueError(error.allowed) from None
        return value

    @property
    def of_pieces(self) -> PieceCosts:
        """The prices, for who asks what a notice cost."""
        said = {channel: getattr(self, channel) for channel in CHANNELS}
        return PieceCosts({channel: Cost.parse(price) for channel, price in said.items() if price is not None})
