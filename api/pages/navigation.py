"""Where the console leads: the pages of the bar at the top, each with who may see it and the key that goes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.callers import Caller, may
from dunning.roles import Action

HOME: Final = "/queue"  # where `/` leads


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the bar: `key` after `g` goes there; every path that begins with `under` belongs to it."""

    title: str
    href: str
    key: str
    right: Action = "see"
    under: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether somebody at this path is at the place or below it."""
        return any(path == one or path.startswith(f"{one}/") for one in (self.href, *self.under))


PLACES: Final = (
    Place("Queue", "/queue", "q", under=("/reviews",)),
    Place("Cases", "/cases", "c"),
    Place("Customers", "/customers", "u"),
    Place("Tasks", "/tasks", "t"),
    Place("Calendar", "/calendar", "k"),
    Place("Disputes", "/disputes", "d"),
    Place("Payments", "/payments", "b"),
    Place("Overview", "/overview", "o"),
    Place("Policies", "/policies", "p"),
    Place("Messages", "/messages", "m"),
    Place("People", "/people", "e", right="people"),
    Place("System", "/system", "s", right="system"),
)


def places_of(caller: Caller | None) -> list[Place]:
    """The pages that somebody may see, in order."""
    return [place for place in PLACES if may(caller, place.right)]
