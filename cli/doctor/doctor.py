"""`dunning doctor`: is everything there that the product needs? What is not comes with what to do about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from cli import terminal
from cli.exits import Exit

if TYPE_CHECKING:
    from cli.doctor.diagnosis import Diagnosis


def doctor(*, json: terminal.Json = False) -> None:
    """Look at programs, database, Temporal server, mail server, ports and settings. Exit 3 if something is missing.

    What wants a person's eyes, such as an invoice that no policy takes, is told beside it.
    """
    with terminal.waiting("looking at everything"):
        from cli.doctor.examinations import examine

        findings = asyncio.run(examine())
    well = all(finding.well for finding in findings)
    if json:
        terminal.say_json({"ok": well, "checks": [_as_json(finding) for finding in findings]})
    else:
        for finding in findings:
            terminal.say(f"{_verdict(finding):7} {finding.what}: {finding.found}")
            if finding.fix:
                terminal.say(f"          {finding.fix}")
    raise typer.Exit(Exit.DONE if well else Exit.MISSING)


def _verdict(finding: Diagnosis) -> str:
    return "MISSING" if not finding.well else "warning" if finding.warns else "ok"


def _as_json(finding: Diagnosis) -> dict[str, object]:
    said = {"found": finding.found, "fix": finding.fix}
    return {"check": finding.what, "ok": finding.well, "warning": finding.warns, **said}
