"""(f) What a letter costs: CPU from the notice to its PDF, after the first has loaded fonts and library.

In between, some of the same pages go through the library alone: what it costs there, in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
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
EACH = 50  # letters, after which one goes through the library alone


def letters() -> list[MadeUp]:
    """Two messages of the business policy in each language."""
    calendars, policy = creditors_calendars("Europe/Amsterdam", "NL"), shipped_policies()["b2b-net30"]
    return [
        made_up(message, policy, locale=locale, today=TODAY, calendar_for=calendars)
        for locale in catalogue()
        for message in MESSAGES
    ]


def run(count: int = 100) -> dict[str, object]:
    """Milliseconds of CPU for the first letter, for each of `count` after it, and for the library alone."""
    writer, every = Composer(NORTHWIND.as_creditor(), window="din-5008-b"), letters()
    first, size = _timed(partial(_printed, writer, every[0], "first"))
    costs, sizes, bare = [], [size], [_timed(partial(_bare, writer, every[0]))[0]]
    for number in track(range(count), "letters", console=Console(stderr=True), transient=True):
        of = every[number % len(every)]
        cost, size = _timed(partial(_printed, writer, of, str(number)))
        costs.append(cost)
        sizes.append(size)
        if number % EACH == EACH - 1:
            bare.append(_timed(partial(_bare, writer, of))[0])
    alone = statistics.median(bare[1:] or bare)
    return {
        "letters": count,
        "cpu_ms_a_letter": round(statistics.fmean(costs), 1),
        "cpu_ms_median": round(statistics.median(costs), 1),
        "cpu_ms_the_first": round(first, 1),
        "cpu_ms_library_alone": round(alone, 1),
        "of_library_alone": round(statistics.median(costs) / alone, 2),
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


def _page(writer: Composer, of: MadeUp) -> str:
    page = writer.compose(of.letter, "letter", of.beside).page
    assert page is not None  # noqa: S101 - this writer has a window
    return page


def _printed(writer: Composer, of: MadeUp, identity: str) -> int:
    return len(pdf_of(_page(writer, of), identity))


def _bare(writer: Composer, of: MadeUp) -> int:
    """The same letter by the library as it comes, in the same form."""
    from weasyprint import HTML  # noqa: PLC0415 - it is loaded with the first letter

    return len(HTML(string=_page(writer, of)).write_pdf(pdf_variant="pdf/ua-1"))


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    """Milliseconds of CPU, and what came of it."""
    start = time.process_time()
    size = work()
    return (time.process_time() - start) * 1000, size
