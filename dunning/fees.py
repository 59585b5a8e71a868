"""The fee of a notice: what a case asks for it, as the notice carries it and a task keeps it (N1)."""

from __future__ import annotations

from dunning.value import value


@value
class NoticeFee:
    """A fee that is booked with its notice and never without (N1). `key` is its name for ever.

    It is `demanded` by the notice itself unless it stands behind it in the policy.
    """

    key: str
    amount: int
    demanded: bool = True


@value
class Unsent:
    """A step's notice that no channel could take: whoever passes it on serves it (N4), and its fees are owed (N1)."""

    step: str
    fees: tuple[NoticeFee, ...] = ()
