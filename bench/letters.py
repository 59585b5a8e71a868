"""(f) What a letter costs: CPU from the notice to its PDF, after the first has loaded fonts and library."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from datetime import date
from json import dumps

from rich.console import Console
from rich.progress import track

from adapters.calendars import creditors_calendars
from adapters.letters.pdf import pdf_of
from adapters.messages.catalogue import catalogue
from adapters.messages.composer import Composer
from adapters.messages.made_up import MadeUp, made_up
from adapters.policies import shipped_policies
from cli.demo.demo_creditor import NORTHWIND

GOAL = 60  # milliseconds of CPU a letter
MESSAGES = ("firm", "final")
TODAY = date(2026, 9, 28)


def letters() -> list[MadeUp]:
    """Two messages of the business policy in each language."""
    calendars, policy = creditors_calendars("Europe/Amsterdam", "NL"), shipped_policies()["b2b-net30"]
    return [
        made_up(message, policy, locale=locale, today=TODAY, calendar_for=calendars)
        for locale in catalogue()
        for message in MESSAGES
    ]


def run(count: int = 100) -> dict[str, object]:
    """Milliseconds of CPU for the first letter, and for each of `count` after it."""
    writer, every = Composer(NORTHWIND.as_creditor(), window="din-5008-b"), letters()
    start = time.process_time()
    _print(writer, every[0], "first")
    first, costs, sizes = _milliseconds(start), [], []
    for number in track(range(count), "letters", console=Console(stderr=True), transient=True):
        start = time.process_time()
        sizes.append(len(_print(writer, every[number % len(every)], str(number))))
        costs.append(_milliseconds(start))
    return {
        "letters": count,
        "cpu_ms_a_letter": round(statistics.fmean(costs), 1),
        "cpu_ms_median": round(statistics.median(costs), 1),
        "cpu_ms_the_first": round(first, 1),
        "kilobytes": round(statistics.fmean(sizes) / 1000, 1),
        "goal_cpu_ms": GOAL,
    }


def main(arguments: Sequence[str]) -> int:
    """`python -m bench letters [--count N]`: how many letters, 100 if nothing is said."""
    parser = argparse.ArgumentParser("python -m bench letters", description=__doc__)
    parser.add_argument("--count", type=_positive, default=100, help="how many letters, 1 or more")
    print(dumps({"letters": run(parser.parse_args(arguments).count)}, indent=2))
    return 0


def _positive(said: str) -> int:
    if not said.isdecimal() or not int(said):
        raise argparse.ArgumentTypeError(f"found {said!r}; allowed 1 or more")
    return int(said)


def _print(writer: Composer, of: MadeUp, identity: str) -> bytes:
    page = writer.compose(of.letter, "letter", of.beside).page
    assert page is not None  # noqa: S101 - this writer has a window
    return pdf_of(page, identity)


def _milliseconds(start: float) -> float:
    return (time.process_time() - start) * 1000
