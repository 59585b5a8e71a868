"""`dunning simulate`: what would this policy do with these invoices, and when?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import terminal
from cli.exits import BadInput

if TYPE_CHECKING:
    from cli.simulating.timelines import TimelineEntry

COLUMNS = ("invoice", "customer", "at", "what", "value", "step", "by", "demands", "amount", "currency")


class Form(StrEnum):
    """How the timeline is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def simulate(
    policy: Annotated[str, typer.Argument(help="The name of a policy, or a file with one.")],
    invoices: Annotated[Path, typer.Argument(metavar="INVOICES.csv", help="The invoices, one a row.", exists=True)],
    *,
    form: Annotated[Form, typer.Option("--format", help="How the timeline is printed.")] = Form.TABLE,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; left out: until every case is closed.")
    ] = None,
    policies: terminal.PoliciesOption = None,
    json: terminal.Json = False,
) -> None:
    """Run a policy over a CSV file of invoices and print what would happen, in order of time. Changes nothing."""
    with terminal.waiting("reading the invoices"):
        from cli.importing.invoice_rows import read_invoices
        from cli.simulating.timelines import by_customer, timeline

        last = _last_day(until)
        chosen = _policy(policy, policies)
        groups = by_customer(read_invoices(invoices, terminal.remark), str(invoices))
    with terminal.progress(groups, "customers") as customers:
        entries = [entry for group in customers for entry in timeline(group, chosen, last)]
    entries.sort(key=lambda entry: (entry.at, entry.invoice))
    _print(entries, Form.JSON if json else form)


def _last_day(until: datetime | None) -> date | None:
    from dunning.dates import DAY, FIRST_DAY, LAST_DAY

    if until is not None and not FIRST_DAY <= until.date() <= LAST_DAY:
        raise BadInput(f"--until: found {until.date()}; allowed {DAY}")
    return until.date() if until else None


def _policy(name: str, folder: Path | None) -> Any:
    from adapters.policies import read_policies
    from cli.scenarios.stories import known_policies

    known = known_policies(folder)
    if name in known:
        return known[name]
    if not Path(name).is_file():
        raise BadInput(f"policy: found {name}; allowed a file, or one of {', '.join(sorted(known))}")
    read = read_policies(Path(name))
    if len(read) != 1:
        raise BadInput(f"{name}: found {len(read)} policies; allowed one")
    return read[0]


def _print(entries: Sequence[TimelineEntry], form: Form) -> None:
    if form is Form.JSON:
        terminal.say_json([dict(zip(COLUMNS, row, strict=True)) for row in _rows(entries)])
    elif form is Form.CSV:
        terminal.say_csv(COLUMNS, _rows(entries))
    else:
        terminal.say_table(COLUMNS, _rows(entries))


def _rows(entries: Iterable[TimelineEntry]) -> Iterator[Sequence[object]]:
    for entry in entries:
        local = entry.at.isoformat(timespec="minutes")
        yield (
            entry.invoice, entry.customer, local, entry.what, entry.value, entry.step, entry.by, entry.demands,
            entry.amount, entry.currency,
        )  # fmt: skip
