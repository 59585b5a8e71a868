"""`dunning demo`: the whole product with a made-up book of invoices, in virtual time, until Ctrl-C."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

import typer

from cli import terminal
from cli.installation.running_note import mark_demo, unmark_demo

if TYPE_CHECKING:
    from cli.demo.demo_tour import Tour


def demo(
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep everything in this folder, and go on from it next time.")
    ] = None,
    *,
    json: terminal.Json = False,
) -> None:
    """Run the product with a made-up book of 60 invoices, and move time as you like. Ctrl-C stops all of it."""
    with terminal.stages() as begins:
        begins("loads the program")
        from cli.demo.demo_people import DEMO_PEOPLE
        from cli.demo.demo_tour import demo_settings, tour
        from cli.installation.all_in_one import all_in_one
        from cli.logs import log_to_stderr
        from cli.service import run_until_stopped

    with _folder(keep) as folder:
        settings = demo_settings(folder)
        log_to_stderr("warning", as_json=json)

        @asynccontextmanager
        async def service() -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                with terminal.stages() as begins:
                    starting = all_in_one(settings, demo_people=tuple(DEMO_PEOPLE), begins=begins)
                    of, links = await stack.enter_async_context(starting)
                    shown = await tour(of, links, folder, begins)
                mark_demo(folder)
                stack.callback(unmark_demo, folder)
                _tell(shown, json=json)
                terminal.flush()
                yield

        run_until_stopped(service)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    folder = Path(mkdtemp(prefix="dunning-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(shown: Tour, *, json: bool) -> None:
    if json:
        terminal.say_event(shown.as_json())
        return
    for line in shown.done:
        terminal.say(line)
    terminal.say()
    for name, link in shown.links.items():
        terminal.say(f"  {name:<12} {link}")
    terminal.say(f"  {'API key':<12} {shown.key}")
    terminal.say(f"  {'people':<12} {shown.people}")
    terminal.say()
    terminal.say("Four things to try, from another terminal:")
    for number, (what, command) in enumerate(shown.tries.items(), 1):
        terminal.say(f"  {number}. {what}")
        terminal.say(f"     {command}")
    terminal.say()
    terminal.say("Ctrl-C stops all of it.")
    sys.stdout.flush()
