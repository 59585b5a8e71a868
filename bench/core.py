"""(a) What a simulated case costs on one core, from the opening to the end."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import repeat
from statistics import median

from bench import book
from dunning.calendar import Calendar
from dunning.case import Case
from dunning.engine import open_case
from dunning.forecast import forecast
from dunning.journal import TURNING_POINTS
from dunning.policy import Policy
from dunning.records import Invoice
from dunning.simulation.simulate import PlannedOpening, Simulation
from dunning.simulation.world import Script, World

CASES = 500
ROUNDS = 15
GOAL = 30_000  # empty turns
FORECASTS = 50
FORECAST_GOAL = 2  # milliseconds
TURNS = 1_000_000


def one(number: int, rules: Policy, calendar: Calendar) -> int:
    """Run one case to its end; the number of its turning points."""
    invoice, customer = book.invoice(number), book.customer(number)

    def opens(invoice: Invoice, at: datetime) -> Case:
        return open_case(invoice, customer, (book.CARD,), rules, calendar, at)

    world = World(customer, gateway=iter(repeat(Script(answer="insufficient_funds"))))
    simulation = Simulation(world, [PlannedOpening(book.OPENS_AT, invoice, opens)])
    simulation.run(book.OPENS_AT.replace(year=2027))
    return sum(line.kind in TURNING_POINTS for line in simulation.lines[invoice.id])


def turn() -> float:
    """Seconds of one turn of an empty loop: what a case is held against on any machine."""
    start = time.process_time()
    for _ in range(TURNS):
        pass
    return (time.process_time() - start) / TURNS


def case(rules: Policy, calendar: Calendar) -> float:
    """Seconds of one case."""
    start = time.process_time()
    for number in range(CASES):
        one(number, rules, calendar)
    return (time.process_time() - start) / CASES


def foreseeing(rules: Policy, calendar: Calendar) -> float:
    """Seconds of the forecast of a case that has just opened: its whole future."""
    case = open_case(book.invoice(0), book.customer(0), (book.CARD,), rules, calendar, book.OPENS_AT)
    start = time.process_time()
    for _ in range(FORECASTS):
        forecast(case, case.now)
    return (time.process_time() - start) / FORECASTS


def run() -> dict[str, float]:
    """Cases per second of CPU, the turning points of one, and what it and a forecast cost.

    Case and loop take turns, so that a machine that is busy with something else slows down both; the median of the
    rounds is told.
    """
    rules = book.policy()
    calendar = book.calendar(rules)
    points = one(0, rules, calendar)
    rounds = [(case(rules, calendar), (turn() + turn()) / 2) for _ in range(ROUNDS)]
    return {
        "empty_turns_per_case": round(median(seconds / empty for seconds, empty in rounds)),
        "goal": GOAL,
        "cases_per_second": round(1 / min(seconds for seconds, _ in rounds)),
        "forecast_ms": round(1_000 * median(foreseeing(rules, calendar) for _ in range(ROUNDS)), 2),
        "forecast_goal_ms": FORECAST_GOAL,
        "turning_points_per_case": points,
    }
