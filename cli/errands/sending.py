"""Sending an errand to the process that runs an installation; it answers at once, for all that it needs is loaded."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import typer

from cli import terminal
from cli.errands.index import ERRANDS
from cli.errands.told import Told
from cli.exits import Exit, Failed, Missing
from cli.installation.running_note import running_here

if TYPE_CHECKING:
    from cli.installation.running_note import RunningNote

PATIENCE: Final = 60.0  # seconds for an answer; the longest errand asks each of some hundred cases


def run(errand: str, said: dict[str, Any], *, json: bool, check: Callable[[], object] | None = None) -> None:
    """Do an errand and say what came of it; with another exit code than 0, the command ends with it.

    `check` looks at what was said before anything is opened, where this process has to do it itself. Raises what the
    errand raises.
    """
    told = _sent(errand, said) or _done_here(errand, said, check)
    told.say(json=json)
    if told.code != Exit.DONE:
        raise typer.Exit(told.code)


def _done_here(errand: str, said: dict[str, Any], check: Callable[[], object] | None) -> Told:
    """Nothing runs here that takes errands."""
    import asyncio

    with terminal.waiting("opening the installation"):
        if check is not None:
            check()
        from cli.errands.doing import do_alone

        return asyncio.run(do_alone(ERRANDS[errand], said))


def _sent(errand: str, said: dict[str, Any]) -> Told | None:
    """What the running process answers, None where none runs that takes errands."""
    note = running_here()
    if note is None or note.errands is None:
        return None
    try:
        connection = socket.create_connection(("127.0.0.1", note.errands), timeout=PATIENCE)
    except OSError:
        return None
    with connection, connection.makefile("rwb") as stream:
        return _answer(stream, note, errand, said)


def _answer(stream: Any, note: RunningNote, errand: str, said: dict[str, Any]) -> Told:
    asked = {"secret": note.secret, "errand": errand, "said": said}
    try:
        stream.write(json.dumps(asked, default=str).encode() + b"\n")
        stream.flush()
        line = stream.readline()
    except OSError as error:
        raise Missing(
            f"the process {note.pid}: found no answer ({error}); see what it says, or start it again"
        ) from None
    if not line:
        raise Missing(f"the process {note.pid}: found that it ended before it answered; start it again")
    answer = json.loads(line)
    if "failed" in answer:
        raise Failed(answer["failed"], Exit(answer["code"]))
    return Told.read(answer)
