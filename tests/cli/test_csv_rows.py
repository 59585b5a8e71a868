"""A CSV file is read as its author meant it, or refused with every mistake in it."""

from decimal import Decimal
from pathlib import Path

import pytest

from cli.csv_rows import CsvMistake, read_customers, read_invoices

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
