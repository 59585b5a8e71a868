"""How often and when a debtor hears of a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from bench.stories.told import ToldStory, notices, step_of, takeover
from dunning.effects import BookFee, LookUpAccount

DAY = timedelta(days=1)


def spacing(told: ToldStory) -> Iterator[str]:
    """T7: two notices of one case are at least `spacing.minimum` local days apart, however many channels each uses."""
    least = told.policy.spacing.minimum.count * DAY
    for name, lines in told.lines.items():
        days = [(told.days.day(notice[0].at), notice[0].value) for notice in notices(lines)]
        for (day, first), (later, second) in pairwise(days):
            if later - day < least:
                yield f"{name}: {first} on {day}, {second} on {later}; at least {least.days} days are wanted between"


def caps(told: ToldStory) -> Iterator[str]:
    """T7: within its window a customer gets at most so many messages, over all cases and channels. One notice that
    takes more channels than that at once may go into an empty window.
    """
    cap = told.policy.spacing.per_customer
    if cap is None or any(takeover(lines) for lines in told.simulation.lines.values()):
        return
    before: list[date] = []
    own = ([line for line in lines if line.lead is None] for lines in told.lines.values())  # one message is one (N5)
    every = [notice for lines in own for notice in notices(lines)]
    for notice in sorted(every, key=lambda lines: lines[0].at):
        day = told.days.day(notice[0].at)
        used = sum(day - cap.within.count * DAY < sent <= day for sent in before)
        if used and used + len(notice) > cap.notices:
            yield f"{used} + {len(notice)} messages within {cap.within} up to {day}; {cap.notices} are allowed"
        before += [day] * len(notice)


def hours(told: ToldStory) -> Iterator[str]:
    """T3: a notice, and whatever a step does, comes within the contact hours of a contact day, by the local clock; the
    fee of a notice that a person passed on comes when they say so (N1).
    """
    for name, lines in told.lines.items():
        moments = {(line.at, f"notice {line.value}") for line in lines if line.kind == "notice"}
        acts = [act for act in told.acts[name] if not isinstance(act.effect, LookUpAccount | BookFee)]
        moments |= {(act.at, f"step {step}") for act in acts if (step := step_of(told, act))}
        for at, what in sorted(moments):
            if not told.days.allows_contact(at):
                yield f"{name}: {what} at {at.astimezone(told.days.zone):%a %Y-%m-%d %H:%M} in {told.days.zone.key}"
