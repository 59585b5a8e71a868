"""`dunning replay`: histories of cases live again with the workflow of this build, and what differs is named."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import terminal
from cli.exits import BadInput, Exit

if TYPE_CHECKING:
    from cli.replaying.replays import Replayed


def replay(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Files of histories, or folders of them, in JSON.", exists=True),
    ] = None,
    *,
    workflow: Annotated[
        list[str] | None, typer.Option(help="A workflow of the server, such as case:INV-1; more than once for several.")
    ] = None,
    query: Annotated[str | None, typer.Option(help="Those of the server that this query finds.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many of the server.")] = 200,
    json: terminal.Json = False,
) -> None:
    """Replay histories with this build: those of files, or of the running cases. Nothing is changed. Exit 1 if one is
    not what it was.
    """
    if paths and (workflow or query):
        raise BadInput("replay: found files and a question to the server; allowed one of them")
    if workflow and query:
        raise BadInput("replay: found --workflow and --query; allowed one of them")
    with terminal.waiting("loading the program"):
        from cli.logs import CapturedLog
        from cli.replaying.replays import Wanted, replayed

    CapturedLog.instead_of_printing()
    with terminal.counted("replaying") as told:
        found = asyncio.run(replayed(Wanted(tuple(paths or ()), tuple(workflow or ()), query, limit), told))
    _tell(found, json=json)
    raise typer.Exit(Exit.DONE if all(one.is_what_it_was for one in found) else Exit.NEGATIVE)


def _tell(found: list[Replayed], *, json: bool) -> None:
    from cli.wording import count

    same = sum(one.is_what_it_was for one in found)
    stuck = sum(one.failure is not None for one in found)
    if json:
        histories = [{"history": one.name, "differences": one.differences, "failure": one.failure} for one in found]
        terminal.say_json({"ok": same == len(found), "histories": histories})
        return
    for one in found:
        if one.failure is not None:
            terminal.say(f"{one.name} would stand still: {one.failure}")
        elif one.differences:
            terminal.say(f"{one.name} is not what it was:")
            for difference in one.differences:
                terminal.say(f"  {difference}")
    others = len(found) - same - stuck
    terminal.say(f"{count(len(found), 'history', 'histories')}: {same} as before, {others} otherwise, {stuck} stuck")
