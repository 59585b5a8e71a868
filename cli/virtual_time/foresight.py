"""What moving time would bring, if nobody pays, answers or objects: asked of every case, and nothing is moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cli.cases.case_list import every_open
from cli.installation.installation import Installation
from cli.virtual_time.time_machine import SHOWN, InstallationTimeMachine, name_of_act
from dunning.journal import Line


@dataclass(frozen=True, slots=True)
class Foresight:
    """The moment that would be reached, None where nothing is to come; how many open cases there are, what they would
    do as kind and number, and how many cases would open.
    """

    at: datetime | None
    cases: int
    acts: dict[str, int] = field(default_factory=dict)
    opening: int = 0


async def foresee(of: Installation, delta: timedelta | None, told: Callable[[int, int], None]) -> Foresight:
    """What it would bring to move time this much, or to the next event. Raises `RealTime`, and `BadInput`."""
    machine, cases = InstallationTimeMachine(of), await every_open(of)
    at = await machine.next_event() if delta is None else await machine.reached(delta)
    if at is None:
        return Foresight(None, len(cases))
    acts: Counter[str] = Counter()
    for number, case in enumerate(cases, start=1):
        lines: tuple[Line, ...] = await of.case_service.client.forecast(case.invoice_id) or ()
        due = [line for line in lines if line.at <= at and line.kind in SHOWN]
        acts.update(name_of_act(line.kind, escalated=line.escalated) for line in due)
        told(number, len(cases))
    return Foresight(at, len(cases), dict(sorted(acts.items())), await machine.openings(at))
