"""Which charges may still be on their way to Stripe, or at work there, though nobody waits for the answer any more.

A call that was given up can take the money a little later. So "Stripe knows no such payment" is only believed when it
is old enough. How old is told by this machine's clock and not by the case's moments: those may be virtual, while the
line to Stripe is not. A process that did not send the charge itself cannot know when another one did; it counts from
when it was first asked about it, which is later and errs on the safe side.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

# Stripe answers within its clients' limit of 80 seconds or not at all; a case asks a second time after 15 minutes.
ARRIVES_WITHIN: Final = timedelta(minutes=10)
_FORGOTTEN: Final = timedelta(days=1)


class InFlightCharges:
    """Remembers since when nobody has touched a charge, by its key."""

    def __init__(self, clock: Callable[[], datetime], arrives_within: timedelta = ARRIVES_WITHIN) -> None:
        """`clock` is this machine's; `arrives_within` is how long a call can take effect after it was given up."""
        self._clock = clock
        self._arrives_within = arrives_within
        self._since: dict[str, datetime] = {}

    def sent(self, key: str) -> None:
        """A call was made, or given up, just now."""
        now = self._clock()
        self._since = {one: at for one, at in self._since.items() if at > now - _FORGOTTEN} | {key: now}

    def may_arrive(self, key: str) -> bool:
        """Whether what Stripe does not know of this charge may still come."""
        now = self._clock()
        return now - self._since.setdefault(key, now) < self._arrives_within

    def settled(self, key: str) -> None:
        """Its outcome is known."""
        self._since.pop(key, None)
