"""A decline: the codes that came with it, and what they were read as on that day (C2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from dunning.rulebook.rows import Kind

NEVER_ARRIVED: Final = "never_arrived"  # what settling an unknown outcome finds when the provider never saw the charge
FORESEEN: Final = "foreseen"  # how a forecast's attempts end: it assumes that none succeeds


@dataclass(frozen=True, slots=True)
class Codes:
    """All that a provider sent with a decline."""

    code: str
    advice: str | None = None
    network_code: str | None = None
    network_advice: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What to do about a decline: its kind, how long to wait at least, and the row that says so.

    `review` wants a person's eyes. `known` False: no table lists the code.
    """

    kind: Kind
    wait: timedelta = field(default_factory=timedelta)
    row: str = ""
    meaning: str = ""
    review: bool = False
    known: bool = True
