"""How much of a payment a provider has refunded: told refund by refund, or in sum, in any order; and some fail.

Whatever is told stays what it was, so how much is refunded follows from all of it together and from no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class RefundNews:
    """What one event says, under a `name` of its own: a `refund` was made or failed, or so much is refunded in all.

    `amount` is in major units, `at` the moment of the provider. `before` is how much had been refunded before a sum,
    where the provider says it.
    """

    name: str
    kind: Literal["made", "failed", "total"]
    amount: Decimal
    currency: str
    at: datetime
    refund: str | None = None
    before: Decimal | None = None


def refunded(news: Iterable[RefundNews]) -> Decimal:
    """How much is refunded and did not come back, by all that was told.

    Each refund that has a name counts, unless it failed; one of a sum may have none.
    """
    told = list(news)
    failed = {one.refund: one for one in told if one.kind == "failed"}
    named = sum([one.amount for one in told if one.kind == "made" and one.refund not in failed], _NOTHING)
    return max(named, _in_sum([one for one in told if one.kind == "total"], list(failed.values())))


def _in_sum(totals: Sequence[RefundNews], failed: Sequence[RefundNews]) -> Decimal:
    """The newest sum, less what failed since.

    What failed at its very second may be out of it or not, so where refunds failed and each sum says what was before
    it, the steps between them count.
    """
    if not totals:
        return _NOTHING
    steps = [one.amount - one.before for one in totals if one.before is not None]
    if failed and len(steps) == len(totals):
        return sum(steps, _NOTHING) - sum([one.amount for one in failed], _NOTHING)
    newest = max(totals, key=lambda one: (one.at, one.amount))
    return newest.amount - sum([one.amount for one in failed if one.at >= newest.at], _NOTHING)
