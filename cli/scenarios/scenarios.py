"""`dunning test`: are the scenarios as they should be? On the core in a moment, or on a real Temporal server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import terminal
from cli.exits import Exit

if TYPE_CHECKING:
    from cli.scenarios.stories import StoryVerdict


class Engine(StrEnum):
    """Who tells the stories."""

    CORE = "core"
    TEMPORAL = "temporal"


def tell_scenarios(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Scenario files, or folders of them.", exists=True)
    ],
    *,
    engine: Annotated[Engine, typer.Option(help="The rules alone, or the real workflow on a server.")] = Engine.CORE,
    policies: terminal.PoliciesOption = None,
    json: terminal.Json = False,
) -> None:
    """Tell the scenarios and compare with what they expect. Exit 1 if any failed, 2 if a file cannot be used."""
    verdicts = _on_core(paths, policies) if engine is Engine.CORE else _on_temporal(paths, policies)
    failed = sum(not verdict.passed for verdict in verdicts)
    if json:
        terminal.say_json(_as_json(verdicts, engine))
    else:
        for verdict in verdicts:
            _tell(verdict)
        terminal.say(f"{len(verdicts) - failed} passed, {failed} failed")
    raise typer.Exit(Exit.NEGATIVE if failed else Exit.DONE)


def _on_core(paths: Iterable[Path], policies: Path | None) -> Sequence[StoryVerdict]:
    with terminal.waiting("loading the program"):
        from cli.scenarios.stories import known_policies, tell_on_core

    return tell_on_core(paths, known_policies(policies), lambda work: terminal.watched(work, "scenarios"))


def _on_temporal(paths: Iterable[Path], policies: Path | None) -> Sequence[StoryVerdict]:
    import asyncio

    with terminal.waiting("loading the program"):
        from cli.scenarios.stories import known_policies
        from cli.scenarios.stories_on_temporal import tell_on_temporal

    with terminal.progress_counter("scenarios") as told:
        return asyncio.run(tell_on_temporal(paths, known_policies(policies), told))


def _tell(verdict: StoryVerdict) -> None:
    if verdict.passed:
        return
    rules = f" [{', '.join(verdict.rules)}]" if verdict.rules else ""
    terminal.say(f"FAILED {verdict.file}:{verdict.line} {verdict.scenario}{rules}")
    for difference in verdict.differences:
        terminal.say(f"  {difference}")
    terminal.say()


def _as_json(verdicts: Sequence[StoryVerdict], engine: Engine) -> dict[str, Any]:
    return {
        "engine": engine,
        "passed": sum(verdict.passed for verdict in verdicts),
        "failed": sum(not verdict.passed for verdict in verdicts),
        "scenarios": [
            {
                "file": verdict.file,
                "line": verdict.line,
                "scenario": verdict.scenario,
                "rules": verdict.rules,
                "passed": verdict.passed,
                "differences": verdict.differences,
            }
            for verdict in verdicts
        ],
    }
