"""A shuffled deck of what can happen: dealt card by card, so that everything comes up, and as often as it should."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Deck(Generic[T]):
    """Each card is in it as many times as the odds say; when all are dealt it is shuffled anew."""

    def __init__(self, odds: Mapping[T, int], seed: int) -> None:
        self._odds, self._dice = odds, Random(seed)
        self._left: list[T] = []

    def deal(self) -> T:
        """The next card."""
        if not self._left:
            self._left = [card for card, times in self._odds.items() for _ in range(times)]
            self._dice.shuffle(self._left)
        return self._left.pop()
