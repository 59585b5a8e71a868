"""What comes to the same when a story is told otherwise: cut off, with repeats, in another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest
from typing import Final

from bench.stories.dice import SeededDice
from bench.stories.telling import DrawnStory, WatchedSimulation
from bench.stories.told import ToldStory
from dunning import messages
from dunning.forecast import forecast
from dunning.journal import TURNING_POINTS, Line
from dunning.rulebook.decline import FORESEEN
from dunning.simulation.simulate import Event
from dunning.simulation.world import Script

AHEAD: Final = timedelta(days=400)
# Facts that do not contradict each other, whatever their order: each has an id of its own, and they are added up.
MONEY: Final = frozenset({"payment_received", "payment_reversed", "credit"})


def foreseen(told: ToldStory) -> Iterator[str]:
    """O4: what is foreseen at any moment is what then happens if nothing is told and attempts fail as foreseen. That
    nobody answers a task in time is not shown; other cases of the customer, and what was tried elsewhere before the
    case opened, cannot be foreseen.
    """
    story = told.story
    if not _foreseeable(story):
        return
    dice = SeededDice(f"foreseen {story.name}")
    until = story.stage.opens_at(story.scenario.all_invoices[0]) + timedelta(hours=6 * dice.number(0, 200))
    events = [event for event in story.events if event.at <= until and event.name not in {"outage", "crash"}]
    cut = story.staged(events, channels=(), gateway=iter([Script(FORESEEN)] * 100))
    cut.run(until)
    for name, case in cut.cases.items():
        shown, known = _points(forecast(case, until, cut.world.usable)), len(cut.lines[name])
        cut.run(until + AHEAD)
        yield from (
            f"{name} at {until:%Y-%m-%d %H:%M}: foreseen {one}; came {two}"
            for one, two in _first_difference(shown, _points(cut.lines[name][known:]))
        )


def _foreseeable(story: DrawnStory) -> bool:
    first, *others = story.scenario.all_invoices
    return not (others or first.attempts)


def repeats(told: ToldStory) -> Iterator[str]:
    """P1: facts that are told again, however late, change nothing; `at` says when they reached us first."""
    dice = SeededDice(f"repeats {told.story.name}")
    facts = _first_told(event for event in told.story.events if event.name in messages.FACTS)
    again = [_again(dice.one_of(facts), dice) for _ in range(4) if facts]
    events = sorted([*told.story.events, *again], key=lambda event: event.at)
    yield from _otherwise(told, told.story.told(events), in_order=True) if again else ()


def _first_told(facts: Iterable[Event]) -> list[Event]:
    """The first of each id: another with its id says something else, which the API refuses before a case opens."""
    first: dict[tuple[str | None, str], Event] = {}
    for fact in facts:
        first.setdefault((fact.invoice, messages.identity(fact.name, {"at": fact.at, **fact.body})), fact)
    return list(first.values())


def _again(event: Event, dice: SeededDice) -> Event:
    later = timedelta(minutes=dice.one_of([0, 1, 30, 600, 3_000, 20_000]))
    return replace(event, at=event.at + later, body={"at": event.at, **event.body})


def shuffles(told: ToldStory) -> Iterator[str]:
    """T3, P5: money that comes and goes in one moment comes to the same in whatever order it is told."""
    events, dice = list(told.story.events), SeededDice(f"shuffles {told.story.name}")
    shuffled: list[Event] = []
    while events:
        row = 1
        while row < len(events) and _of_one_moment(events[: row + 1]):
            row += 1
        moment, events = events[:row], events[row:]
        while moment:
            shuffled.append(moment.pop(dice.number(0, len(moment) - 1)))
    if shuffled != list(told.story.events):
        yield from _otherwise(told, told.story.told(shuffled), in_order=False)


def _of_one_moment(events: Sequence[Event]) -> bool:
    # A payment is applied once over all invoices (P9), so one id told of two of them is for the first that is told.
    ids = {(event.name, event.body.get("id")) for event in events}
    return len({event.at for event in events}) == 1 and len(ids) == len(events) and {e.name for e in events} <= MONEY


def _otherwise(told: ToldStory, other: WatchedSimulation, *, in_order: bool) -> Iterator[str]:
    """Where another telling comes to something else."""
    for name, case in told.simulation.cases.items():
        one, two = _points(told.simulation.lines[name]), _points(other.lines[name])
        if not in_order:
            one, two = sorted(one), sorted(two)
        yield from (f"{name}: {first} became {second}" for first, second in _first_difference(one, two))
        if one == two and (case.balance, case.closed) != (other.cases[name].balance, other.cases[name].closed):
            yield f"{name}: {case.balance} {case.closed} became {other.cases[name].balance} {other.cases[name].closed}"


def _points(lines: Iterable[Line]) -> list[str]:
    """The turning points in words, but for what a forecast does not show: that a task was not answered in time."""
    return [_point(line) for line in lines if line.kind in TURNING_POINTS and not line.escalated]


def _point(line: Line) -> str:
    more = (line.step, line.demands, line.by, line.method, line.amount, line.queue)
    return (
        f"{line.at:%Y-%m-%d %H:%M} {line.kind} {line.value} ({', '.join(str(one) for one in more if one is not None)})"
    )


def _first_difference(one: Sequence[str], two: Sequence[str]) -> list[tuple[str, str]]:
    pairs = zip_longest(one, two, fillvalue="nothing more")
    return [pair for pair in pairs if pair[0] != pair[1]][:1]
