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
    from cli.virtual_time.foresight import Foresight

NEXT: Final = "next"
_STEP: Final = re.compile(r"\+?(?P<count>[1-9][0-9]{0,3}) ?(?P<unit>hour|day|week)s?")


def advance(
    step: Annotated[
        list[str], typer.Argument(metavar="STEP", help="How far: 1 day, 2 weeks, 6 hours; or next, to the next event.")
    ],
    *,
    dry_run: terminal.DryRun = False,
    json: terminal.Json = False,
) -> None:
    """Move time for all cases; what falls due on the way happens, in its order. Exit 1 where time is real."""
    said = " ".join(step)
    delta = read_step(said)
    if dry_run:
        with terminal.counted("asking every case what is to come") as told:
            foreseen = asyncio.run(_foresee(delta, told))
        _tell_foresight(foreseen, json=json)
        return
    what = "moving time to the next event" if delta is None else f"moving time by {said.lstrip('+')}"
    with terminal.counted(what) as told:
        journey = asyncio.run(_advance(delta, told))
    _tell(journey, json=json)


def read_step(text: str) -> timedelta | None:
    """A step ahead, None for the next event. Raises `BadInput`."""
    if text in {NEXT, "to next event", "next event"}:
        return None
    found = _STEP.fullmatch(text)
    if found is None:
        raise BadInput(f"step: found {text!r}; allowed 1 day, 2 weeks, 6 hours, or next")
    return timedelta(**{f"{found['unit']}s": int(found["count"])})


def _tell(journey: Journey, *, json: bool) -> None:
    from cli.wording import count, full_day

    if json:
        terminal.say_json({"now": journey.now.isoformat(), "cases": journey.cases, "acts": journey.acts})
        return
    at = f"{full_day(journey.now.date())}, {journey.now:%H:%M} UTC"
    terminal.say(f"it is {at}, for {count(journey.cases, 'case')}")
    _tell_acts(journey.acts)


def _tell_foresight(foreseen: Foresight, *, json: bool) -> None:
    from cli.wording import count, full_day

    if json:
        at = foreseen.at.isoformat() if foreseen.at else None
        whole = {"at": at, "cases": foreseen.cases, "acts": foreseen.acts, "opening": foreseen.opening}
        terminal.say_json({"dry_run": True, **whole})
    elif foreseen.at is None:
        terminal.say("nothing is to come: time would stay where it is")
    else:
        at = f"{full_day(foreseen.at.date())}, {foreseen.at:%H:%M} UTC"
        terminal.say(f"it would be {at}, for {count(foreseen.cases, 'case')}; if nobody pays, answers or objects:")
        _tell_acts(foreseen.acts | ({"opened": foreseen.opening} if foreseen.opening else {}))
    terminal.remark("dry run: nothing was changed")


def _tell_acts(acts: dict[str, int]) -> None:
    for kind, number in acts.items():
        terminal.say(f"  {number} x {kind.replace('_', ' ')}")
    if not acts:
        terminal.say("  nothing falls due")


async def _advance(delta: timedelta | None, told: terminal.Counting) -> Journey:
    from cli.installation.installation import open_installation
    from cli.installation.running_note import settings_here
    from cli.virtual_time.time_machine import InstallationTimeMachine

    async with open_installation(settings_here()) as of:
        machine = InstallationTimeMachine(of, told)
        return await machine.to_next_event() if delta is None else await machine.advance(delta)


async def _foresee(delta: timedelta | None, told: terminal.Counting) -> Foresight:
    from cli.installation.installation import open_installation
    from cli.installation.running_note import settings_here
    from cli.virtual_time.foresight import foresee

    async with open_installation(settings_here()) as of:
        return await foresee(of, delta, told)
