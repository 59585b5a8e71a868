"""A story and what came of it, as the properties read it: journals and acts under the story's own policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from bench.stories.reading import LocalDays, local_days
from bench.stories.telling import DrawnStory, Performed, WatchedSimulation
from dunning.answers import Deferred, Forbidden
from dunning.journal import Line
from dunning.notices.channel_answers import WHY
from dunning.policy import Policy

SAME_NOTICE: Final = frozenset({WHY["copy"], WHY["next_channel"], WHY["thanks"]})  # what T7 does not count (N2, N3, M2)


@dataclass(frozen=True)
class ToldStory:
    """A story and what came of it."""

    story: DrawnStory
    simulation: WatchedSimulation

    @property
    def policy(self) -> Policy:
        """The policy of all its cases, until another takes over."""
        return self.story.policy

    @cached_property
    def lines(self) -> Mapping[str, Sequence[Line]]:
        """The journal of each case as far as its own policy rules it: another that takes over is another story."""
        return {name: _before(lines) for name, lines in self.simulation.lines.items()}

    @cached_property
    def acts(self) -> Mapping[str, Sequence[Performed]]:
        """What was done for each case under its own policy; what was put off or forbidden was not done."""
        done = [act for act in self.simulation.world.performed if not isinstance(act.answer, Deferred | Forbidden)]
        ends = {name: takeover(lines) for name, lines in self.simulation.lines.items()}
        return {
            name: [act for act in done if act.invoice == name and (end is None or act.at < end)]
            for name, end in ends.items()
        }

    @cached_property
    def days(self) -> LocalDays:
        """The local days of its policy."""
        invoices = self.story.scenario.all_invoices
        first = min(one.due_on for one in invoices).year
        zone = self.story.stage.calendar.zone
        return local_days(self.policy, self.story.scenario.customer, zone, range(first - 1, first + 3))


def takeover(lines: Iterable[Line]) -> datetime | None:
    """When another policy took over, if one did."""
    return next((line.at for line in lines if line.kind == "policy"), None)


def _before(lines: Sequence[Line]) -> Sequence[Line]:
    end = takeover(lines)
    return lines if end is None else [line for line in lines if line.at < end]


def notices(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines of each notice that is one of its own, all its channels together."""
    found: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind == "notice" and line.why not in SAME_NOTICE:
            found[line.at, line.value, line.step].append(line)
    return list(found.values())


def step_of(told: ToldStory, act: Performed) -> str | None:
    """The step that does it, by its key."""
    place = f"case:{act.invoice}/step/"
    return next((one.name for one in told.policy.steps if act.effect.key.startswith(f"{place}{one.name}/")), None)


def first_act(told: ToldStory, invoice: str, step: str) -> Performed | None:
    """The act with which a step begins: not a fee, which is booked with its notice."""
    first, _ = told.policy.step_named(step).acts[0]
    return next((act for act in told.acts[invoice] if act.effect.key == f"case:{invoice}/step/{step}/{first}"), None)
