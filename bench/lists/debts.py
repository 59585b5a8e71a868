"""The debts of a made-up book: how much, since when, and how their cases stand. The dice fall alike each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

NOW: Final = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
TODAY: Final = NOW.date()
_STAGES: Final[Mapping[str, int]] = {
    "dunning": 55, "new": 14, "promised": 7, "plan": 2, "dispute": 4, "held": 3, "stopped": 2, "approval": 1,
    "escalation": 1, "pending": 3, "below-minimum": 3, "reply": 1, "ending": 4,
}  # fmt: skip
_ENDS: Final = ("paid", "paid", "paid", "paid", "credited", "written-off", "handed-off")
_CURRENCIES: Final = ("EUR",) * 7 + ("SEK", "GBP", "NOK")


@dataclass(frozen=True, slots=True)
class Debt:
    """One invoice, and how its case stands; without a stage it has none."""

    number: int
    customer: int
    currency: str
    amount: int
    balance: int
    due_on: date
    stage: str | None
    outcome: str | None

    @property
    def id(self) -> str:
        """As the invoice is called."""
        return f"INV-{self.number:07}"

    @property
    def customer_id(self) -> str:
        """Whose it is."""
        return f"C-{self.customer:06}"

    @property
    def opened_at(self) -> datetime:
        """When its case opened."""
        return datetime.combine(min(self.due_on + timedelta(days=1), TODAY), time(5), UTC)


def debts(open_cases: int) -> Iterator[Debt]:
    """So many with an open case, half as many whose case ended, and three times that half without one."""
    dice = Random(11)
    stages = [name for name, part in _STAGES.items() for _ in range(part)]
    for number in range(open_cases):
        yield _debt(dice, number, open_cases, stages[number % len(stages)], None)
    for number in range(open_cases, open_cases * 3 // 2):
        yield _debt(dice, number, open_cases, None, _ENDS[number % len(_ENDS)])
    for number in range(open_cases * 3 // 2, open_cases * 3):
        yield _debt(dice, number, open_cases, None, None)


def customers_of(open_cases: int) -> int:
    """How many customers have them."""
    return max(1, open_cases * 6 // 10)


def _debt(dice: Random, number: int, open_cases: int, stage: str | None, outcome: str | None) -> Debt:
    amount = dice.randint(20_00, 9_000_00)
    part = 0 if outcome or not stage else amount if number % 6 else amount // 2
    late = dice.randint(-20, 90) if not stage and not outcome else int(dice.triangular(-3, 240, 12))
    if not stage and not outcome and late < 0:
        part = amount  # not due yet, and not paid
    customer = number * 7_919 % customers_of(open_cases)
    # A customer's invoices are in one currency, but for a few.
    currency = _CURRENCIES[(customer if number % 50 else number) % len(_CURRENCIES)]
    return Debt(number, customer, currency, amount, part, TODAY - timedelta(days=late), stage, outcome)
