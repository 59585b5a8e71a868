"""(d) What asking the rule book costs: microseconds a question, by how often the method was tried before."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from bench import book, core
from dunning.rulebook.asked import Wanted
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried
from dunning.rulebook.verdict import may_try

HISTORIES = {"empty": 0, "usual": 8, "long": 200}
QUESTIONS = 500
CASES = 200
ROUNDS = 7
GOAL = 1_000  # microseconds


def history(number: int) -> list[Tried]:
    """So many declines of one card, three hours apart, for five invoices and two amounts, by three codes."""
    codes = [Codes("insufficient_funds", network_code="51"), Codes("issuer_not_available"), Codes("do_not_honor", "24")]
    return [
        Tried(
            _ago(number - one), f"INV-{one % 5}", "card", 250_00 + one % 2, "EUR", "declined", codes[one % 3],
        )
        for one in range(number)
    ]  # fmt: skip


def _ago(attempts: int) -> datetime:
    return book.OPENS_AT - attempts * timedelta(hours=3)


def question(number: int) -> Wanted:
    """A question that was not asked before: each has a moment of its own."""
    at = book.OPENS_AT + timedelta(seconds=number)
    return Wanted(at, at.date(), "INV-1", "card", 250_00, "EUR", network="visa", country="NL", provider="stripe")


def microseconds(earlier: list[Tried]) -> float:
    """One question, the best of some rounds."""
    asked = [question(number) for number in range(QUESTIONS)]
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for one in asked:
            may_try(one, earlier)
        best = min(best, (time.perf_counter() - start) / QUESTIONS)
    return best * 1e6


def simulated_case() -> float:
    """Microseconds of a whole case of the other benchmark, the best of some rounds."""
    rules = book.policy()
    calendar = book.calendar(rules)
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for number in range(CASES):
            core.one(number, rules, calendar)
        best = min(best, (time.perf_counter() - start) / CASES)
    return best * 1e6


def run() -> dict[str, object]:
    """Microseconds a question by the history, and how many of them make one simulated case."""
    case = simulated_case()
    asked = {name: microseconds(history(number)) for name, number in HISTORIES.items()}
    return {
        "microseconds": {name: round(cost, 1) for name, cost in asked.items()},
        "of_one_case": {name: round(cost / case, 4) for name, cost in asked.items()},
        "case_microseconds": round(case),
        "goal_microseconds": GOAL,
    }
