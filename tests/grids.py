"""How much of a grid a test walks: a sample with the others, the whole of it with `make grids`."""

from __future__ import annotations

import os
from typing import Final

WHOLE: Final = bool(os.environ.get("GRIDS"))


def walked(whole: int, *, sample: int) -> int:
    """How many of its examples a test takes in this run; a module that asks carries the mark `grid`."""
    return whole if WHOLE else sample
