"""A debtor who is away: a notice that only the channel that they do not read could take waits for them (M5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from dunning.answers import Deferred
from dunning.case import Case
from dunning.channels import chosen
from dunning.effects import Effect, SendNotice
from dunning.messages import Away
from dunning.parts import Absence
from dunning.records import Channel
from dunning.value import altered

AT_MOST: Final = timedelta(days=14)


def away(case: Case, fact: Away, at: datetime) -> Case:
    """The case that knows until when a channel is not read: what was said last counts, and for 14 days at most."""
    told_on = case.calendar.day(fact.at or at)
    until = min(fact.until, told_on + AT_MOST)
    others = tuple(one for one in case.absences if one.channel != fact.channel and one.until >= case.today)
    case = case.evolve(absences=others if until < case.today else (*others, Absence(fact.channel, until)))
    return case.note("away", fact.channel, "M5", f"not read before {until + timedelta(days=1)}", by=fact.channel)


def informed(case: Case, effect: Effect) -> Effect:
    """The effect; a notice with the channels that its debtor does not read today."""
    if not isinstance(effect, SendNotice):
        return effect
    return altered(effect, unread=tuple((one.channel, one.until) for one in case.absences if one.until >= case.today))


def read_now(effect: Effect, usable: Collection[Channel]) -> list[Channel]:
    """The usable channels that the debtor reads, as far as the case of a notice knows."""
    if not isinstance(effect, SendNotice) or not effect.unread:
        return [*usable]
    unread = dict(effect.unread)
    return [channel for channel in usable if channel not in unread]


def deferral(effect: Effect, usable: Collection[Channel]) -> Deferred | None:
    """Until when a notice waits that could only leave by channels that are not read now; None if it need not."""
    if (
        not isinstance(effect, SendNotice)
        or not effect.unread
        or chosen(effect.by, read_now(effect, usable), first=True)
    ):
        return None
    waited_for = [until for channel, until in effect.unread if channel in effect.by and channel in usable]
    if not waited_for:
        return None
    until = min(waited_for)
    return Deferred(until + timedelta(days=1), f"the debtor is away until {until}", rule="M5")
