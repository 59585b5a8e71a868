"""When a method is tried again: strategies that a policy chooses among, each a small protocol to keep (C1).

A strategy only names moments; whether a method may be tried then is for the rule book, and how often for the policy.
It is deterministic: the same case and the same answer give the same moment, and the journal says how it was found.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from dunning.case import Case
from dunning.charging import adaptive
from dunning.charging.offsets import moment_of, offsets
from dunning.policy import Charging
from dunning.rulebook.decline import Reading
from dunning.state import Track, altered


class Strategy(Protocol):
    """Names the moment of the next attempt."""

    def planned(self, case: Case, charging: Charging) -> datetime | None:
        """The moment of the next attempt; None: there is none to come."""

    def begun(self, case: Case, charging: Charging) -> Track:
        """The track once an attempt is made at the case's moment."""

    def declined(self, case: Case, charging: Charging, read: Reading) -> Case:
        """The case after the ladder's attempt was declined and may be made again."""

    def resumed(self, case: Case, charging: Charging, ended_at: datetime) -> Track:
        """The track after a pause until `ended_at`: what fell into it is made on the day after it (C6)."""


class Schedule:
    """Offsets from the first failure, as the policy lists them."""

    def planned(self, case: Case, charging: Charging) -> datetime | None:
        """The next offset."""
        number = case.track.next
        return offsets(case, charging)[number] if number < len(charging.schedule) else None

    def begun(self, case: Case, charging: Charging) -> Track:
        """Each attempt uses up the offsets that have passed, so that a late one brings no burst after it."""
        passed = sum(moment <= case.now for moment in offsets(case, charging))
        return altered(case.track, next=max(case.track.next, passed))

    def declined(self, case: Case, charging: Charging, read: Reading) -> Case:  # noqa: ARG002 - offsets stand already
        """Nothing changes."""
        return case

    def resumed(self, case: Case, charging: Charging, ended_at: datetime) -> Track:
        """Later offsets keep their distance to the one that is moved."""
        track, resume = case.track, case.resume_on
        if resume is None or track.next >= len(charging.schedule):
            return track
        offset = moment_of(case.calendar, track.base, charging.schedule[track.next], track.shift)
        due = when_usable(case, offset)
        if due is None or due >= ended_at:
            return track
        return altered(track, shift=track.shift + (resume - case.calendar.day(offset)).days)


class Adaptive:
    """The moment follows from why the last attempt failed, from paydays, the time of day and what is left to try."""

    def planned(self, case: Case, charging: Charging) -> datetime | None:  # noqa: ARG002 - it was chosen before
        """The moment that was chosen."""
        return case.track.chosen

    def begun(self, case: Case, charging: Charging) -> Track:  # noqa: ARG002 - the next is chosen after the answer
        """What was chosen is used."""
        return altered(case.track, chosen=None)

    def declined(self, case: Case, charging: Charging, read: Reading) -> Case:
        """Choose, and say on the journal how."""
        choice = adaptive.choose(case, charging, read)
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
    return min(waits, default=None)


STRATEGIES: Final[dict[str, Strategy]] = {"schedule": Schedule(), "adaptive": Adaptive()}
