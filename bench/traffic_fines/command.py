"""The command of the study: fines replayed case by case, and held against what really happened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, zip_longest
from pathlib import Path
from typing import Annotated

import typer

from adapters.messages.catalogue import catalogue
from adapters.policies import read_policies
from bench.traffic_fines.comparison import compare_with_file
from bench.traffic_fines.fine_files import PENALTY, FinesMistake, read_fines
from bench.traffic_fines.on_temporal import replay_on_temporal
from bench.traffic_fines.replay import Replay, replay_on_core
from bench.traffic_fines.report import as_json, say_findings
from bench.traffic_fines.stories import FineStory, fine_stories
from cli import terminal
from cli.exits import Exit
from cli.logs import log_to_stderr
from cli.scenarios.scenarios import Engine

app = typer.Typer(add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def replay(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="The event log of fines.", exists=True, dir_okay=False)
    ],
    *,
    engine: Annotated[Engine, typer.Option(help="The rules alone, or the real workflow on a server.")] = Engine.CORE,
    cases: Annotated[
        int | None, typer.Option(min=1, help="How many fines, every way through the process first; left out: all.")
    ] = None,
    policies: Annotated[
        Path | None, typer.Option(help="A file or folder with the authority's rule; left out: `penalty.yaml`.")
    ] = None,
    json: terminal.Json = False,
) -> None:
    """Replay an authority's traffic fines and compare. Changes nothing.

    Exit 0 if all is as the file says or follows from a rule that is named, 1 if anything differs, 2 for a bad file.
    """
    stories, until = _read(file, policies)
    stories = tuple(islice(_varied(stories), cases))
    with terminal.progress(stories, "fines on the core") as watched:
        replays = _on_core(watched, until)
    found = compare_with_file(replays)
    if engine is Engine.TEMPORAL:
        found = compare_with_file(_on_temporal(replays, until), core=replays)
    if json:
        terminal.say_json(as_json(found, engine))
    else:
        say_findings(found, engine)
    raise typer.Exit(Exit.NEGATIVE if found.differences else Exit.DONE)


def _read(file: Path, policies: Path | None) -> tuple[tuple[FineStory, ...], date]:
    """The stories of all fines, and the last day that the file knows. Raises what names the bad rows or the policy."""
    read = read_fines(file)
    stories, wrong = fine_stories(read, read_policies(policies or PENALTY, catalogue()))
    if wrong:
        raise FinesMistake(str(file), wrong)
    return stories, max(entry.on for fine in read for entry in fine.entries)


def _varied(stories: Sequence[FineStory]) -> Iterator[FineStory]:
    """The fines in turn from every way through the process, so that a few of them show all that happens."""
    ways: dict[tuple[str, ...], list[FineStory]] = {}
    for story in stories:
        ways.setdefault(tuple(entry.activity for entry in story.fine.entries), []).append(story)
    return (story for turn in zip_longest(*ways.values()) for story in turn if story is not None)


def _on_core(stories: Iterator[FineStory], until: date) -> tuple[Replay, ...]:
    return tuple(replay_on_core(story, until) for story in stories)


def _on_temporal(replays: Sequence[Replay], until: date) -> tuple[Replay, ...]:
    log_to_stderr("warning", as_json=False)
    stories = [replay.story for replay in replays]
    with terminal.progress(stories, "fines on Temporal") as told:
        return asyncio.run(replay_on_temporal(stories, until, lambda: next(told, None)))
