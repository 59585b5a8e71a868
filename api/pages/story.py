"""One timeline of a case: what was, what was noted, today, and what is to come; what repeats is folded into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adapters.storage.notes import NoteView
from api.pages.journal_words import phrase
from api.shapes.cases import LineOut

SHOWN: Final = 12  # of what was, before it is folded away


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """A line of the journal, or a note. `more` are the lines that say the same right after it, the last one last."""

    at: datetime
    line: LineOut | None = None
    note: NoteView | None = None
    more: tuple[LineOut, ...] = ()

    @property
    def last(self) -> LineOut | None:
        """The last of those that say the same."""
        return self.more[-1] if self.more else self.line


@dataclass(frozen=True, slots=True)
class Story:
    """What was long ago, what was lately, and what is to come, each in the order of time."""

    earlier: tuple[StoryEntry, ...]
    lately: tuple[StoryEntry, ...]
    coming: tuple[StoryEntry, ...]


def story_of(lines: Sequence[LineOut], notes: Iterable[NoteView], coming: Sequence[LineOut]) -> Story:
    """The story of these lines, in their order, of these notes, and of what is to come."""
    told = [StoryEntry(line.at, line=line) for line in lines]
    noted = [StoryEntry(note.at, note=note) for note in notes]
    past = _folded(sorted([*told, *noted], key=lambda entry: entry.at))
    ahead = _folded(StoryEntry(line.at, line=line) for line in coming)
    return Story(tuple(past[:-SHOWN]), tuple(past[-SHOWN:]), tuple(ahead))


def _folded(entries: Iterable[StoryEntry]) -> list[StoryEntry]:
    """Lines that say the same one after the other are one entry, and so are the reminders of one task, though those of
    another come between; a note is always its own.
    """
    found: list[StoryEntry] = []
    places: dict[object, int] = {}  # of what may still be repeated, by what it says
    for entry in entries:
        says = _says(entry)
        place = places.get(says) if says is not None else None
        if place is not None and entry.line is not None:
            found[place] = replace(found[place], more=(*found[place].more, entry.line))
            continue
        if says is None or entry.line is None or not entry.line.escalated:
            places.clear()
        if says is not None:
            places[says] = len(found)
        found.append(entry)
    return found


def _says(entry: StoryEntry) -> object | None:
    line = entry.line
    return None if line is None else (phrase(line), line.rule, line.by, line.reason)
