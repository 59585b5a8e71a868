"""Cases in a time that jumps: from one thing that happens to the next, thousands of cases a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dunning.case import Case
from dunning.decide import follow
from dunning.due import Due
from dunning.effects import Perform, Wait
from dunning.journal import Line
from dunning.messages import CUSTOMER_WIDE, FACTS, REQUESTS, Contact, MethodAdded, PaymentReversed
from dunning.opening import answer, ask, learn, tell
from dunning.simulation.world import World

MOST_ACTS = 10_000  # far beyond any case; a policy that would go on for ever is a bug of ours


@dataclass(frozen=True, slots=True)
class Event:
    """Something from outside at a moment. `invoice` None: it concerns the customer, or the only case."""

    at: datetime
    name: str
    body: dict[str, Any]
    invoice: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that is to open at a moment; later, if nothing of ours runs then."""

    at: datetime
    opens: Callable[[datetime], Case]


class Simulation:
    """Some cases of one customer and their world, run from event to event; facts of a moment come before acts (T3)."""

    def __init__(self, world: World, openings: Iterable[Opening], events: Iterable[Event] = ()) -> None:
        """Nothing happens before `run`."""
        self.world = world
        self.openings = sorted(openings, key=lambda opening: opening.at)
        self.events = sorted(events, key=lambda event: event.at)
        self.cases: dict[str, Case] = {}
        self.wakes: dict[str, datetime | None] = {}
        self.lines: dict[str, list[Line]] = {}
        self.early: list[Event] = []
        self.awaited: dict[str, Due | None] = {}

    def run(self, until: datetime) -> None:
        """Everything that happens up to `until`, itself included."""
        while True:
            at = self._next_moment()
            if at is None or at > until:
                break
            self._happens(at)
        for name, case in self.cases.items():
            self.cases[name] = case if case.closed else case.evolve(now=max(case.now, until))

    def _next_moment(self) -> datetime | None:
        moments = [wake for wake in self.wakes.values() if wake is not None]
        moments += [come[0] for come in self.world.to_come]
        if self.openings:
            moments.append(self.openings[0].at)
        if self.events:
            moments.append(self.events[0].at)
        return min(moments, default=None)

    def _happens(self, at: datetime) -> None:
        while self.openings and self.openings[0].at <= at:
            self._open(self.openings.pop(0).opens(at))
        for come in [come for come in self.world.to_come if come[0] <= at]:
            self.world.to_come.remove(come)
            self._tell(Event(at, come[2], come[3], come[1]), at)
        while self.events and self.events[0].at <= at:
            self._event(self.events.pop(0), at)
        for name in self.cases:
            self._act(name, at)

    def _open(self, case: Case) -> None:
        """A case opens, and learns what was told of it and of its customer before."""
        name = case.invoice.id
        self.cases[name], self.lines[name] = case, []
        told = [(event.name, _dated(event)) for event in self.early if event.invoice in {None, name}]
        self.cases[name] = learn(self.cases[name], told, case.now)
        self.wakes[name] = case.now

    def _event(self, event: Event, at: datetime) -> None:
        if event.name == "outage":
            self._outage(event)
        elif event.name == "crash":
            self.world.crash_after = event.body["after"]
        else:
            self._tell(event, at)

    def _outage(self, event: Event) -> None:
        """Nothing of ours runs until then: what comes meanwhile is taken then, and knows when it reached us."""
        until: datetime = event.body["until"]
        late = [replace(e, at=until, body=_dated(e)) if e.at < until else e for e in self.events]
        self.events = sorted(late, key=lambda e: e.at)
        self.openings = [Opening(max(opening.at, until), opening.opens) for opening in self.openings]
        self.wakes = {name: max(wake, until) if wake else wake for name, wake in self.wakes.items()}
        self.world.to_come = [(max(come[0], until), *come[1:]) for come in self.world.to_come]

    def _tell(self, event: Event, at: datetime) -> None:
        if event.name == Contact.name:
            self.world.told(Contact.model_validate(event.body))
        if event.name == "bounced":
            self.world.bounced.add(event.body["channel"])
        if event.name == PaymentReversed.name and event.body.get("code"):
            self.world.returned(event.body["payment_id"], event.body["code"])
        if event.name == MethodAdded.name:
            self.world.renewed[event.body["id"]] = at
        everyone = event.name in CUSTOMER_WIDE and event.invoice is None
        names = list(self.cases) if everyone else [event.invoice] if event.invoice in self.cases else []
        if event.name in FACTS and (everyone or not names):
            self.early.append(event)  # a case that opens later learns of it at its opening
        for name in names:
            self._told(name, event, at)

    def _told(self, name: str, event: Event, at: datetime) -> None:
        case = self.cases[name]
        if event.name in FACTS:
            case = tell(case, event.name, _dated(event), at)
        else:
            case = ask(case, REQUESTS[event.name].model_validate(event.body), at)
        self.cases[name] = case
        self.wakes[name], self.awaited[name] = at, None

    def _act(self, name: str, at: datetime) -> None:
        wake = self.wakes[name]
        if wake is None or wake > at:
            return
        case, awaited = self.cases[name], self.awaited.pop(name, None)
        for _ in range(MOST_ACTS):
            case, decision, awaited = follow(case, at, awaited)
            if not isinstance(decision, Perform):
                break
            said = self.world.perform(case, decision.effect, self._all(case))
            case = answer(case, decision.effect, said, at)
        else:
            msg = f"case {name} does not come to rest at {at}"
            raise RuntimeError(msg)
        if case.lines:
            self.lines[name] += case.lines
            case = case.written()
        self.cases[name] = case
        self.wakes[name] = decision.until if isinstance(decision, Wait) else None
        self.awaited[name] = awaited

    def _all(self, case: Case) -> tuple[Case, ...]:
        return (case,) if len(self.cases) == 1 else tuple({**self.cases, case.invoice.id: case}.values())


def _dated(event: Event) -> dict[str, Any]:
    """What was told, with the moment at which it reached us: the same words on another day are another message."""
    return {"at": event.at, **event.body}
