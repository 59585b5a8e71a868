"""What is asked of a list, as it stands in the URL: filters as chips that can be taken off, an order, a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

Choice = tuple[str, str]  # a value, and its words


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter by which a list is narrowed: chosen from `choices`, or written where there are none.

    `kind` is the field's type in the form; `usual` is what counts while the URL says nothing, and makes no chip.
    """

    name: str
    title: str
    choices: Sequence[Choice] = ()
    kind: Literal["text", "number", "date"] = "text"
    usual: str = ""
    any_of_it: str | None = "Any"  # the words of no wish; None where one of the choices must be

    def words(self, value: str) -> str:
        """The value as people call it."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its words, and where it leads to take it off."""

    title: str
    words: str
    off: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as it was asked for at `path`; `values` are what the URL says, by the names of the filters.

    `orders` are the orders that the list has, the usual one first; `order` is the one asked for, empty: the usual.
    """

    path: str
    filters: Sequence[Filter]
    values: Mapping[str, str]
    orders: Sequence[Choice] = ()
    order: str = ""
    cursor: str | None = None
    # More that a list's links carry, such as the day a calendar begins with.
    besides: Mapping[str, str] = field(default_factory=dict)

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on."""
        on = [one for one in self.filters if self._on(one)]
        return [Chip(one.title, one.words(self.values[one.name]), self.link(**{one.name: ""})) for one in on]

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is on."""
        return any(map(self._on, self.filters))

    @property
    def is_first(self) -> bool:
        """Whether this is the first page."""
        return self.cursor is None

    @property
    def usual_order(self) -> str:
        """The order of who asks for none."""
        return self.orders[0][0] if self.orders else ""

    def value(self, name: str) -> str:
        """What the form shows in a field."""
        return self.values.get(name) or next((one.usual for one in self.filters if one.name == name), "")

    def link(self, at: str | None = None, /, **changed: str) -> str:
        """The list's address with other values (empty: without), from its first page; `at` another address of it."""
        said = {**self.besides, **self.values, "sort": self.order, **changed}
        query = {name: value for name, value in said.items() if value}
        return f"{at or self.path}?{urlencode(query)}" if query else (at or self.path)

    def onwards(self, cursor: str | None) -> str | None:
        """Where the page stands that begins there; None at the end."""
        return self.link(cursor=cursor) if cursor else None

    def _on(self, one: Filter) -> bool:
        return self.values.get(one.name, "") not in {"", one.usual}


def values_of(**said: object) -> dict[str, str]:
    """What a URL said, as texts: what it left out is not among them."""
    return {name: str(value) for name, value in said.items() if value is not None}
