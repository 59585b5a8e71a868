"""Who a provider says somebody is, and the way there and back; what it takes to ask one is imported elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from dunning.errors import DunningError


class NotIdentified(DunningError):
    """The provider did not say who somebody is, or it cannot be believed; says why, for who runs the product."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as the provider knows them. `subject` never changes; `email` is there only where it was verified."""

    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser is sent to, and what it must bring back: kept by the browser, signed, until it returns."""

    url: str
    kept: Mapping[str, str]


class SignInProvider(Protocol):
    """A provider of identities, as `adapters.oidc.provider.OidcProvider` asks one."""

    @property
    def name(self) -> str:
        """How people call it."""

    async def depart(self, back: str) -> Departure:
        """Begin a sign-in that ends at our address `back`. Raises `NotIdentified`."""

    async def arrive(self, back: str, kept: Mapping[str, str], said: Mapping[str, str]) -> Identity:
        """Who came back with what the provider `said` in the query of `back`. Raises `NotIdentified`."""
