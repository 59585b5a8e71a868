"""A drawn story told on the core, with a witness of all that was done and of each moment at which a case rests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from bench.stories.dice import SeededDice
from bench.stories.drawing import story
from cli.scenarios.stories import KnownPolicies, known_policies, story_calendar
from dunning.answers import Answer
from dunning.case import Case
from dunning.effects import Effect
from dunning.policy import Policy
from dunning.scenarios.core_engine import StoryStage, stage_of_story, staged
from dunning.scenarios.scenario import Scenario
from dunning.simulation.simulate import Event, Simulation
from dunning.simulation.world import World

SHIPPED: Final[KnownPolicies] = known_policies()


@dataclass(frozen=True, slots=True)
class Performed:
    """One effect that was performed, how its case stood then, and what the world answered."""

    case: Case
    effect: Effect
    answer: Answer

    @property
    def invoice(self) -> str:
        """Whose act it is."""
        return self.case.invoice.id

    @property
    def at(self) -> datetime:
        """When."""
        return self.case.now


@dataclass
class Witness(World):
    """A world that remembers everything that it was asked to do."""

    performed: list[Performed] = field(default_factory=list)

    def perform(self, case: Case, effect: Effect, cases: tuple[Case, ...]) -> Answer:
        """Do it, and remember it."""
        answer = super().perform(case, effect, cases)
        self.performed.append(Performed(case, effect, answer))
        return answer


@dataclass(frozen=True, slots=True)
class Rest:
    """A case that has nothing more to do at a moment, and the next moment at which it will look again."""

    at: datetime
    case: Case
    wakes_at: datetime | None


class WatchedSimulation(Simulation):
    """A simulation that keeps every rest of its cases."""

    world: Witness

    def __init__(self, of: Simulation, events: Iterable[Event] | None = None, **changed: Any) -> None:
        """`events` stand for those of the story, `changed` for what its world is made of."""
        world = {part.name: getattr(of.world, part.name) for part in fields(World)}
        super().__init__(Witness(**{**world, **changed}), of.openings, of.events if events is None else events)
        self.rests: list[Rest] = []

    def _act(self, name: str, at: datetime) -> None:
        wake = self.wakes[name]
        super()._act(name, at)
        if wake is not None and wake <= at:
            self.rests.append(Rest(at, self.cases[name], self.wakes[name]))


@dataclass(frozen=True)
class DrawnStory:
    """A story by its name, and everything that it is made of."""

    name: str
    document: dict[str, Any]

    @cached_property
    def scenario(self) -> Scenario:
        """What is told."""
        return Scenario.model_validate(self.document)

    @cached_property
    def policy(self) -> Policy:
        """The policy of all its invoices."""
        return Policy.model_validate(self.document["policy"])

    @cached_property
    def stage(self) -> StoryStage:
        """Where it plays."""
        return stage_of_story(self.scenario, self.policy, story_calendar)

    @cached_property
    def events(self) -> Sequence[Event]:
        """What happens, with its instants."""
        return tuple(self.stage.event(event) for event in self.scenario.events)

    def staged(self, events: Iterable[Event] | None = None, **changed: Any) -> WatchedSimulation:
        """The story before anything has happened, perhaps with other events or in a changed world."""
        return WatchedSimulation(staged(self.stage, story_calendar, SHIPPED.get), events, **changed)

    def told(self, events: Iterable[Event] | None = None) -> WatchedSimulation:
        """The whole story."""
        simulation = self.staged(events)
        simulation.run(self.stage.ends_at())
        return simulation


def drawn(seed: int | str) -> DrawnStory:
    """The story of a seed."""
    name = f"story {seed}"
    return DrawnStory(name, story(SeededDice(seed), name, sorted(SHIPPED)))
