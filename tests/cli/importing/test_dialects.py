"""Files as accounting packages and people write them: read with the option that names their dialect, or refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.importing.customer_rows import id_of_name, own_id
from cli.importing.dialect import Dialect
from cli.importing.invoice_rows import InvoiceFile, InvoiceRow, read_invoice_file
from cli.importing.mistakes import CsvMistake
from cli.importing.presets import Source
from dunning.errors import NotAllowed

HEADER = "id,due_on,currency,amount,customer_id,customer_name,customer_email"
ROW = "A1,2026-03-02,EUR,100.00,c1,Jansen BV,ap@j.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "i.csv"


def read(path: Path, text: str | bytes, source: Source = Source.EXACT, **options: Any) -> InvoiceFile:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_invoice_file(path, Dialect.of(source, **options))


def refused(path: Path, text: str | bytes, source: Source = Source.EXACT, **options: Any) -> str:
    with pytest.raises(CsvMistake) as caught:
        read(path, text, source, **options)
    return str(caught.value).replace(str(path), "i.csv")


def one(file: InvoiceFile) -> InvoiceRow:
    [row] = file.invoices
    return row


def with_cell(column: str, cell: str) -> str:
    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | {column: cell}
    quoted = ['"' + text.replace('"', '""') + '"' for text in cells.values()]
    return f"{HEADER}\n{','.join(quoted)}\n"


@pytest.mark.parametrize(
    "column, cell, allowed",
    [
        ("customer_email", "ap@crlf.example\r\nBcc: victim@evil.example", "an e-mail address"),
        ("customer_email", "ap.example", "an e-mail address"),
        ("customer_email", "ap@j.example, ceo@j.example", "an e-mail address"),
        ("customer_email", "ap@j.example;ceo@j.example", "an e-mail address"),
        ("customer_email", "ap@j.example,ceo", "an e-mail address"),
        ("customer_name", "Jansen\nBV", "a text on one line"),
        ("due_on", "0", "a day such as 2026-03-31"),
        ("due_on", "2199-01-01", "in the years 1970 to 2190"),
        ("due_on", "1772409600", "a day such as 2026-03-31"),
        ("currency", "EURO", "an ISO 4217 currency"),
        ("customer_id", "c 1", "letters, digits"),
    ],
)
def test_a_cell_is_held_to_what_the_api_takes(path: Path, column: str, cell: str, allowed: str) -> None:
    said = refused(path, with_cell(column, cell))
    assert said.startswith(f"i.csv:2: {column}: found ")
    assert allowed in said
    assert len(said.splitlines()) == 1


def test_a_zone_that_does_not_exist_is_refused(path: Path) -> None:
    said = refused(path, f"{HEADER},customer_timezone\n{ROW},Europe/Atlantis\n")
    assert said == (
        "i.csv:2: customer_timezone: found Europe/Atlantis; allowed an IANA time zone such as Europe/Amsterdam"
    )


def test_an_address_may_have_lines_and_its_line_breaks_are_ours(path: Path) -> None:
    file = read(path, f'{HEADER},customer_address\r\n{ROW},"Kade 1\r\n1011 AB Amsterdam"\r\n')
    customer = one(file).customer
    assert customer is not None
    assert customer.address == "Kade 1\n1011 AB Amsterdam"


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c"])
def test_rows_are_cut_at_real_ends_of_lines_only(path: Path, mark: str) -> None:
    customer = one(read(path, with_cell("customer_name", f"Jansen{mark}Bouw BV"))).customer
    assert customer is not None
    assert customer.name == "Jansen Bouw BV"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_each_kind_of_line_end_is_one(path: Path, ending: str) -> None:
    assert one(read(path, ending.join([HEADER, ROW, ""]))).line == 2


@pytest.mark.parametrize(
    "written, decimal, minor",
    [
        ("1234,56", ",", 123456),
        ("1.234,56", ",", 123456),
        ("1 234,56", ",", 123456),
        ("1\u00a0234\u202f567,5", ",", 123456750),
        ("1'234.56", ".", 123456),
        ("1,234,567.00", ".", 123456700),
        ("1,234", ".", 123400),
        ("100.0000", ".", 10000),
        ("€ 1.234,56", ",", 123456),
        ("1.234,56 EUR", ",", 123456),
    ],
)
def test_amounts_are_read_as_their_country_writes_them(path: Path, written: str, decimal: str, minor: int) -> None:
    assert one(read(path, with_cell("amount", written), decimal=decimal)).invoice.minor == minor


@pytest.mark.parametrize(
    "written, decimal, helps",
    [
        ("1234,56", None, "--decimal , reads it"),
        ("1,234.56", None, "--decimal . reads it"),
        ("1234.56", ",", "--decimal . reads it"),
        ("1.234,56", ".", "--decimal , reads it"),
        ("12.500", None, "--decimal , reads it"),
        ("1.23.456,00", ",", "allowed a plain number such as 1.234,56"),
        ("12,500", ",", "at most 2 decimals"),
        ("$5.00", ".", "allowed a plain number"),
        ("€5,00", None, "--decimal , reads it"),
    ],
)
def test_an_amount_that_could_be_two_is_not_guessed(path: Path, written: str, decimal: str | None, helps: str) -> None:
    said = refused(path, with_cell("amount", written), decimal=decimal)
    assert said.startswith(f"i.csv:2: amount: found {written}")
    assert helps in said


@pytest.mark.parametrize(
    "written, order",
    [
        ("01-10-2026", "d-m-Y"), ("1/10/2026", "d-m-Y"), ("01.10.2026", "dd.mm.yyyy"), ("10/01/2026", "m/d/Y"),
        ("01102026", "dmY"), ("20261001", "%Y%m%d"), ("01.10.26", "d.m.y"), ("1 Oct 2026", "d m Y"),
        ("1. Oktober 2026", "d.m.Y"), ("2026-10-01 00:00:00", "Y-m-d"),
    ],
)  # fmt: skip
def test_days_are_read_in_the_order_that_is_named(path: Path, written: str, order: str) -> None:
    assert one(read(path, with_cell("due_on", written), dates=order)).invoice.due_on == date(2026, 10, 1)


def test_a_day_that_could_be_two_is_not_guessed(path: Path) -> None:
    said = refused(path, with_cell("due_on", "01-10-2026"))
    assert said.startswith("i.csv:2: due_on: found 01-10-2026; allowed a day such as 2026-03-31")
    assert said.endswith("--dates d-m-Y or --dates m-d-Y reads it")
    assert "--dates m-d-Y reads it" in refused(path, with_cell("due_on", "10/25/2026"), dates="d-m-Y")
    assert "--dates" not in refused(path, with_cell("due_on", "31-02-2026"), dates="d-m-Y").partition("allowed")[2]


@pytest.mark.parametrize(
    "options, option",
    [
        ({"dates": "d-d-Y"}, "--dates"),
        ({"decimal": ";"}, "--decimal"),
        ({"encoding": "windows-9"}, "--encoding"),
        ({"encoding": "base64"}, "--encoding"),
        ({"columns": ["Nr"]}, "--map"),
        ({"columns": ["Nr=number"]}, "--map"),
        ({"every": ["curency=EUR"]}, "--set"),
    ],
)
def test_an_option_that_says_nothing_is_refused(path: Path, options: dict[str, Any], option: str) -> None:
    with pytest.raises(NotAllowed, match=f"^{option}: found "):
        read(path, f"{HEADER}\n{ROW}\n", **options)


def test_an_encoding_is_named_or_refused_with_its_line(path: Path) -> None:
    text = f"{HEADER}\n{ROW.replace('Jansen BV', 'Café Größe €uro – Lda.')}\n".encode("cp1252")
    said = refused(path, text)
    assert said.startswith("i.csv:2: found the byte 0xe9, which is no utf-8; allowed UTF-8, or")
    assert "--encoding windows-1252" in said
    customer = one(read(path, text, encoding="windows-1252")).customer
    assert customer is not None
    assert customer.name == "Café Größe €uro – Lda."
    assert one(read(path, f"{HEADER}\n{ROW}\n".encode("utf-16"))).invoice.id == "A1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_or_announced(path: Path, delimiter: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace(",", delimiter)
    assert one(read(path, text)).line == 2
    assert one(read(path, f"sep={delimiter}\r\n{text}")).line == 3


def test_what_stands_around_the_rows_is_passed_over_and_named(path: Path) -> None:
    text = (
        'Acme B.V.,,,,,,,\nOpen items,,,,,,,\n"at 1 October, 2026",,,,,,,\n,,,,,,,\n'
        f"{HEADER},Remark,,\n{ROW},hello,,\n"
        "Total,,EUR,100.00,,,,,,\nPrinted on 1 October\n"
    )
    file = read(path, text)
    assert (file.table.header_line, one(file).line) == (5, 6)
    assert list(file.table.remarks) == [
        f"{path}:5: passed over the columns Remark",
        f"{path}:7: passed over totals: Total EUR 100.00",
        f"{path}:8: passed over a note: Printed on 1 October",
    ]


def test_a_customer_who_is_called_total_is_no_total(path: Path) -> None:
    assert len(read(path, f"{HEADER}\n{ROW.replace('Jansen BV', 'Total Energies')}\n").invoices) == 1
    said = refused(path, f"{HEADER}\n{ROW.replace('Jansen BV', 'Total').replace('2026-03-02', '')}\n")
    assert said == "i.csv:2: due_on: found nothing; allowed due_on, which is required"


def test_empty_columns_at_the_end_are_none_and_full_ones_are_too_many(path: Path) -> None:
    assert one(read(path, f"{HEADER},,,\n{ROW},,,,\n")).line == 2
    said = refused(path, f"{HEADER}\n{ROW.replace('100.00', '100,00')}\n")
    assert said.startswith("i.csv:2: found 8 cells; allowed 7, as many as the header; a cell that has a ,")


@pytest.mark.parametrize("misspelt, meant", [("ammount", "amount"), ("email", "customer_email")])
def test_a_misspelt_column_is_not_passed_over(path: Path, misspelt: str, meant: str) -> None:
    said = refused(path, f"{HEADER.replace(meant, misspelt)}\n{ROW}\n")
    assert f"i.csv:1: header: found the unknown column '{misspelt}'" in said
    assert f"(perhaps {meant}); --map '{misspelt}={meant}' reads it so" in said
    assert read(path, f"{HEADER.replace(meant, misspelt)}\n{ROW}\n", columns=[f"{misspelt}={meant}"]).invoices


@pytest.mark.parametrize("written", ["-120.00", "120.00-", "(120.00)", "\u2212120.00"])
def test_p8_a_row_below_nought_is_a_credit_of_its_customer(path: Path, written: str) -> None:
    file = read(path, f"{HEADER}\n{ROW}\n" + with_cell("amount", written).partition("\n")[2].replace("A1", "CN-1"))
    [note] = file.credit_notes
    assert (note.id, note.customer_id, note.amount, note.line) == ("CN-1", "c1", 12000, 3)
    assert one(file).invoice.id == "A1"


def test_a_column_map_names_what_the_file_calls_otherwise(path: Path) -> None:
    text = "Factuur;Vervalt;Bedrag;Klant\nF-1;01-10-2026;1.250,00;Café Zuid\n"
    columns = ["Factuur=id", "Vervalt=due_on", "Bedrag=amount", "Klant=customer_name"]
    row = one(read(path, text, columns=columns, every=["currency=EUR"], decimal=",", dates="d-m-Y"))
    assert (row.invoice.minor, row.invoice.currency, row.customer_id) == (125000, "EUR", id_of_name("Café Zuid"))
    said = refused(path, text, columns=columns, every=["currency=EUR"], dates="d-m-Y")
    assert said.startswith("i.csv:2: Bedrag (amount): found 1.250,00;")


def test_customers_who_are_known_by_name_have_an_id_each() -> None:
    assert id_of_name("Müller & Söhne GmbH") == id_of_name("müller & söhne gmbh")
    assert len({id_of_name(name) for name in ("A-B", "A B", "日本", "中国", "")}) == 5


def test_o3_such_an_id_tells_the_name_to_nobody_without_the_key_of_the_store() -> None:
    known_as = own_id(id_of_name("Müller & Söhne GmbH"), b"one")
    assert known_as == own_id(id_of_name("müller & söhne gmbh"), b"one")
    assert "ller" not in id_of_name("Müller & Söhne GmbH")
    assert known_as != own_id(id_of_name("Müller & Söhne GmbH"), b"another")
    assert known_as != id_of_name("Müller & Söhne GmbH")
    assert own_id("k1", b"one") == "k1"


def test_o3_a_customers_id_is_no_address(path: Path) -> None:
    said = refused(path, with_cell("customer_id", "ada@lovelace.example"))
    assert said.startswith("i.csv:2: customer_id")
    assert "an id without @" in said


BOOKS = "Bramble Books,ap@bramble.example,1 Lane,Bristol,BS1 1AA,United Kingdom"
LINE = f'{BOOKS},INV-1,,01/09/2026,15/10/2026,"1,200.00",200.00,"1,000.00",'
XERO = (
    "*ContactName,EmailAddress,POAddressLine1,POCity,POPostalCode,POCountry,*InvoiceNumber,Reference,*InvoiceDate,"
    "*DueDate,Total,InvoiceAmountPaid,InvoiceAmountDue,Description,Currency,Type,Sent,Status\n"
    f"{LINE}Consulting,GBP,Sales invoice,Sent,Awaiting Payment\n"
    f"{LINE}Travel,GBP,Sales invoice,Sent,Awaiting Payment\n"
    "Bramble Books,ap@bramble.example,,,,,CN-2,,02/09/2026,02/09/2026,50.00,0.00,50.00,,GBP,Sales credit note,Sent,"
    "Awaiting Payment\n"
    "Bramble Books,,,,,,INV-3,,01/09/2026,15/10/2026,10.00,10.00,0.00,,GBP,Sales invoice,Sent,Paid\n"
)


def test_xero_repeats_an_invoice_for_each_of_its_lines(path: Path) -> None:
    file = read(path, XERO, Source.XERO)
    row, [note] = one(file), file.credit_notes
    assert (row.invoice.id, row.invoice.minor, row.invoice.due_on) == ("INV-1", 100000, date(2026, 10, 15))
    assert row.customer is not None
    assert (row.customer.country, row.customer.address) == ("GB", "1 Lane\nBS1 1AA\nBristol")
    assert (note.id, note.amount, note.customer_id) == ("CN-2", 5000, row.customer_id)
    assert "INV-3, which is Paid" in str(file.table.passed_over)
    assert one(read(path, XERO.replace("15/10/2026", "10/15/2026").replace("02/09", "09/02").replace("01/09", "09/01"),
                    Source.XERO, dates="m/d/Y")).invoice.due_on == date(2026, 10, 15)  # fmt: skip


def test_an_invoice_that_two_lines_tell_differently_is_refused(path: Path) -> None:
    said = refused(path, XERO.replace('"1,000.00",Travel', '"900.00",Travel'), Source.XERO)
    assert said.startswith("i.csv:3: *InvoiceNumber (id): found INV-1, as in line 2")


DATEV = (
    "Musterfirma GmbH;;;;;;;;\r\nOPOS-Liste Debitoren;;;;;;;;\r\n"
    "Konto;Kontobezeichnung;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo;Buchungstext\r\n"
    "10001;Müller & Söhne GmbH;RE-1001;01.09.2026;01.10.2026;1.234,56;;1.234,56;Wartung\r\n"
    "10001;Müller & Söhne GmbH;GS-7;03.09.2026;03.09.2026;;120,00;-120,00;Gutschrift\r\n"
    "Summe;;;;;1.234,56;120,00;1.114,56;\r\n"
)


def test_datev_lists_open_items_in_its_own_words(path: Path) -> None:
    file = read(path, DATEV.encode("cp1252"), Source.DATEV, encoding="windows-1252")
    row, [note] = one(file), file.credit_notes
    assert (row.customer_id, row.invoice.minor, row.invoice.currency) == ("10001", 123456, "EUR")
    assert (row.invoice.issued_on, row.invoice.due_on) == (date(2026, 9, 1), date(2026, 10, 1))
    assert (note.id, note.amount) == ("GS-7", 12000)
    one_column = "Konto;Rechnungs-Nr.;Fälligkeit;Betrag;S/H\r\n10001;GS-8;01.10.2026;5,00;H\r\n"
    [on_its_side] = read(path, one_column, Source.DATEV).credit_notes
    assert on_its_side.amount == 500
    two_columns = "Konto;Rechnungs-Nr.;Fälligkeit;Sollbetrag;Habenbetrag\r\n10001;GS-9;01.10.2026;;6,00\r\n"
    [by_columns] = read(path, two_columns, Source.DATEV).credit_notes
    assert by_columns.amount == 600


QUICKBOOKS = (
    'Craig\'s Design,,,,,,\n"A/R Open Invoices",,,,,,\n"As of October 1, 2026",,,,,,\n\n'
    ",Date,Transaction Type,Num,Due Date,Amount,Open Balance\n"
    "Amy's Bird Sanctuary,,,,,,\n"
    ',09/01/2026,Invoice,1021,10/01/2026,"1,459.00",239.00\n'
    ',09/03/2026,Credit Memo,1022,09/03/2026,-39.00,-39.00\n'
    'Total for Amy\'s Bird Sanctuary,,,,,"$1,420.00",$200.00\n'
    "Bill's Windsurf Shop,,,,,,\n"
    ",09/02/2026,Invoice,1027,10/02/2026,85.00,85.00\n"
    "Total for Bill's Windsurf Shop,,,,,$85.00,$85.00\n"
    "TOTAL,,,,,$1505.00,$285.00\n\n\n"
    '"Thursday, Oct 01, 2026 08:00:00 AM GMT-7"\n'
)  # fmt: skip


def test_quickbooks_names_the_customer_above_their_invoices(path: Path) -> None:
    file = read(path, QUICKBOOKS, Source.QUICKBOOKS, every=["currency=USD"])
    first, second = file.invoices
    assert (first.invoice.id, first.invoice.minor, first.invoice.due_on) == ("1021", 23900, date(2026, 10, 1))
    assert (first.customer and first.customer.name, second.customer and second.customer.name) == (
        "Amy's Bird Sanctuary", "Bill's Windsurf Shop",
    )  # fmt: skip
    assert [note.amount for note in file.credit_notes] == [3900]
    assert "no column currency" in refused(path, QUICKBOOKS, Source.QUICKBOOKS)


ODOO = (
    "Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Amount Due Signed,Currency,Status,Payment Status\n"
    "INV/2026/00042,Deco Addict,2026-09-01,2026-10-01,2300.50,EUR,Posted,Not Paid\n"
    "RINV/2026/00003,Deco Addict,2026-09-02,2026-09-02,-100.00,EUR,Posted,Not Paid\n"
    "INV/2026/00043,Deco Addict,2026-09-01,2026-10-01,0.00,EUR,Posted,Paid\n"
    "/,Deco Addict,2026-09-01,2026-10-01,10.00,EUR,Draft,Not Paid\n"
)


def test_odoo_marks_drafts_and_what_is_paid(path: Path) -> None:
    file = read(path, ODOO, Source.ODOO)
    assert (one(file).invoice.id, one(file).invoice.minor) == ("INV/2026/00042", 230050)
    assert [note.id for note in file.credit_notes] == ["RINV/2026/00003"]
    assert [line for line, _ in file.table.passed_over] == [4, 5]
    assert file.table.unknown == ("Payment Status",)
    technical = (
        "name,partner_id,invoice_date_due,amount_residual,currency_id,move_type\n"
        "INV/1,Deco Addict,2026-10-01,10.00,EUR,out_invoice\nBILL/1,Wood Corner,2026-10-01,10.00,EUR,in_invoice\n"
    )
    assert one(read(path, technical, Source.ODOO)).invoice.id == "INV/1"


@pytest.mark.parametrize("source", Source)
def test_each_preset_is_in_the_guide_with_how_it_writes(source: Source) -> None:
    guide = Path(__file__).parents[3] / "docs" / "how-to" / "import-from-accounting.md"
    [row] = [line for line in guide.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{source}` |")]
    dialect = Dialect.of(source)
    assert f"`{dialect.preset.dates or '2026-03-31'}`" in row
    assert (dialect.decimals == ",") == ("`1.234,56`" in row)
