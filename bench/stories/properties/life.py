"""Where a case stands between two acts, and after its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bench.stories.told import ToldStory
from dunning.thanks import AFTER_THE_END

MOST_ACTS: Final = 2_000  # of a story; a day of a case is a handful of wakings
OF_THE_LIVING: Final = frozenset({"notice", "fee", "interest", "suspend", "hold", "promise", "plan"})


def never_silent(told: ToldStory) -> Iterator[str]:
    """H6, H7: an open case has a next moment. What waits for a person has a task, which is escalated; what waits for a
    fact, because too little is demanded, is asked about within a year.
    """
    for rest in told.simulation.rests:
        case = rest.case
        if case.closed is None and rest.wakes_at is None:
            holds = ", ".join(hold.made_by for hold in case.holds) or "none"
            tasks = ", ".join(task.kind for task in case.tasks) or "none"
            yield (
                f"{case.invoice.id} waits for nothing from {rest.at:%Y-%m-%d %H:%M} on: balance {case.balance}, "
                f"demandable {case.demandable}, holds {holds}, tasks {tasks}"
            )
            return


def at_rest(told: ToldStory) -> Iterator[str]:
    """S4: a case does not go round; when it ends nothing stands: no hold, no promise, no plan."""
    acts = len(told.simulation.world.performed)
    if acts > MOST_ACTS:
        yield f"{acts} acts"
    for rest in told.simulation.rests:
        case = rest.case
        if rest.wakes_at is not None and rest.wakes_at <= rest.at:
            yield f"{case.invoice.id} rests at {rest.at} until {rest.wakes_at}"
        if case.closed and (case.holds or case.promise or case.plan):
            yield f"{case.invoice.id} is {case.closed} at {rest.at:%Y-%m-%d %H:%M}; a hold, promise or plan stands"


def quiet_when_closed(told: ToldStory) -> Iterator[str]:
    """F3, S3: between a closing and a reopening nothing leaves but thanks for what came (M2), and nothing begins."""
    for name, lines in told.simulation.lines.items():
        closed = False
        for line in lines:
            closed = line.kind == "closed" if line.kind in {"closed", "reopened"} else closed
            if closed and line.kind in OF_THE_LIVING and line.value not in AFTER_THE_END:
                yield f"{name}: {line.kind} {line.value} at {line.at:%Y-%m-%d %H:%M}, after the end"
