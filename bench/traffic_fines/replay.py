"""Fines replayed: each one played under the authority's rule and under ours, and what came of it in a few facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bench.traffic_fines.fine import Activity
from bench.traffic_fines.stories import FineStory, WhoseRules
from cli.scenarios.stories import story_calendar
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.engine import open_case
from dunning.forecast import forecast
from dunning.journal import TURNING_POINTS, Line
from dunning.records import Invoice
from dunning.scenarios.core_engine import StoryStage, stage_of_story
from dunning.simulation.simulate import PlannedOpening, Simulation
from dunning.simulation.world import World


@dataclass(frozen=True, slots=True)
class FineOutcome:
    """What came of a fine. Amounts are cents; `penalty_on` is the day on which a penalty was added.

    `journal` has the turning points as any engine must write them, to the local minute.
    """

    penalty_on: date | None
    penalty: int
    notices: tuple[date, ...]
    left: int
    closed: str | None
    journal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """One fine, played twice. `foreseen_on` is the day of its penalty, as asked on the day it was notified (O4)."""

    story: FineStory
    foreseen_on: date | None
    authority: FineOutcome
    ours: FineOutcome


def replay_on_core(story: FineStory, until: date) -> Replay:
    """The replay of one fine up to a day, on the rules alone."""
    play = _Play(set_up(story, WhoseRules.AUTHORITY, until))
    foreseen_on, authority = play.foresees_penalty_on(story.fine.on(Activity.NOTIFIED)), play.outcome()
    # Without an appeal there is one story to tell, by whomever's rules.
    ours = _Play(set_up(story, WhoseRules.OURS, until)).outcome() if story.fine.appealed else authority
    return Replay(story, foreseen_on, authority, ours)


def set_up(story: FineStory, rules: WhoseRules, until: date) -> StoryStage:
    """Where the story of a fine plays, on either engine."""
    return stage_of_story(story.scenario(rules, until), story.policy, story_calendar)


class _Play:
    """A story on the core that can be stopped on its way, to ask what the case expects."""

    def __init__(self, on: StoryStage) -> None:
        (invoice,), told = on.scenario.all_invoices, on.scenario
        self.on, self.invoice_id = on, invoice.id
        self.simulation = Simulation(
            World(told.customer),
            [PlannedOpening(on.opens_at(invoice), invoice, self._opened)],
            [on.event(event) for event in told.events],
        )

    def _opened(self, invoice: Invoice, at: datetime) -> Case:
        told = self.on.scenario
        return open_case(invoice, told.customer, told.methods, self.on.policy, self.on.calendar, at)

    def foresees_penalty_on(self, day: date | None) -> date | None:
        """The day of the penalty as foreseen at the end of `day`."""
        if day is None:
            return None
        self.simulation.run(self.on.calendar.start(day + timedelta(days=1)) - timedelta(seconds=1))
        return _penalty_on(forecast(self._case, self._case.now), self.on.calendar)

    def outcome(self) -> FineOutcome:
        """What it came to in the end."""
        self.simulation.run(self.on.ends_at())
        lines = self.simulation.lines[self.invoice_id]
        return outcome_of_lines(lines, self._case.balance, self._case.closed, self.on.calendar)

    @property
    def _case(self) -> Case:
        return self.simulation.cases[self.invoice_id]


def outcome_of_lines(lines: Sequence[Line], left: int, closed: str | None, calendar: Calendar) -> FineOutcome:
    """What a story came to, whichever engine told it."""
    return FineOutcome(
        _penalty_on(lines, calendar),
        sum(line.amount or 0 for line in lines if line.kind == "fee"),
        tuple(calendar.day(line.at) for line in lines if line.kind == "notice"),
        left,
        closed,
        tuple(_written(line, calendar) for line in lines if line.kind in TURNING_POINTS),
    )


def _penalty_on(lines: Sequence[Line], calendar: Calendar) -> date | None:
    return next((calendar.day(line.at) for line in lines if line.kind == "fee"), None)


def _written(line: Line, calendar: Calendar) -> str:
    parts = (f"{calendar.local(line.at):%Y-%m-%dT%H:%M}", line.kind, line.value, line.by, line.demands, line.amount)
    return " ".join("-" if part is None else str(part) for part in parts)
