"""When a method is tried again: strategies that a policy chooses among, each a small protocol to keep (C1).

A strategy only names moments; whether a method may be tried then is for the rule book, and how often for the policy.
It is deterministic: the same case and the same answer give the same moment, and the journal says how it was found.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol, TypedDict

from dunning.case import Case
from dunning.charging import adaptive
from dunning.charging.schedule import next_offset, offsets
from dunning.parts import Track
from dunning.policy import Charging
from dunning.rulebook.decline import Reading
from dunning.value import altered


class Used(TypedDict, total=False):
    """What of the track changes when an attempt uses up what was planned."""

    next: int
    chosen: None


class Strategy(Protocol):
    """Names the moment of the next attempt."""

    def planned(self, case: Case, charging: Charging) -> datetime | None:
        """The moment of the next attempt; None: there is none to come."""

    def used(self, case: Case) -> Used:
        """What an attempt at the case's moment uses up."""

    def declined(self, case: Case, charging: Charging, read: Reading) -> Case:
        """The case after the ladder's attempt was declined."""

    def resumed(self, case: Case, charging: Charging, ended_at: datetime) -> Track:
        """The track after a pause until `ended_at`: what fell into it is made on the day after it (C6)."""


class Schedule:
    """Offsets from the first failure, as the policy lists them."""

    def planned(self, case: Case, charging: Charging) -> datetime | None:  # noqa: ARG002 - the case knows them
        """The next offset."""
        return next_offset(case)

    def used(self, case: Case) -> Used:
        """The offsets that have passed, so that a late attempt brings no burst after it."""
        moments, number = offsets(case), case.track.next
        while number < len(moments) and moments[number] <= case.now:
            number += 1
        return {"next": number}

    def declined(self, case: Case, charging: Charging, read: Reading) -> Case:  # noqa: ARG002 - offsets stand already
        """Nothing changes."""
        return case

    def resumed(self, case: Case, charging: Charging, ended_at: datetime) -> Track:  # noqa: ARG002 - the case knows them
        """Later offsets keep their distance to the one that is moved."""
        track, resume, planned = case.track, case.resume_on, next_offset(case)
        due = None if planned is None else when_usable(case, planned)
        if resume is None or planned is None or due is None or due >= ended_at:
            return track
        return altered(track, shift=track.shift + (resume - case.calendar.day(planned)).days)


class Adaptive:
    """The moment follows from why the last attempt failed, from paydays, the time of day and what is left to try."""

    def planned(self, case: Case, charging: Charging) -> datetime | None:  # noqa: ARG002 - it was chosen before
        """The moment that was chosen."""
        return case.track.chosen

    def used(self, case: Case) -> Used:  # noqa: ARG002 - the next is chosen after the answer
        """What was chosen."""
        return {"chosen": None}

    def declined(self, case: Case, charging: Charging, read: Reading) -> Case:
        """Choose, and say on the journal how, unless another method is tried at once or none may be tried again."""
        if case.track.at_once_from is not None or when_usable(case, case.now) is None:
            return case
        choice = adaptive.next_attempt(case, charging, read)
        case = case.evolve(track=altered(case.track, chosen=choice.at))
        shown = "none" if choice.at is None else f"{case.calendar.local(choice.at):%Y-%m-%dT%H:%M}"
        return case.note("planned", shown, "C1", choice.why)

    def resumed(self, case: Case, charging: Charging, ended_at: datetime) -> Track:  # noqa: ARG002 - no list to keep
        """The same time of day on the day after the pause."""
        chosen, resume = case.track.chosen, case.resume_on
        if chosen is None or resume is None or chosen >= ended_at:
            return case.track
        days = (resume - case.calendar.day(chosen)).days
        return altered(case.track, chosen=case.calendar.later(chosen, days))


def when_usable(case: Case, due: datetime, only: str | None = None) -> datetime | None:
    """The first moment from `due` on at which a method may be tried, `only` that one if it is named (C2)."""
    waits = [
        max(due, m.not_before) if m.not_before else due
        for m in case.methods
        if m.status == "usable" and only in {None, m.id}
    ]
    return min(waits) if waits else None


STRATEGIES: Final[dict[str, Strategy]] = {"schedule": Schedule(), "adaptive": Adaptive()}
