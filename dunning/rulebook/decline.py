"""A decline: the codes that came with it, and what they were read as on that day (C2)."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from dunning.derived import Derived
from dunning.rulebook.rows import Kind
from dunning.value import value

NEVER_ARRIVED: Final = "never_arrived"  # what settling an unknown outcome finds when the provider never saw the charge
FORESEEN: Final = "foreseen"  # how a forecast's attempts end: it assumes that none succeeds


@value
class Codes:
    """All that a provider sent with a decline."""

    code: str
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None

    def __hash__(self) -> int:
        """Worked out once: every question to the tables begins with it."""
        return self._hash

    @Derived
    def _hash(self) -> int:
        return hash((self.code, self.advice, self.network_code, self.network_advice))


@lru_cache(maxsize=4096)
def codes_of(
    code: str, advice: str | None = None, network_code: str | None = None, network_advice: str | None = None
) -> Codes:
    """All that a provider sent, the same object for the same words: who has seen it once knows it at a glance."""
    return Codes(code, advice, network_code, network_advice)


@value
class Reading:
    """What to do about a decline: its kind, how long to wait at least, and the row that says so.

    `review` wants a person's eyes. `known` False: no table lists the code.
    """

    kind: Kind
    wait: timedelta = timedelta()
    row: str = ""
    meaning: str = ""
    review: bool = False
    known: bool = True

    @Derived
    def in_words(self) -> str:
        """What it says, for the journal."""
        hours = int(self.wait.total_seconds()) // 3600
        waits = f", {hours} hours at least" if hours else ""
        return f"{self.kind.replace('_', ' ')}{waits} ({self.row}: {self.meaning})"
