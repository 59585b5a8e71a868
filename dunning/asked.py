"""Which askings a case has answered already: each is known by who asked and under which name, not by what it is about.

The server that keeps the cases' time remembers them for a run; a case carries them from run to run, for 30 days.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from dunning.case import Case

REMEMBERED: Final = timedelta(days=30)


def knows(case: Case, under: str | None) -> bool:
    """Whether a request that was asked under this name was applied; one without a name is asked anew every time."""
    return under is not None and any(known == _short(under) for known, _ in case.asked)


def remembered(case: Case, under: str | None, at: datetime) -> Case:
    """The case that will know this asking again for 30 days."""
    if under is None:
        return case
    lately = tuple(one for one in case.asked if one[1] > at - REMEMBERED)
    return case.evolve(asked=(*lately, (_short(under), at)))


def _short(under: str) -> str:
    """Whatever somebody took for a name, it takes little room."""
    return hashlib.sha256(under.encode()).hexdigest()[:16]
