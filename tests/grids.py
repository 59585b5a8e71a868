"""How much of a grid a test walks: a sample with the others, the whole of it with `make grids`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, TypeVar

One = TypeVar("One")

WHOLE: Final = bool(os.environ.get("GRIDS"))


def walked(whole: int, *, sample: int) -> int:
    """How many of its examples a test takes in this run; a module that asks carries the mark `grid`."""
    return whole if WHOLE else sample


def one_in(step: int, every: Sequence[One]) -> list[One]:
    """Of all that a test could be asked each so-manieth in this run; a step that divides no side meets every value."""
    return list(every) if WHOLE else list(every[::step])
