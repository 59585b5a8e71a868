"""`dunning import`: customers and invoices from CSV files, all rows or none."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import terminal
from cli.fines import fines

app = typer.Typer(help="Bring in customers and invoices from CSV files, all rows or none.", no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="One a row, with a header.", exists=True, dir_okay=False)
]


@app.command("customers")
def customers(file: File, *, json: terminal.Json = False) -> None:
    """Register customers. A row that is there already is passed over; one with other content is a mistake."""
    from cli.csv_rows import read_customers
    from cli.intake import register_customers
    from cli.running import settings_here
    from cli.storing import storing

    rows = read_customers(file)

    async def work() -> int:
        async with storing(settings_here()) as store:
            return await register_customers(store, rows, str(file))

    new = asyncio.run(work())
    _tell({"customers": len(rows), "new": new}, json=json)


@app.command("invoices")
def invoices(
    file: File,
    *,
    opening: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the cases of those that are due; needs a Temporal server.")
    ] = True,
    json: terminal.Json = False,
) -> None:
    """Register invoices, with the customers that the rows describe, and open the cases of those that are due."""
    from cli.csv_rows import read_invoices
    from cli.intake import take_invoices
    from cli.running import settings_here

    rows = read_invoices(file)
    taken = asyncio.run(take_invoices(settings_here(), rows, str(file), opening=opening))
    _tell({"invoices": len(rows), "new": taken.new, "opened": taken.opened}, json=json)


app.command("fines")(fines)


def _tell(counts: dict[str, int], *, json: bool) -> None:
    if json:
        terminal.say_json(counts)
    else:
        terminal.say(", ".join(f"{count} {what}" for what, count in counts.items()))
