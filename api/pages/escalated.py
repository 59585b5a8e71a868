"""Whom it reached that a task was asked again, in one line for all times that are folded together (H6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from adapters.storage.escalations import EscalationView
from adapters.storage.lists.views import TaskView
from api.pages.story import StoryEntry
from api.pages.task_words import and_list
from api.pages.words import day_words, local_day
from api.shapes.cases import LineOut

_NOBODY: Final = ()


class Raised:
    """Knows the escalations of a case. A line of its journal names the kind of its task, and not the task."""

    def __init__(self, escalations: Sequence[EscalationView], tasks: Sequence[TaskView], zone: str) -> None:
        """`zone` is the case's."""
        kinds = {task.id: task.about for task in tasks}
        self._zone = zone
        self._told: dict[tuple[str | None, date], tuple[str, ...]] = {}
        for one in escalations:
            self._told.setdefault((kinds.get(one.task), local_day(one.at, zone)), one.told)

    def told(self, entry: StoryEntry) -> str:
        """Such as `ann told on Mon 9 Mar 2026, ann and mia told on Mon 23 Mar 2026`; empty where nobody was."""
        lines = [one for one in (entry.line, *entry.more) if one is not None and one.escalated]
        reached = [(self._people(line), local_day(line.at, self._zone)) for line in lines]
        known = [(people, day) for people, day in reached if people]
        parts = []
        for people, days in groupby(known, key=lambda one: one[0]):
            last = [day for _, day in days]
            since = f"{day_words(last[0])}" + (f" to {day_words(last[-1])}" if len(last) > 1 else "")
            parts.append(f"{and_list(people)} told {'on' if len(last) == 1 else 'from'} {since}")
        return ", ".join(parts)

    def _people(self, line: LineOut) -> tuple[str, ...]:
        return self._told.get((line.value, local_day(line.at, self._zone)), _NOBODY)
