"""How the amount of an invoice became the amount that is demanded: the lines that a message may show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dunning.fees import NoticeFee

EntryKind = Literal["fee", "interest", "payment", "credit", "dispute"]
_RAISES: Final = frozenset({"fee", "interest"})


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One change of what is owed: `amount` in minor units, never negative, on the day `on` where a day is known.

    A reversed payment is left out or given with what remains of it; a dispute is what the debtor questions now.
    """

    kind: EntryKind
    amount: int
    on: date | None = None

    @property
    def change(self) -> int:
        """The amount with its sign: fees and interest raise what is demanded, the others lower it."""
        return self.amount if self.kind in _RAISES else -self.amount


def with_fees(entries: Sequence[StatementEntry], fees: Iterable[NoticeFee], on: date) -> tuple[StatementEntry, ...]:
    """The entries with the fees that a notice demands: they are booked when it has left, so they are none yet (N1).

    What is disputed stays last.
    """
    own = tuple(StatementEntry("fee", fee.amount, on) for fee in fees if fee.demanded)
    disputed = tuple(entry for entry in entries if entry.kind == "dispute")
    return (*(entry for entry in entries if entry.kind != "dispute"), *own, *disputed)


def explains(amount: int, entries: Iterable[StatementEntry], demands: int) -> bool:
    """Whether the lines add up to what is demanded (F2). A sum that does not is never shown to a debtor."""
    return amount + sum(entry.change for entry in entries) == demands
