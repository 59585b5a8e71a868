"""How often somebody may be wrong: a few times at once, then again and again after a while."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from math import ceil


@dataclass(slots=True)
class RateLimit:
    """A bucket of `burst` for each address, filled by one every `refill` seconds; in memory, for `most` addresses."""

    burst: int = 10
    refill: float = 6.0
    most: int = 10_000
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str, now: float) -> int:
        """Nought if there was one to take, else the seconds until there is. `now` is in seconds of any steady clock."""
        left, at = self._left.pop(address, (float(self.burst), now))
        left = min(self.burst, left + (now - at) / self.refill)
        wait = 0 if left >= 1 else ceil((1 - left) * self.refill)
        self._left[address] = (left if wait else left - 1, now)
        if len(self._left) > self.most:
            self._left.popitem(last=False)
        return wait

    def give_back(self, address: str) -> None:
        """Who took one was not wrong."""
        if address in self._left:
            left, at = self._left[address]
            self._left[address] = (min(self.burst, left + 1), at)
