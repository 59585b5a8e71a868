"""`--dry-run`: how a file was read, before anything is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cli import terminal
from cli.importing.customer_rows import CustomerRow
from cli.importing.invoice_rows import CreditNoteRow, InvoiceRow
from cli.importing.money_rows import CreditRow, PaymentRow
from cli.importing.presets import OF_THE_ROW
from cli.importing.table import Table, shown_delimiter
from cli.wording import count
from dunning.money import decimal_string

FIRST: Final = 5  # rows are enough to see a day that was turned round, or a misread thousand
_THINGS: Final = frozenset({"customers", "invoices", "payments", "credits"})
Read = InvoiceRow | CreditNoteRow | CustomerRow | PaymentRow | CreditRow


def say_reading(
    table: Table, rows: Sequence[Read], rehearsed: Callable[[], Mapping[str, int] | None], *, json: bool
) -> None:
    """Show the first rows as they were understood, and what would become of all of them.

    `rehearsed` tries it, and tells how many of each there would be; None where there is no store to try it on.
    """
    rows = sorted(rows, key=lambda row: row.line)
    first = [_shown(row) for row in rows[:FIRST]]
    columns = {theirs: ours for ours, theirs in table.headings.items() if ours not in OF_THE_ROW}
    if json:
        terminal.say_json({
            "dry_run": True, "encoding": table.encoding, "delimiter": table.delimiter,
            "header_line": table.header_line, "columns": columns, "unknown": table.unknown,
            "passed_over": [{"line": line, "why": why} for line, why in table.passed_over],
            "rows": len(rows), "first": first, "would": rehearsed(),
        })  # fmt: skip
        return
    between, header = shown_delimiter(table.delimiter), f"the header in line {table.header_line}"
    terminal.say(f"{count(len(rows), 'row')}, {table.encoding}, {between} between the cells, {header}")
    renamed = [f"{theirs} is {ours}" for theirs, ours in columns.items() if theirs != ours]
    if renamed:
        terminal.say("; ".join(renamed))
    names = list(dict.fromkeys(name for row in first for name in row))
    terminal.say_table(names, [[row.get(name) for name in names] for row in first])
    would = rehearsed()
    terminal.say(
        "no database is here yet: it was only read" if would is None else f"would be: {counts_in_words(would)}"
    )
    terminal.say("nothing was imported")


def counts_in_words(counts: Mapping[str, int]) -> str:
    """3 invoices, 2 new, 1 credit."""
    return ", ".join(
        count(number, what.removesuffix("s")) if what in _THINGS else f"{number:,} {what}"
        for what, number in counts.items()
    )


def _shown(row: Read) -> dict[str, Any]:
    """What a row says, in our words; what it does not say is left out."""
    said: dict[str, Any]
    match row:
        case InvoiceRow():
            invoice = row.invoice
            paid = decimal_string(row.paid, invoice.currency) if row.paid_on else None
            said = {
                "line": row.line, "is": "invoice", "id": invoice.id,
                "amount": decimal_string(invoice.minor, invoice.currency), "currency": invoice.currency,
                "issued_on": invoice.issued_on, "due_on": invoice.due_on, "paid_on": row.paid_on, "paid": paid,
                "customer_id": row.customer_id, "customer_name": row.customer and row.customer.name,
                "customer_email": row.customer and row.customer.email,
            }  # fmt: skip
        case CreditNoteRow():
            said = {
                "line": row.line, "is": "credit", "id": row.id, "amount": decimal_string(row.amount, row.currency),
                "currency": row.currency, "issued_on": row.issued_on, "customer_id": row.customer_id,
                "customer_name": row.customer and row.customer.name,
            }  # fmt: skip
        case CustomerRow():
            said = {"line": row.line, "is": "customer", **row.customer.model_dump(exclude_unset=True)}
        case PaymentRow():
            said = {
                "line": row.line, "is": "payment", "id": row.id, "invoice_id": row.invoice_id,
                "amount": decimal_string(row.amount, row.currency), "currency": row.currency, "paid_on": row.paid_on,
            }  # fmt: skip
        case CreditRow():
            said = {
                "line": row.line, "is": "credit", "id": row.id, "invoice_id": row.invoice_id,
                "customer_id": row.customer_id, "amount": decimal_string(row.amount, row.currency),
                "currency": row.currency, "issued_on": row.issued_on,
            }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}
