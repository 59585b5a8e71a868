"""How old the open debt is: buckets of days, as shares of a bar and as amounts for each currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.archive import Aged
from api.shapes.values import Sum

LABELS: Final = ("Not overdue", "1–30 days", "31–60 days", "61–90 days", "Over 90 days")
_GAP: Final = 0.4  # percent between two parts of the bar


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket; `left` and `width` are where it stands in the bar, in percent of it."""

    number: int
    label: str
    cases: int
    amounts: tuple[Sum, ...]
    left: float
    width: float


def buckets(aged: Sequence[Aged]) -> tuple[Bucket, ...]:
    """Every bucket, empty ones too. The bar is shared by the number of cases: amounts of currencies do not add up."""
    total = sum(one.cases for one in aged)
    made: list[Bucket] = []
    left = 0.0
    for number, label in enumerate(LABELS):
        mine = [one for one in aged if one.bucket == number]
        cases = sum(one.cases for one in mine)
        width = 100 * cases / total if total else 0.0
        amounts = tuple(Sum.of(one.balance, one.currency) for one in sorted(mine, key=lambda one: -one.cases))
        made.append(Bucket(number, label, cases, amounts, round(left, 2), round(max(0.0, width - _GAP), 2)))
        left += width
    return tuple(made)
