"""One document of a file, however it was read: its value, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its value, and where each part of it stands."""

    file: str
    value: object
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int | None:
        """The line of a part, or of the nearest part around it."""
        return next((self.lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in self.lines), None)
