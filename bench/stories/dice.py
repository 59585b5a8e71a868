"""Where chance comes from: a seed for the stories of a search, hypothesis for those of a test, which it makes small."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

T = TypeVar("T")


class Dice(Protocol):
    """The two throws that all drawing is made of."""

    def one_of(self, choices: Sequence[T]) -> T:
        """One of these, all as likely."""
        ...

    def number(self, least: int, most: int) -> int:
        """A whole number; both ends may come."""
        ...


class SeededDice:
    """The same throws for the same seed, on every machine."""

    def __init__(self, seed: int | str) -> None:
        """`seed` names the story."""
        self._random = Random(seed)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of these, all as likely."""
        return choices[self._random.randrange(len(choices))]

    def number(self, least: int, most: int) -> int:
        """A whole number; both ends may come."""
        return self._random.randint(least, most)


def once_in(dice: Dice, times: int) -> bool:
    """Whether it happens, which it does once in so many times."""
    return dice.number(1, times) == times


def several(dice: Dice, choices: Sequence[T], least: int, most: int) -> list[T]:
    """Some of these in any order, none twice."""
    left, drawn = list(choices), []
    for _ in range(min(dice.number(least, most), len(left))):
        drawn.append(dice.one_of(left))
        left.remove(drawn[-1])
    return drawn
