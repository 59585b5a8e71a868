"""`dunning advance`: move virtual time for every case, on an installation that allows it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli import terminal
from cli.exits import BadInput

if TYPE_CHECKING:
    from api.clock import Journey

NEXT: Final = "next"
_STEP: Final = re.compile(r"\+?(?P<count>[1-9][0-9]{0,3}) ?(?P<unit>hour|day|week)s?")


def advance(
    step: Annotated[
        list[str], typer.Argument(metavar="STEP", help="How far: 1 day, 2 weeks, 6 hours; or next, to the next event.")
    ],
    *,
    json: terminal.Json = False,
) -> None:
    """Move time for all cases; what falls due on the way happens, in its order. Exit 1 where time is real."""
    delta = read_step(" ".join(step))
    journey = asyncio.run(_advance(delta))
    if json:
        terminal.say_json({"now": journey.now.isoformat(), "cases": journey.cases, "acts": journey.acts})
        return
    terminal.say(f"it is {journey.now:%A %d %B %Y %H:%M} UTC for {journey.cases} cases")
    for kind, count in journey.acts.items():
        terminal.say(f"  {count} x {kind.replace('_', ' ')}")
    if not journey.acts:
        terminal.say("  nothing fell due")


def read_step(text: str) -> timedelta | None:
    """A step ahead, None for the next event. Raises `BadInput`."""
    if text in {NEXT, "to next event", "next event"}:
        return None
    found = _STEP.fullmatch(text)
    if found is None:
        raise BadInput(f"step: found {text!r}; allowed 1 day, 2 weeks, 6 hours, or next")
    return timedelta(**{f"{found['unit']}s": int(found["count"])})


async def _advance(delta: timedelta | None) -> Journey:
    from cli.installation.installation import open_installation
    from cli.installation.running_note import settings_here
    from cli.virtual_time.time_machine import InstallationTimeMachine

    async with open_installation(settings_here()) as of:
        machine = InstallationTimeMachine(of)
        return await machine.to_next_event() if delta is None else await machine.advance(delta)
