"""How old the open debt is: buckets of days, as shares of a bar and as amounts for each currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from adapters.storage.lists.totals import DueTotal
from api.listing.ages import AGES, age_on
from api.shapes.values import Sum

_GAP: Final = 0.4  # percent between two parts of the bar


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket; `left` and `width` are where it stands in the bar, in percent of it."""

    number: int
    name: str
    label: str
    cases: int
    amounts: tuple[Sum, ...]
    left: float
    width: float


def buckets(totals: Sequence[DueTotal], today: date) -> tuple[Bucket, ...]:
    """Every bucket, empty ones too. The bar is shared by the number of cases: amounts of currencies do not add up."""
    counts: Counter[str] = Counter()
    sums: dict[str, Counter[str]] = {age.name: Counter() for age in AGES}
    of: dict[str, Counter[str]] = {age.name: Counter() for age in AGES}
    for one in totals:
        name = age_on(one.due_on, today).name
        counts[name] += one.cases
        sums[name][one.currency] += one.balance
        of[name][one.currency] += one.cases
    total, made, left = counts.total(), [], 0.0
    for number, age in enumerate(AGES):
        width = 100 * counts[age.name] / total if total else 0.0
        amounts = tuple(Sum.of(sums[age.name][currency], currency) for currency, _ in of[age.name].most_common())
        shown = round(max(0.0, width - _GAP), 2)
        made.append(Bucket(number, age.name, age.label, counts[age.name], amounts, round(left, 2), shown))
        left += width
    return tuple(made)
