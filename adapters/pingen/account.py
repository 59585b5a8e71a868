"""Our organisation at Pingen: how we are let in, and what every letter of ours is to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote

API_BASE: Final = "https://api.pingen.com"
Product = Literal["fast", "cheap", "bulk", "premium", "registered"]


@dataclass(frozen=True, slots=True)
class PingenAccount:
    """`organisation` posts the letters, let in by a client's id and secret.

    `product` is how fast and how surely they travel; they are printed on both sides (`duplex`) and in `colour` or not.
    """

    organisation: str
    client_id: str
    client_secret: str = field(repr=False)
    product: Product = "cheap"
    duplex: bool = False
    colour: bool = False
    api_base: str = API_BASE

    @property
    def path(self) -> str:
        """Where the organisation stands in the API."""
        return f"/organisations/{quote(self.organisation, safe='')}"

    @property
    def form(self) -> dict[str, str]:
        """What the sheets are to be, as a letter says it."""
        return {
            "delivery_product": self.product,
            "print_mode": "duplex" if self.duplex else "simplex",
            "print_spectrum": "color" if self.colour else "grayscale",
        }
