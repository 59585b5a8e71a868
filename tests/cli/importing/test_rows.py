"""A CSV file is read as its author meant it, or refused with every mistake in it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cli.importing.customer_rows import read_customers
from cli.importing.invoice_rows import read_invoices
from cli.importing.mistakes import CsvMistake
from dunning.dates import DAY
from dunning.records import Discount, Method

HEADER = "id,amount,currency,due_on,customer_id"


def mistakes(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CsvMistake) as caught:
        read_invoices(path)
    return [f"{problem.line}: {problem}" for problem in caught.value.problems]


def test_a_spreadsheets_export_is_read_with_its_mark_and_its_semicolons(tmp_path: Path) -> None:
    file = tmp_path / "i.csv"
    file.write_text(f"\ufeff{HEADER.replace(',', ';')};tags\r\nA1;12,5;EUR;2026-03-02;c1;x\r\n", encoding="utf-8")
    with pytest.raises(CsvMistake, match="amount: found 12,5"):
        read_invoices(file)
    file.write_text(f"\ufeff{HEADER.replace(',', ';')};tags\r\nA1;12.50;EUR;2026-03-02;c1;x y\r\n", encoding="utf-8")
    [row] = read_invoices(file)
    assert (row.invoice.amount, row.invoice.tags) == (Decimal("12.50"), ("x", "y"))


def test_a_cell_with_line_breaks_moves_the_lines_that_follow(tmp_path: Path) -> None:
    text = f'{HEADER},customer_address\nA1,1.00,EUR,2026-03-02,c1,"one\ntwo"\nA2,x,EUR,2026-03-02,c2,\n'
    assert mistakes(tmp_path / "i.csv", text)[0].startswith("4: amount: found x")


@pytest.mark.parametrize(
    "amount, allowed",
    [
        ("1e3", "a plain number"),
        ("12.500", "at most 2 decimals"),
        ("-5", "more than 0"),
        ("0", "more than 0"),
        ("", "required"),
    ],
)
def test_an_amount_is_a_plain_number_of_its_currency(tmp_path: Path, amount: str, allowed: str) -> None:
    [mistake] = mistakes(tmp_path / "i.csv", f"{HEADER}\nA1,{amount},EUR,2026-03-02,c1\n")
    assert mistake.startswith("2: amount: found")
    assert allowed in mistake


def test_a_header_is_held_to_the_columns_that_are_known(tmp_path: Path) -> None:
    found = mistakes(tmp_path / "i.csv", "id,ammount,id\nA1,5,A1\n")
    assert any("the unknown column 'ammount'" in one for one in found)
    assert any("the column id twice" in one for one in found)
    assert any("no column due_on" in one for one in found)


@pytest.mark.parametrize("text", ["", f"{HEADER}\n", f'{HEADER}\n"A1,1\n'])
def test_a_file_without_rows_is_no_book(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path / "i.csv", text)


def test_methods_carry_their_network(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("id,name,methods\nc1,Acme,card_main:visa sepa_1\n", encoding="utf-8")
    [row] = read_customers(file)
    assert [(method.id, method.network) for method in row.methods] == [("card_main", "visa"), ("sepa_1", None)]


def test_methods_carry_the_month_in_which_they_expire_and_what_a_debtor_knows_them_by(tmp_path: Path) -> None:
    """So that `card-expiring` can tell which card, and until when."""
    file = tmp_path / "c.csv"
    whole = '"[{""id"": ""c"", ""brand"": ""American Express"", ""last4"": ""0005"", ""expires"": ""2027-01""}]"'
    file.write_text(f"id,methods\nc1,card_main:visa:2027-04 old::2026-12\nc2,{whole}\n", encoding="utf-8")
    first, second = read_customers(file)
    assert [(one.id, one.network, one.expires) for one in first.methods] == [
        ("card_main", "visa", "2027-04"), ("old", None, "2026-12"),
    ]  # fmt: skip
    assert second.methods == (Method(id="c", brand="American Express", last4="0005", expires="2027-01"),)


@pytest.mark.parametrize(
    "cell, found",
    [
        ("card:visa:04/27", "methods: found 04/27; allowed a month such as 2027-04"),
        ("card:visa:2027-13", "methods: found 2027-13; allowed a month such as 2027-04"),
        (":visa", "methods: found nothing; allowed"),
        ('"[{""network"": ""visa""}]"', "methods: found nothing; allowed id, which is required"),
        ("[card]", "methods: found [card]; allowed a list in JSON"),
        ('"[""card""]"', "methods: found card; allowed"),
        ('"[{""id"": ""c"", ""colour"": ""red""}]"', "colour"),
    ],
)
def test_a_method_that_is_none_is_told_with_its_cell(tmp_path: Path, cell: str, found: str) -> None:
    [mistake] = mistakes(tmp_path / "i.csv", f"{HEADER},methods\nA1,1.00,EUR,2026-03-02,c1,{cell}\n")
    assert mistake.startswith("2: ")
    assert found in mistake


def test_f8_a_discount_has_columns_of_its_own(tmp_path: Path) -> None:
    header = f"{HEADER},discount_percent,discount_amount,discount_until"
    rows = [f"{id_},100,EUR,2026-03-02,c1,{cells}" for id_, cells in (
        ("A1", "2.5,,2026-02-10"), ("A2", ",2.50,2026-02-10"), ("A3", ",,"),
    )]  # fmt: skip
    file = tmp_path / "i.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    share, fixed, none = (row.invoice.discount for row in read_invoices(file))
    assert share == Discount(percent=Decimal("2.5"), until=date(2026, 2, 10))
    assert fixed == Discount(amount=Decimal("2.50"), until=date(2026, 2, 10))
    assert none is None


@pytest.mark.parametrize("cells", ["2,2,2026-02-10", ",100.00,2026-02-10", "2,,", ",,2026-02-10", "100,,2026-02-10"])
def test_f8_a_discount_that_is_none_is_refused_with_its_line(tmp_path: Path, cells: str) -> None:
    header = f"{HEADER},discount_percent,discount_amount,discount_until"
    found = mistakes(tmp_path / "i.csv", f"{header}\nA1,100.00,EUR,2026-03-02,c1,{cells}\n")
    assert found
    assert all(one.startswith("2: ") for one in found)


@pytest.mark.parametrize("day", ["1970-01-01", "0", "2199-12-31", "9999-12-31", "20260302"])
@pytest.mark.parametrize("column", ["due_on", "issued_on", "discount_until", "paid_on"])
def test_a_day_that_no_calendar_can_hold_is_refused_with_file_line_and_column(
    tmp_path: Path, column: str, day: str
) -> None:
    cells = {"due_on": "2026-03-02", "issued_on": "2026-02-02", "discount_until": "2026-02-10", "paid_on": "2026-03-01"}
    columns, file = ",".join(cells), tmp_path / "i.csv"
    row = ",".join({**cells, column: day}.values())
    text = f"id,amount,currency,customer_id,discount_percent,{columns}\nA1,1.00,EUR,c1,2,{row}\n"
    [mistake] = mistakes(file, text)
    assert mistake.removesuffix("; --dates Ymd reads it") == f"2: {column}: found {day}; allowed {DAY}"
    with pytest.raises(CsvMistake, match=f"{file}:2: "):
        read_invoices(file)


CONTACTS = '[{""id"": ""acme-ap"", ""role"": ""accounts"", ""email"": ""ap@acme.example"", ""copy"": true}]'


def test_contacts_zones_and_the_account_manager_of_a_customer_are_read(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    header = "id,kind,zones,contacts,account_manager_name,account_manager_email"
    row = f'acme,public_body,Europe/Rome Atlantic/Canary,"{CONTACTS}",R. de Vries,r@lumen.example'
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    [read] = read_customers(file)
    assert (read.customer.kind, read.customer.zones) == ("public_body", ("Europe/Rome", "Atlantic/Canary"))
    assert [(one.id, one.role, one.email, one.copied) for one in read.customer.contacts] == [
        ("acme-ap", "accounts", "ap@acme.example", True)
    ]
    assert read.customer.account_manager is not None
    assert (read.customer.account_manager.name, read.customer.account_manager.email) == (
        "R. de Vries",
        "r@lumen.example",
    )


@pytest.mark.parametrize(
    "column, cell, said",
    [
        ("customer_contacts", "Ann", "contacts: found Ann; allowed a list in JSON"),
        ("customer_contacts", '"[{""id"": ""a""}]"', "customer_contacts: found nothing; allowed role"),
        ("customer_contacts", f'"{CONTACTS[:-1]}, {CONTACTS[1:]}"', "each contact's id once"),
        ("customer_account_manager_email", "x", "customer_account_manager_email: found x"),
        ("customer_zones", "Europe/Rome Mars/Phobos", "customer_zones: found Mars/Phobos"),
    ],
)
def test_what_is_wrong_with_a_contact_is_told_with_its_column(
    tmp_path: Path, column: str, cell: str, said: str
) -> None:
    found = mistakes(tmp_path / "i.csv", f"{HEADER},{column}\nA1,1.00,EUR,2026-03-02,c1,{cell}\n")
    assert any(said in mistake for mistake in found)
