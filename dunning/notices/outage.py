"""A channel that takes nothing from anybody: its notices wait, it is tried now and then, and a person is told (N1).

Tries within seconds are the activity's. Here the case waits for the next one, in contact hours: a quarter of an hour,
then twice as long each time, an hour at most.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dunning import tasks
from dunning.answers import Down
from dunning.case import Case
from dunning.effects import SendNotice
from dunning.parts import Outage
from dunning.purposes import SYSTEM
from dunning.value import altered

FIRST_PAUSE: Final = timedelta(minutes=15)
LONGEST_PAUSE: Final = timedelta(hours=1)
TOLD_AFTER: Final = timedelta(hours=4)  # of contact hours


def waits(case: Case, effect: SendNotice, answer: Down) -> Case:
    """The case whose notice waits until the channel is tried again; the journal says so once (F6)."""
    known = case.outage
    if known is None:
        why = f"{answer.channel} takes no notice now: {answer.why}; it is tried again in contact hours"
        case = case.note("waits", effect.notice, "N1", why, by=answer.channel, step=effect.step)
        known = Outage(answer.channel, case.now, case.now, timedelta())
    down_for = case.calendar.contact_time(known.since, case.now)
    asks = down_for >= TOLD_AFTER and not (known.asked or answer.asked)
    if asks:
        about = f"{answer.channel} takes no notice: {answer.why}"
        case = tasks.asks(case, "channel-down", SYSTEM, tasks.PATIENCE, about)
    pause = min(known.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
    soon = pause if down_for >= TOLD_AFTER else min(pause, TOLD_AFTER - down_for)
    next_at = case.calendar.contact_from(case.now + soon)
    return case.evolve(outage=altered(known, next_at=next_at, pause=pause, asked=known.asked or asks), doing=None)


def over(case: Case) -> Case:
    """The case whose channel has answered again: nobody needs to look any more."""
    return tasks.without(case.evolve(outage=None), "channel-down")


def looked_at(case: Case) -> Case:
    """The case whose channel a person has seen to: it is tried at once, and they are told again if it is still down."""
    known = case.outage
    if known is None:
        return case
    return case.evolve(outage=altered(known, since=case.now, next_at=case.now, pause=timedelta(), asked=False))
