"""`dunning import`: customers, invoices, payments and credits from CSV files, all rows or none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from cli import terminal
from cli.exits import BadInput
from cli.importing.presets import Source

if TYPE_CHECKING:
    from adapters.settings import Settings
    from cli.importing.dialect import Dialect
    from cli.importing.intake import Taken
    from cli.importing.reading import Read
    from cli.importing.table import Table

app = typer.Typer(
    help="Bring in customers, invoices, payments and credits from CSV files, all rows or none.", no_args_is_help=True
)
File = Annotated[
    Path, typer.Argument(metavar="FILE.csv", help="One a row, with a header.", exists=True, dir_okay=False)
]
From = Annotated[Source, typer.Option("--from", help="The package that wrote the file: its columns, amounts and days.")]
Decimal = Annotated[str | None, typer.Option(help="What stands before the decimals: , or .; thousands are read too.")]
Dates = Annotated[str | None, typer.Option(help="The order of day, month and year, such as d-m-Y or m/d/Y.")]
Encoding = Annotated[str | None, typer.Option(help="The encoding, such as windows-1252; left out: UTF-8.")]
Columns = Annotated[
    list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="Which of our columns one of the file is.")
]
Every = Annotated[
    list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help="What each row says that does not say it.")
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show how the first rows are read and what would come of all, and change nothing."),
]


@app.command("customers")
def customers(
    file: File,
    *,
    encoding: Encoding = None,
    columns: Columns = None,
    every: Every = None,
    dry_run: DryRun = False,
    json: terminal.Json = False,
) -> None:
    """Register customers. A row that is there already is passed over; one with other content is a mistake."""
    with terminal.waiting(f"reading {file}"):
        from cli.importing.customer_rows import read_customer_file
        from cli.importing.intake import register_customers
        from cli.installation.running_note import settings_here
        from cli.installation.store import open_store
        from cli.virtual_time.clocks import clock_of

        read = read_customer_file(file, _dialect(encoding=encoding, columns=columns, every=every))

    def take(settings: Settings, *, rehearsing: bool) -> dict[str, int]:
        async def work() -> int:
            async with open_store(settings, rehearsing=rehearsing) as store:
                return await register_customers(store, read, await clock_of(settings).now())

        return {"customers": len(read.customers), "new": asyncio.run(work())}

    if not _rehearsed(read.table, read.customers, take, dry_run=dry_run, json=json):
        _tell(take(settings_here(), rehearsing=False), json=json)


@app.command("invoices")
def invoices(  # noqa: PLR0913 - each option of a command is an argument
    file: File,
    *,
    source: From = Source.EXACT,
    decimal: Decimal = None,
    dates: Dates = None,
    encoding: Encoding = None,
    columns: Columns = None,
    every: Every = None,
    opening: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the cases of those that are due; needs a Temporal server.")
    ] = True,
    sync: Annotated[
        bool,
        typer.Option("--sync", help="The file is the whole list of open items: tell changes, name what is missing."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --sync: close what is missing as paid.")] = False,
    missing_are_paid: Annotated[
        bool, typer.Option("--missing-are-paid", help="With --sync: more than a tenth may be missing.")
    ] = False,
    dry_run: DryRun = False,
    json: terminal.Json = False,
) -> None:
    """Register invoices, with the customers that the rows describe, and open the cases of those that are due.

    Rows below nought are credits of their customers.
    """
    for option, given in (("--yes", yes), ("--missing-are-paid", missing_are_paid)):
        if given and not sync:
            raise BadInput(f"{option}: found without --sync; allowed with it")
    with terminal.waiting(f"reading {file}"):
        from cli.importing.intake import take_invoices
        from cli.importing.invoice_rows import read_invoice_file
        from cli.importing.open_items import Terms
        from cli.installation.running_note import settings_here

        dialect = _dialect(source, decimal=decimal, dates=dates, encoding=encoding, columns=columns, every=every)
        read = read_invoice_file(file, dialect)
    whole = Terms(yes=yes, all_of_them=missing_are_paid) if sync else None

    def take(settings: Settings, *, rehearsing: bool) -> Taken:
        return asyncio.run(take_invoices(settings, read, opening=opening, whole=whole, rehearsing=rehearsing))

    def tried(settings: Settings, *, rehearsing: bool) -> dict[str, int]:
        taken = take(settings, rehearsing=rehearsing)
        return {what: n for what, n in _counts(taken, len(read.invoices), sync=sync).items() if what != "opened"}

    rows: list[Read] = [*read.invoices, *read.credit_notes]
    if not _rehearsed(read.table, rows, tried, dry_run=dry_run, json=json):
        _tell_invoices(take(settings_here(), rehearsing=False), len(read.invoices), sync=sync, yes=yes, json=json)


@dataclass(frozen=True, slots=True)
class _Money:
    """A file of money as it was read: its rows, how many there are to book, and how, or only tried; that says how many
    are new.
    """

    table: Table
    rows: Sequence[Read]
    count: int
    take: Callable[[Settings, bool], Awaitable[int]]


def _money_command(name: str, about: str, read_file: Callable[[Path, Dialect], _Money]) -> None:
    """A command that books money; all of them are asked in the same way."""

    @app.command(name, help=about)
    def book(
        file: File,
        *,
        decimal: Decimal = None,
        dates: Dates = None,
        encoding: Encoding = None,
        columns: Columns = None,
        every: Every = None,
        dry_run: DryRun = False,
        json: terminal.Json = False,
    ) -> None:
        with terminal.waiting(f"reading {file}"):
            from cli.installation.running_note import settings_here

            dialect = _dialect(decimal=decimal, dates=dates, encoding=encoding, columns=columns, every=every)
            read = read_file(file, dialect)

        def take(settings: Settings, *, rehearsing: bool) -> dict[str, int]:
            async def work() -> int:
                return await read.take(settings, rehearsing)

            return {name: read.count, "new": asyncio.run(work())}

        if not _rehearsed(read.table, read.rows, take, dry_run=dry_run, json=json):
            _tell(take(settings_here(), rehearsing=False), json=json)


def _payments(file: Path, dialect: Dialect) -> _Money:
    from cli.importing.money_intake import take_payments
    from cli.importing.money_rows import read_payment_file

    read = read_payment_file(file, dialect)
    rows = [row for rows in read.payments for row in rows]

    async def take(settings: Settings, rehearsing: bool) -> int:  # noqa: FBT001 - one of two ways
        return await take_payments(settings, read, rehearsing=rehearsing)

    return _Money(read.table, rows, len(read.payments), take)


def _credits(file: Path, dialect: Dialect) -> _Money:
    from cli.importing.money_intake import take_credits
    from cli.importing.money_rows import read_credit_file

    read = read_credit_file(file, dialect)

    async def take(settings: Settings, rehearsing: bool) -> int:  # noqa: FBT001 - one of two ways
        return await take_credits(settings, read, rehearsing=rehearsing)

    return _Money(read.table, read.credits, len(read.credits), take)


_money_command(
    "payments",
    "Book payments of invoices, each id once. Rows with one id are one payment for several invoices.",
    _payments,
)
_money_command(
    "credits", "Book credits, each id once: of an invoice, or of a customer for whatever they owe.", _credits
)


def _dialect(
    source: Source = Source.EXACT,
    *,
    encoding: str | None,
    columns: list[str] | None,
    every: list[str] | None,
    decimal: str | None = None,
    dates: str | None = None,
) -> Dialect:
    from cli.importing.dialect import Dialect

    return Dialect.of(source, encoding=encoding, decimal=decimal, dates=dates, columns=columns or (), every=every or ())


class _Take(Protocol):
    def __call__(self, settings: Settings, *, rehearsing: bool) -> dict[str, int]:
        """Take the file, or only try to; how many of each there are."""


def _rehearsed(table: Table, rows: Sequence[Read], take: _Take, *, dry_run: bool, json: bool) -> bool:
    """Name what was passed over; where only a rehearsal is wanted, show the reading and what would come of it."""
    for remark in table.remarks:
        terminal.remark(remark)
    if not dry_run:
        return False
    from cli.importing.reading import say_reading
    from cli.installation.running_note import settings_here
    from cli.installation.store import is_there

    settings = settings_here()
    say_reading(table, rows, lambda: take(settings, rehearsing=True) if is_there(settings) else None, json=json)
    return True


def _tell_invoices(taken: Taken, count: int, *, sync: bool, yes: bool, json: bool) -> None:
    """What became of a file of invoices; what most files have none of is told where there is some."""
    from cli.importing.open_items import in_words, sum_of
    from cli.wording import day, money

    counts = _counts(taken, count, sync=sync)
    if not sync:
        _tell(counts, json=json)
        return
    if json:
        items = [
            {"invoice": one.invoice_id, "amount": one.amount, "currency": one.currency, "due_on": one.due_on}
            for one in taken.missing
        ]
        more = {"missing_items": items, "missing_sum": sum_of(taken.missing), "closed_here": taken.elsewhere}
        terminal.say_json({**counts, **more})
        return
    for one in taken.missing:
        terminal.say(f"missing: {one.invoice_id}, due on {day(one.due_on)}, {money(one.amount, one.currency)}")
    if taken.elsewhere:
        terminal.remark(f"in the file, and closed here: {', '.join(taken.elsewhere)}")
    if taken.missing:
        what = "were closed as paid" if yes else "stay open; --yes closes them as paid"
        terminal.say(f"{len(taken.missing)} missing, {in_words(taken.missing)}: they {what}")
    _tell(counts, json=json)


def _counts(taken: Taken, count: int, *, sync: bool) -> dict[str, int]:
    counts = {"invoices": count, "new": taken.new, "opened": taken.opened}
    sometimes = {"without a policy": taken.without_policy, "paid": taken.paid, "credits": taken.credits}
    counts |= {what: number for what, number in sometimes.items() if number}
    if sync:
        counts |= {"changed": taken.changed, "missing": len(taken.missing), "closed": taken.closed}
    return counts


def _tell(counts: dict[str, int], *, json: bool) -> None:
    if json:
        terminal.say_json(counts)
    else:
        from cli.importing.reading import counts_in_words

        terminal.say(counts_in_words(counts))
