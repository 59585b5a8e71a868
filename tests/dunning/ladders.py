"""Policies of every kind that the model takes, drawn by hypothesis from what the search of stories draws too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from bench.stories import policies as drawing
from dunning.policy import Policy

T = TypeVar("T")


class Thrown:
    """Throws that hypothesis makes, and makes small again."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def one_of(self, choices: Sequence[T]) -> T:
        return self._draw(st.sampled_from(choices))

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """For the invoices of `cases`: in their zone, without holidays."""
    document = drawing.policy(Thrown(draw))
    document["calendar"] = {**document.get("calendar", {}), "timezone": "customer", "holidays": "none"}
    return Policy.model_validate(document)
