"""`dunning case`: look at one case, see what is to come, tell it a fact or put a request to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli import terminal

if TYPE_CHECKING:
    from cli.installation.installation import Installation

T = TypeVar("T")

app = typer.Typer(help="One case: look at it, see what is to come, tell it something.", no_args_is_help=True)
Invoice = Annotated[str, typer.Argument(help="The id of its invoice.")]


@app.command("show")
def show(invoice: Invoice, *, json: terminal.Json = False) -> None:
    """Show a case: stage, money, what comes next, and its journal. Exit 1 if there is none."""
    from cli.cases.case_talk import journal_of, look_at_case
    from cli.cases.case_text import case_summary, journal_rows

    case, lines = _with_installation(lambda of: _both(look_at_case(of, invoice), journal_of(of, invoice)))
    if json:
        shown = [line.model_dump(mode="json", exclude_none=True) for line in lines]
        terminal.say_json({**case.model_dump(mode="json"), "journal": shown})
        return
    for line in case_summary(case):
        terminal.say(line)
    terminal.say()
    terminal.say_table(*journal_rows(lines, case.timezone))


@app.command("forecast")
def forecast(invoice: Invoice, *, json: terminal.Json = False) -> None:
    """Show all that is to come if nobody pays, answers or objects. Exit 1 if there is no such case."""
    from cli.cases.case_talk import foresee_case, look_at_case
    from cli.cases.case_text import journal_rows

    case, foreseen = _with_installation(lambda of: _both(look_at_case(of, invoice), foresee_case(of, invoice)))
    if json:
        terminal.say_json(foreseen.model_dump(mode="json", exclude_none=True))
    else:
        terminal.say_table(*journal_rows(foreseen.lines, case.timezone))


@app.command("signal")
def signal(
    invoice: Invoice,
    name: Annotated[str, typer.Argument(help="A fact, such as payment_received, or a request, such as promise.")],
    body: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD=VALUE...] | JSON", help="What it says: id=p1 amount=400.00.")
    ] = None,
    *,
    json: terminal.Json = False,
) -> None:
    """Tell a case a fact, or put a request to it. Exit 1 if it refuses; then nothing was changed."""
    from cli.cases.case_talk import put_message, written_message

    told = written_message(name, body or [])
    heard = _with_installation(lambda of: put_message(of, invoice, told))
    if json:
        terminal.say_json({"invoice_id": invoice, "name": name, "result": heard})
    else:
        terminal.say(f"{name}: {heard}")


async def _both(first: Awaitable[Any], second: Awaitable[Any]) -> tuple[Any, Any]:
    return await first, await second


def _with_installation(do: Callable[[Installation], Awaitable[T]]) -> T:
    from cli.installation.installation import open_installation
    from cli.installation.running_note import settings_here

    async def work() -> T:
        async with open_installation(settings_here()) as of:
            return await do(of)

    return asyncio.run(work())
