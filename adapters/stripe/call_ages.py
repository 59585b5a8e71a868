"""What the age of the calls for a charge allows: to send it, to send it again under its key, to call it lost.

Stripe keeps a key for at least a day. As long as it does, a charge that it does not show is sent again under the same
key, which takes money once, however late the first call arrives and however long its lists are behind. Only after that
may "Stripe knows no such payment" be believed, and another attempt be made under another key.

The moments stand beside the intent in the store, so every process that asks knows them. They are told by the machines'
clocks and not by the case's: those may be virtual, while the line to Stripe is not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from dunning.answers import Unknown, Unseen
from dunning.ports import Calls

KEYS_KEPT: Final = timedelta(hours=24)  # docs.stripe.com/api/idempotent_requests
# Stripe answers within its clients' limit of 80 seconds or not at all.
ARRIVES_WITHIN: Final = timedelta(minutes=10)
# An activity has 30 seconds for one try, of which the call itself may need 18: see `connection`.
FRESH: Final = timedelta(seconds=10)
_IN_DOUBT: Final = timedelta(hours=1)  # before the end of its time a key is left alone: clocks differ, calls are slow


class CallAges:
    """Judges calls by this machine's clock."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        arrives_within: timedelta = ARRIVES_WITHIN,
        keys_kept: timedelta = KEYS_KEPT,
    ) -> None:
        """`arrives_within` is how long a call that was given up can take effect, `keys_kept` how long a key lasts."""
        self._clock = clock
        self._arrives_within = arrives_within
        self._sent_again_within = keys_kept - min(keys_kept, _IN_DOUBT)
        self._keys_kept = keys_kept

    def too_late(self, calls: Calls | None) -> bool:
        """Whether a call must not leave any more: its intent is of another moment, or its key may be forgotten."""
        if calls is None:
            return False
        now, again = self._clock(), calls.last_at > calls.first_at
        return now - calls.last_at > FRESH or (again and now - calls.first_at >= self._sent_again_within)

    def key_kept_for(self, calls: Calls) -> timedelta:
        """For how long from now Stripe keeps the key at least; until then no attempt is made under another one."""
        return max(timedelta(), calls.first_at + self._keys_kept - self._clock())

    def may_arrive(self, calls: Calls | None) -> bool:
        """Whether a call that was given up may still be at work."""
        return calls is not None and self._clock() - calls.last_at < self._arrives_within

    def not_there(self, calls: Calls | None) -> Unseen | Unknown | None:
        """What it means that Stripe does not show the charge; None: it never arrived, and never will."""
        if calls is None:
            return None
        age = self._clock() - calls.first_at
        if age < self._sent_again_within:
            return Unseen()
        return Unknown() if age < self._keys_kept or self.may_arrive(calls) else None
