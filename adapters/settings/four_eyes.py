"""What takes two people (R3): above which amounts a write-off, a hand-off or a waiver needs a second one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from pydantic import Field, field_validator

from adapters.settings.group import Group
from dunning.errors import MoneyError
from dunning.money import major, minor

_ALLOWED: Final = "amounts with their currencies and commas between, such as EUR 500.00, USD 550.00"


class FourEyesSettings(Group):
    """Limits by currency; a currency that is not named has none. A policy's own acts are not asked."""

    write_off: str = Field(
        "", description="Above these amounts a write-off takes two people, such as `EUR 500.00, USD 550.00`."
    )
    hand_off: str = Field("", description="Above these amounts a hand-off takes two people, such as `EUR 2500.00`.")

    waiver: str = Field(
        "", description="Above these amounts a waiver of costs or interest takes two people, such as `EUR 50.00`."
    )

    @field_validator("write_off", "hand_off", "waiver")
    @classmethod
    def _are_limits(cls, value: str) -> str:
        limits_in(value)
        return value


def limits_in(text: str) -> Mapping[str, Decimal]:
    """The amounts by currency, in major units. Raises `ValueError` that says what is allowed."""
    found: dict[str, Decimal] = {}
    for part in text.split(",") if text.strip() else ():
        currency, _, amount = part.strip().partition(" ")
        try:
            limit = minor(amount.strip(), currency)
        except MoneyError:
            raise ValueError(_ALLOWED) from None
        if limit < 0 or currency in found:
            raise ValueError(_ALLOWED)
        found[currency] = major(limit, currency)
    return found
