"""CSV files as people and programs make them: read with the option that helps, or refused with line and column."""

from __future__ import annotations

import asyncio
from typing import Final

from bench.attack.attacks import attack
from bench.attack.debtor import day
from bench.attack.product import Product, Said
from bench.attack.stage import Stage
from bench.attack.verdict import must, must_be

HEADER: Final = "id,currency,amount,due_on,customer_id,customer_country,customer_name,customer_email,customer_timezone"
CELLS: Final = {
    "customer_email": ("ap@crlf.example\nBcc: victim@evil.example", "no-at.example", "a@b.example, c@d.example"),
    "customer_name": ("Acme\nBcc: x",),
    "customer_timezone": ("Europe/Nowhere",),
    "due_on": ("0", "2199-12-31", "1970-01-01"),
    "amount": ("1e30", "12,50", "NaN"),
    "customer_id": ("ada@lovelace.example",),
}
EXPORTS: Final = {
    "xero": "ContactName,EmailAddress,InvoiceNumber,InvoiceDate,DueDate,InvoiceAmountDue,Currency,Type,Status\n"
    "Acme,ap@acme.example,X-xero,01/10/2026,02/11/2026,1234.50,EUR,Sales invoice,Awaiting Payment\n",
    "datev": "Konto;Kontobezeichnung;Rechnungsnummer;Rechnungsdatum;Fälligkeit;Saldo;S/H\n"
    "10001;Acme;X-datev;01.10.2026;02.11.2026;1.234,50;S\n",
    "quickbooks": "Customer,Transaction Type,Num,Date,Due Date,Open Balance,Currency\n"
    'Acme,Invoice,X-quickbooks,10/01/2026,11/02/2026,"1,234.50",EUR\n',
    "odoo": "Number,Invoice Partner Display Name,Invoice Date,Due Date,Amount Due,Currency,Status\n"
    "X-odoo,Acme,2026-10-01,2026-11-02,1234.50,EUR,Posted\n",
}
BAD_INPUT: Final = 2


def _row(invoice_id: str, **cells: str) -> str:
    whole = {
        "id": invoice_id, "currency": "EUR", "amount": "10.00", "due_on": day(-2), "customer_id": f"{invoice_id}-c",
        "customer_country": "NL", "customer_name": "Acme", "customer_email": "ap@acme.example",
        "customer_timezone": "Europe/Amsterdam",
    } | cells  # fmt: skip
    return ",".join('"' + whole[name].replace('"', '""') + '"' for name in HEADER.split(","))


async def _imported(product: Product, text: str | bytes, *options: str, of: str = "invoices") -> Said:
    path = product.folder / "attack.csv"
    await asyncio.to_thread(path.write_bytes, text if isinstance(text, bytes) else text.encode())
    return await product.dunning("import", of, path.name, *options)


@attack("nothing false")
async def cells_that_the_api_would_refuse(stage: Stage) -> None:
    """Rows are checked as the API checks a body: each mistake has its line and column, and no row is taken."""
    product = await stage.plain()
    bad = [(column, cell) for column, cells in CELLS.items() for cell in cells]
    rows = [HEADER, _row("F-good")] + [
        _row(f"F-{number}", **{column: cell}) for number, (column, cell) in enumerate(bad)
    ]
    told = await _imported(product, "\n".join(rows) + "\n", "--no-open")
    must_be(told.code, BAD_INPUT, f"the exit code: {told.err}")
    must_be([column for column in CELLS if column not in told.err], [], f"columns not named in {told.err}")
    must(told.err.count("attack.csv:") >= len(bad), f"mistakes without a line: {told.err}")
    must_be((await product.get("/invoices/F-good")).status_code, 404, "the right row beside them")


@attack("nothing false")
async def dialects(stage: Stage) -> None:
    """Decimal commas, other orders of days and other encodings are read with their option, which a refusal names."""
    product = await stage.plain()
    columns = "id;currency;amount;due_on;customer_id;customer_country;customer_name"
    text = f'sep=;\n{columns}\nD-1;EUR;"1.234,50";02-11-2026;d;NL;Café\n'
    plain = await _imported(product, text.encode("windows-1252"), "--no-open")
    must(plain.code == BAD_INPUT and "--encoding" in plain.err, f"no option is named: {plain}")
    options = ("--decimal", ",", "--dates", "d-m-Y", "--encoding", "windows-1252", "--no-open")
    read = await _imported(product, text.encode("windows-1252"), *options)
    must_be(read.code, 0, read.err)
    invoice = (await product.get("/invoices/D-1")).json()
    must_be((invoice["amount"]["amount"], invoice["due_on"]), ("1234.50", "2026-11-02"), "the invoice")


@attack("nothing false")
async def exports_of_accounting_packages(stage: Stage) -> None:
    """The same invoice from four packages is the same amount and day, read with the package's name alone."""
    product = await stage.plain()
    for source, text in EXPORTS.items():
        read = await _imported(product, text, "--from", source, "--set", "customer_country=NL", "--no-open")
        must_be(read.code, 0, f"{source}: {read.err}")
        invoice = (await product.get(f"/invoices/X-{source}")).json()
        told = (invoice["amount"]["amount"], invoice["amount"]["currency"], invoice["due_on"])
        must_be(told, ("1234.50", "EUR", "2026-11-02"), f"the invoice of {source}")


@attack("nothing false")
async def who_has_paid_is_not_dunned(stage: Stage) -> None:
    """An invoice whose row says `paid_on` is paid and has no open case; a dry run changes nothing."""
    product = await stage.plain()
    text = f"{HEADER},paid_on\n{_row('P-1')},{day(-1)}\n"
    must_be((await _imported(product, text, "--dry-run")).code, 0, "the exit code of the dry run")
    must_be((await product.get("/invoices/P-1")).status_code, 404, "after the dry run")
    must_be((await _imported(product, text)).code, 0, "the exit code")
    must_be((await product.get("/invoices/P-1")).json()["balance"]["amount"], "0.00", "the balance")


@attack("nothing false")
async def list_that_is_cut_off(stage: Stage) -> None:
    """A list of open items that lacks more than a tenth of what is open is refused, and pays nothing."""
    product = await stage.plain()
    rows = [_row(f"O-{number}") for number in range(5)]
    must_be((await _imported(product, "\n".join([HEADER, *rows]) + "\n")).code, 0, "the exit code of the first import")
    cut = await _imported(product, f"{HEADER}\n{rows[0]}\n", "--sync", "--yes")
    must(cut.code == BAD_INPUT and "--missing-are-paid" in cut.err, cut)
    must_be(
        (await product.get("/invoices/O-3")).json()["balance"]["amount"], "10.00", "the balance of one that is missing"
    )


@attack("nothing false")
async def second_product_in_the_same_ports(stage: Stage) -> None:
    """`dunning up` where its ports are taken says which, and nothing is done before that."""
    product = await stage.plain()
    port = product.links["console"].rstrip("/").rsplit(":", 1)[1]
    other = product.folder / "other"
    await asyncio.to_thread(other.mkdir)
    settings = {"DUNNING_API__PORT": port, "DUNNING_EMBEDDED__PORT": "0", "DUNNING_EMBEDDED__UI_PORT": "0"}
    told = await product.dunning_in(other, settings, "up")
    must(told.code == 3 and port in told.err and "DUNNING_API__PORT" in told.err, told)  # noqa: PLR2004 - as documented
    must_be([path.name for path in other.iterdir()], [], "files made")


@attack("nothing false")
async def payments_and_credits_of_a_file(stage: Stage) -> None:
    """Payments and credits of a file are booked once, however often it is imported."""
    product = await stage.plain()
    must_be((await _imported(product, f"{HEADER}\n{_row('M-1')}\n")).code, 0, "the exit code of the invoices")
    for _ in range(2):
        for of, name in (("payments", "M-p"), ("credits", "M-n")):
            told = await _imported(product, f"id,invoice_id,currency,amount\n{name},M-1,EUR,1.00\n", of=of)
            must_be(told.code, 0, f"{of}: {told.err}")
    must_be((await product.get("/invoices/M-1")).json()["balance"]["amount"], "8.00", "the balance")
