"""`dunning case` and `dunning tasks`: cases listed, looked at and told something, and what people are asked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli import terminal
from cli.errands.sending import run
from cli.who import at_this_terminal

app = typer.Typer(help="Cases: list them, look at one, see what is to come, tell it something.", no_args_is_help=True)
Invoice = Annotated[str, typer.Argument(help="The id of its invoice.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many rows.")]
Customer = Annotated[str | None, typer.Option(help="Only those of this customer, by their id.")]


class Sort(StrEnum):
    """What a list of cases begins with."""

    OPENED = "opened"
    DUE = "due"
    BALANCE = "balance"
    NEXT = "next"


@app.command("list")
def list_cases(
    *,
    stage: Annotated[str | None, typer.Option(help="Only those at this stage, such as dunning or escalation.")] = None,
    policy: Annotated[str | None, typer.Option(help="Only those under this policy.")] = None,
    customer: Customer = None,
    is_open: Annotated[
        bool | None, typer.Option("--open/--ended", help="Only open ones, or only ended ones; left out: both.")
    ] = None,
    sort: Annotated[
        Sort, typer.Option(help="The newest opened first, the longest due, the largest balance, what comes next.")
    ] = Sort.OPENED,
    limit: Limit = 50,
    json: terminal.Json = False,
) -> None:
    """List cases: their stage, what is open, and what comes next."""
    said = {"stage": stage, "policy": policy, "customer": customer, "is_open": is_open}
    run("case list", {**said, "sort": sort.value, "limit": limit}, json=json)


@app.command("show")
def show(invoice: Invoice, *, json: terminal.Json = False) -> None:
    """Show a case: stage, money, what comes next, and its journal. Exit 1 if there is none."""
    run("case show", {"invoice": invoice}, json=json)


@app.command("forecast")
def forecast(invoice: Invoice, *, json: terminal.Json = False) -> None:
    """Show all that is to come if nobody pays, answers or objects. Exit 1 if there is no such case."""
    run("case forecast", {"invoice": invoice}, json=json)


@app.command("task")
def task(
    invoice: Invoice,
    name: Annotated[str, typer.Argument(metavar="TASK", help="The id of the task, as `dunning tasks` lists it.")],
    *,
    json: terminal.Json = False,
) -> None:
    """Show what a person is asked: why, whom to call and what to say, and how it is answered. Exit 1 if nothing is."""
    run("case task", {"invoice": invoice, "name": name}, json=json)


@app.command("signal")
def signal(
    invoice: Invoice,
    name: Annotated[str, typer.Argument(help="A fact, such as payment_received, or a request, such as promise.")],
    body: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FIELD=VALUE...] | JSON", help="What it says: id=p1 amount=400.00, or on=+5d."),
    ] = None,
    *,
    dry_run: terminal.DryRun = False,
    json: terminal.Json = False,
) -> None:
    """Tell a case a fact, or put a request to it. Exit 1 if it refuses; then nothing was changed."""
    written = body or []

    def check() -> None:
        from cli.cases.case_talk import written_message

        written_message(name, written)

    said = {"invoice": invoice, "name": name, "written": written, "by": at_this_terminal(), "dry_run": dry_run}
    run("case signal", said, json=json, check=check)


def tasks(
    *,
    queue: Annotated[str | None, typer.Option(help="Only those in this queue, such as collections.")] = None,
    about: Annotated[str | None, typer.Option(help="Only those of this kind, such as call or dispute.")] = None,
    customer: Customer = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose last day is over.")] = False,
    limit: Limit = 50,
    json: terminal.Json = False,
) -> None:
    """List what people are asked, the most urgent first."""
    run("tasks", {"queue": queue, "about": about, "customer": customer, "overdue": overdue, "limit": limit}, json=json)
