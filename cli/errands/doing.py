"""Doing an errand in this process, with as much of the installation opened as it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cli.errands.index import Errand
from cli.errands.told import Told
from cli.installation.running_note import settings_here

if TYPE_CHECKING:
    from adapters.settings import Settings
    from adapters.storage.store import Store
    from api.clock import Clock


class WithStore(Protocol):
    """What every errand is given."""

    @property
    def settings(self) -> Settings:
        """As they are written where it is done."""

    @property
    def store(self) -> Store:
        """Open."""

    @property
    def clock(self) -> Clock:
        """The time of the cases."""


@dataclass(frozen=True, slots=True)
class StoreAlone:
    """The store without a server."""

    settings: Settings
    store: Store
    clock: Clock


async def do_alone(errand: Errand, said: dict[str, Any]) -> Told:
    """Do it here. Raises what opening an installation raises, and what the errand does."""
    settings, do = settings_here(), errand.function()
    if errand.needs == "cases":
        from cli.installation.installation import open_installation

        async with open_installation(settings) as of:
            return await do(of, **said)
    from cli.installation.store import open_store
    from cli.virtual_time.clocks import clock_of

    async with open_store(settings, ()) as store:
        return await do(StoreAlone(settings, store, clock_of(settings)), **said)
