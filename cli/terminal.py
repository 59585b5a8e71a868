"""What a command says: results on stdout, everything else on stderr, and no decoration where nobody sees it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from rich.table import Table

Thing = TypeVar("Thing")
Counting = Callable[[int, int], None]  # is told how many are done, and of how many

PoliciesOption = Annotated[
    Path | None, typer.Option(help="A file or folder of policies beside the shipped ones.", exists=True)
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")]


def say(text: str = "") -> None:
    """One line of the result."""
    sys.stdout.write(f"{text}\n")


def say_json(value: object) -> None:
    """The result as one JSON document; moments in ISO 8601, amounts as text."""
    json.dump(value, sys.stdout, indent=2, default=str, ensure_ascii=False)
    sys.stdout.write("\n")


def say_event(value: object) -> None:
    """One line of JSON at once, for programs that wait for what goes on."""
    sys.stdout.write(f"{json.dumps(value, default=str, ensure_ascii=False)}\n")
    sys.stdout.flush()


def remark(text: str) -> None:
    """One line beside the result, such as what is going on."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def complain(text: str) -> None:
    """An error: each of its lines begins with the same word, so that people and programs find them."""
    for line in text.splitlines() or [""]:
        remark(f"error: {line}")


def say_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as comma-separated values with a header."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table: ruled and fitted in a terminal, plain columns two spaces apart in a pipe, so that nothing is cut off."""
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _ruled(columns, shown)
        return
    widths = [max(map(len, column)) for column in zip(columns, *shown, strict=True)]
    for row in (columns, *shown):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _ruled(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table: Table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


@contextmanager
def progress(things: Sequence[Thing], what: str) -> Iterator[Iterator[Thing]]:
    """The things one by one, with a bar on stderr if stdout is a terminal and there is time to watch it."""
    if not sys.stdout.isatty():
        yield iter(things)
        return
    from rich.console import Console
    from rich.progress import track

    yield iter(track(things, what, console=Console(stderr=True), transient=True))


def watched(things: Sequence[Thing], what: str) -> Iterator[Thing]:
    """As `progress`, for a plain loop."""
    with progress(things, what) as passed_on:
        yield from passed_on


@contextmanager
def progress_counter(what: str) -> Iterator[Counting]:
    """What is told how many are done, and of how many; a bar as `progress` has it."""
    if not sys.stdout.isatty():
        yield lambda _done, _of: None
        return
    with _bar(what) as told:
        yield told


@contextmanager
def counted(what: str) -> Iterator[Counting]:
    """As `progress_counter`, for what takes so long that it is told in a pipe, too: a line on stderr when it begins,
    and one for each quarter of it. On a terminal nothing of it stays.
    """
    if sys.stderr.isatty():
        with _bar(what) as told:
            yield told
        return
    remark(what)
    seen = 0

    def told_in_lines(done: int, of: int) -> None:
        nonlocal seen
        quarter = 4 * done // of if of else 0
        if seen < quarter < 4:  # noqa: PLR2004 - the end is told by what comes after it
            seen = quarter
            remark(f"{what}: {done:,} of {of:,}")

    yield told_in_lines


@contextmanager
def _bar(what: str) -> Iterator[Counting]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def stages() -> Iterator[Callable[[str], None]]:
    """What is told what is being done, one thing after the other: on a terminal a line that moves and then goes, else a
    line on stderr for each.
    """
    if not sys.stderr.isatty():
        yield remark
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("starting") as shown:
        yield shown.update


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say on a terminal what is waited for; in a pipe nobody looks."""
    if not sys.stderr.isatty():
        yield
        return
    with stages() as told:
        told(what)
        yield


def flush(streams: Sequence[IO[Any]] = (sys.stdout, sys.stderr)) -> None:
    """Say what is still held back."""
    for stream in streams:
        stream.flush()
