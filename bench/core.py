"""(a) Simulated cases per second on one core, from the opening to the end."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import repeat

from bench import book
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.journal import TURNING_POINTS
from dunning.opening import open_case
from dunning.policy import Policy
from dunning.simulation.simulate import Opening, Simulation
from dunning.simulation.world import Script, World

CASES = 2_000
ROUNDS = 5
GOAL = 2_000
TURNS = 1_000_000


def one(number: int, rules: Policy, calendar: Calendar) -> int:
    """Run one case to its end; the number of its turning points."""
    invoice, customer = book.invoice(number), book.customer(number)

    def opens(at: datetime) -> Case:
        return open_case(invoice, customer, (book.CARD,), rules, calendar, at)

    world = World(customer, gateway=iter(repeat(Script(answer="insufficient_funds"))))
    simulation = Simulation(world, [Opening(book.OPENS_AT, opens)])
    simulation.run(book.OPENS_AT.replace(year=2027))
    return sum(line.kind in TURNING_POINTS for line in simulation.lines[invoice.id])


def turn() -> float:
    """Seconds of one turn of an empty loop, the best of some rounds: what a case is held against on any machine."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(TURNS):
            pass
        best = min(best, (time.perf_counter() - start) / TURNS)
    return best


def run() -> dict[str, float]:
    """Cases per second, the best of some rounds, the turning points of one, and what it costs in empty turns."""
    rules = book.policy()
    calendar = book.calendar(rules)
    points = one(0, rules, calendar)
    best = 0.0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for number in range(CASES):
            one(number, rules, calendar)
        best = max(best, CASES / (time.perf_counter() - start))
    empty = 1 / best / turn()
    return {
        "cases_per_second": round(best), "goal": GOAL, "turning_points_per_case": points,
        "empty_turns_per_case": round(empty),
    }  # fmt: skip
