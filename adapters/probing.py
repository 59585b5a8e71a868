"""A server that takes nothing from anybody is probed by one parcel at a time, however many wait for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from adapters.clock import now
from adapters.correspondence import Courier, Parcel
from dunning.errors import FateUnknown, NotTaken

PAUSE: Final = timedelta(minutes=1)  # by this machine's clock, for each worker process


class ProbingCourier:
    """Spares a courier's server while it is down: only the first parcel after each pause is tried."""

    def __init__(self, courier: Courier, clock: Callable[[], datetime] = now, pause: timedelta = PAUSE) -> None:
        """`pause` is how long nobody else is tried after a refusal that is everybody's."""
        self._courier = courier
        self._clock = clock
        self._pause = pause
        self._refusal: NotTaken | None = None
        self._next_at: datetime | None = None

    async def deliver(self, parcel: Parcel) -> str | None:
        """As the courier does. Raises the last `NotTaken` again while nobody is tried."""
        if self._refusal is not None:
            if self._next_at is not None and self._clock() < self._next_at:
                raise NotTaken(self._refusal.why, lasting=self._refusal.lasting, for_everybody=True)
            self._next_at = self._clock() + self._pause  # whoever comes while this one is on its way waits
        try:
            taken = await self._courier.deliver(parcel)
        except NotTaken as refusal:
            self._refusal = refusal if refusal.for_everybody else None
            self._next_at = self._clock() + self._pause
            raise
        except FateUnknown:
            self._refusal = None  # it listened to the last word
            raise
        self._refusal = None
        return taken
