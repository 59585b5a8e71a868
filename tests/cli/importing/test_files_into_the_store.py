"""Files of real books into the store: who has paid is not dunned, credits count, and a whole list is compared."""

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.clock import now
from tests.cli.conftest import Dunning, Said

HEADER = "id,due_on,currency,amount,customer_id,customer_name,customer_kind,customer_country,customer_email"
Import = Callable[..., Said]


def invoice(number: int, amount: str = "100.00", customer: str = "c1", due: str = "2026-03-02") -> str:
    return f"A{number},{due},EUR,{amount},{customer},Jansen BV,business,NL,ap@j.example"


@pytest.fixture
def files(dunning: Dunning, tmp_path: Path) -> Import:
    """Imports lines as a file, into a store that is there."""
    assert dunning("migrate").code == 0

    def take(what: str, header: str, *lines: str, more: tuple[str, ...] = ()) -> Said:
        (tmp_path / "f.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        without_server = ("--no-open",) if what == "invoices" else ()
        return dunning("import", what, "f.csv", *without_server, *more)

    return take


def store(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(next((folder / ".dunning").glob("*.db"))) as database:
        return database.execute(query).fetchall()


def balances(folder: Path) -> dict[str, int]:
    """What is left of each invoice, in cents."""
    booked = "select coalesce(sum(amount), 0) from postings where invoice_id = invoices.id"
    query = f"select id, amount + ({booked}) from invoices"  # noqa: S608 - nothing in it comes from outside
    return {name: left for name, left in store(folder, query)}  # noqa: C416 - two columns, by their names


def test_who_has_paid_is_not_dunned(files: Import, tmp_path: Path) -> None:
    rows = [f"{invoice(1)},2026-03-01,", f"{invoice(2)},2026-03-05,40.00", f"{invoice(3)},,"]
    said = files("invoices", f"{HEADER},paid_on,paid", *rows)
    assert said.out == "3 invoices, 3 new, 0 opened, 2 paid\n"
    assert balances(tmp_path) == {"A1": 0, "A2": 6000, "A3": 10000}
    [(as_of,)] = store(tmp_path, "select as_of from postings where invoice_id = 'A2'")
    assert as_of.startswith("2026-03-05 11:00")  # noon in Amsterdam: its value day (P9)
    assert files("invoices", f"{HEADER},paid_on,paid", *rows).out == "3 invoices, 0 new, 0 opened\n"
    otherwise = files("invoices", f"{HEADER},paid_on,paid", rows[1].replace("40.00", "50.00"))
    assert (
        "f.csv:2: paid: found 50.00 of the payment A2-paid; allowed what is known of it, 40.00 for A2" in otherwise.err
    )


def test_nobody_has_paid_on_a_day_to_come(files: Import) -> None:
    tomorrow = (now() + timedelta(days=2)).date()
    said = files("invoices", f"{HEADER},paid_on", f"{invoice(1)},{tomorrow}")
    assert said.code == 2
    assert f"f.csv:2: paid_on: found {tomorrow}; allowed a day that has come" in said.err
    assert files("invoices", f"{HEADER},paid", f"{invoice(1)},5").err.startswith(
        "error: f.csv:2: paid_on: found nothing"
    )


def test_p8_a_credit_note_of_a_file_is_a_credit_of_the_customer(files: Import, tmp_path: Path) -> None:
    rows = [invoice(1, "500.00"), invoice(2, "-120.00")]
    assert files("invoices", HEADER, *rows).out == "1 invoice, 1 new, 0 opened, 1 credit\n"
    assert balances(tmp_path) == {"A1": 50000, "A2": -12000}
    assert files("invoices", HEADER, *rows).out == "1 invoice, 0 new, 0 opened\n"
    assert "id: found A2, registered with other content" in files("invoices", HEADER, invoice(2, "-130.00")).err
    assert balances(tmp_path)["A2"] == -12000


def test_p9_payments_come_in_once_also_one_for_several_invoices(files: Import, tmp_path: Path) -> None:
    files("invoices", HEADER, invoice(1), invoice(2), invoice(3))
    header = "id,invoice_id,currency,amount,paid_on"
    rows = ["p1,A1,EUR,30.00,2026-03-04", "p2,A2,EUR,100.00,2026-03-05", "p2,A3,EUR,50.00,2026-03-05"]
    assert files("payments", header, *rows, "Total,,EUR,180.00,").out == "2 payments, 2 new\n"
    assert balances(tmp_path) == {"A1": 7000, "A2": 0, "A3": 5000}
    assert json.loads(files("payments", header, *rows, more=("--json",)).out) == {"payments": 2, "new": 0}
    wrong = files("payments", header, "p1,A1,EUR,31.00,", "p3,A9,EUR,1.00,", "p4,A1,USD,1.00,", "p5,A1,EUR,-1.00,")
    assert [line.split(": found ")[0] for line in wrong.err.splitlines()] == ["error: f.csv:5: amount"]
    wrong = files("payments", header, "p1,A1,EUR,31.00,", "p3,A9,EUR,1.00,", "p4,A1,USD,1.00,", "p5,A1,EUR,5.00,")
    places = ["f.csv:2: amount", "f.csv:3: invoice_id", "f.csv:4: currency"]
    assert [line.split(": found ")[0] for line in wrong.err.splitlines()] == [f"error: {place}" for place in places]
    assert balances(tmp_path)["A1"] == 7000
    both = files("payments", header, "p6,A1,EUR,1.00,", "p6,A1,EUR,2.00,")
    assert "f.csv:3: invoice_id: found A1, as in line 2; allowed each invoice once in a payment" in both.err


def test_payments_and_credits_know_the_dialects_too(files: Import, tmp_path: Path) -> None:
    files("invoices", HEADER, invoice(1, "2000.00"))
    options = ("--decimal", ",", "--dates", "d-m-Y", "--map", "Zahlung=id", "--map", "Rechnung=invoice_id",
               "--map", "Betrag=amount", "--map", "Datum=paid_on", "--set", "currency=EUR")  # fmt: skip
    assert files("payments", "Zahlung;Rechnung;Betrag;Datum", "z1;A1;1.000,50;05-03-2026", more=options).code == 0
    assert balances(tmp_path) == {"A1": 99950}
    said = files("credits", "id;customer_id;currency;amount", "k1;c1;EUR;1,50", more=("--decimal", ","))
    assert said.out == "1 credit, 1 new\n"


def test_p6_credits_are_of_an_invoice_or_of_a_customer(files: Import, tmp_path: Path) -> None:
    files("invoices", HEADER, invoice(1), invoice(2))
    header = "id,invoice_id,customer_id,currency,amount,issued_on"
    rows = ["k1,A1,,EUR,10.00,", "k2,,c1,EUR,20.00,2026-03-01"]
    assert files("credits", header, *rows).out == "2 credits, 2 new\n"
    assert files("credits", header, *rows).out == "2 credits, 0 new\n"
    assert balances(tmp_path) == {"A1": 9000, "A2": 10000, "k2": -2000}
    wrong = files("credits", header, "k1,A1,,EUR,11.00,", "k3,,c9,EUR,1.00,", "k4,A1,c1,EUR,1.00,").err
    assert wrong.startswith("error: f.csv:4: invoice_id: found both; allowed invoice_id, or customer_id")
    wrong = files("credits", header, "k1,A1,,EUR,11.00,", "k3,,c9,EUR,1.00,", "k2,,c1,EUR,21.00,").err
    assert [line.split(": found ")[0] for line in wrong.splitlines()] == [
        "error: f.csv:2: id", "error: f.csv:3: customer_id", "error: f.csv:4: id",
    ]  # fmt: skip
    assert "k5" not in files("credits", header, "k5,A1,,EUR,-5.00,").out


def test_a_dry_run_shows_the_reading_and_changes_nothing(files: Import, tmp_path: Path) -> None:
    more = ("--dry-run", "--decimal", ",", "--dates", "d-m-Y")
    row = invoice(1, due="03-02-2026").replace(",", ";").replace("100.00", "1.000,00")
    said = files("invoices", f"{HEADER.replace(',', ';')};Notiz", f"{row};x", more=more)
    assert said.code == 0
    assert "semicolons between the cells, the header in line 1" in said.out
    assert "2026-02-03" in said.out
    assert "1000.00" in said.out
    assert said.out.endswith("would be: 1 invoice, 1 new\nnothing was imported\n")
    assert said.err == "f.csv:1: passed over the columns Notiz\n"
    told = json.loads(files("invoices", HEADER, invoice(1), invoice(2, "-5.00"), more=("--dry-run", "--json")).out)
    assert [(row["line"], row["is"]) for row in told["first"]] == [(2, "invoice"), (3, "credit")]
    assert told["would"] == {"invoices": 1, "new": 1, "credits": 1}
    assert files("customers", "id,name", "c1,Acme", more=("--dry-run",)).out.endswith(
        "would be: 1 customer, 1 new\nnothing was imported\n"
    )
    assert balances(tmp_path) == {}


def test_a_dry_run_of_money_names_what_would_be_refused(files: Import, tmp_path: Path) -> None:
    files("invoices", HEADER, invoice(1))
    header, kept = "id,invoice_id,currency,amount", balances(tmp_path)
    would = files("payments", header, "p1,A1,EUR,30.00", more=("--dry-run",))
    assert would.out.endswith("would be: 1 payment, 1 new\nnothing was imported\n")
    refused = files("payments", header, "p1,A9,EUR,30.00", more=("--dry-run",))
    assert (refused.code, refused.err) == (
        2, "error: f.csv:2: invoice_id: found A9; allowed one that is registered\n",
    )  # fmt: skip
    assert balances(tmp_path) == kept


def test_a_whole_list_opens_what_is_new_tells_changes_and_closes_after_a_yes_only(
    files: Import, tmp_path: Path
) -> None:
    files("invoices", HEADER, *(invoice(number) for number in range(20)))
    rows = [invoice(number) for number in range(2, 20)]
    rows[0] = invoice(2, "80.00")
    rows[1] = invoice(3, due="2026-03-09").replace("ap@j.example", "ap@new.example")
    whole = [*rows, invoice(99)]
    said = files("invoices", HEADER, *whole, more=("--sync",))
    assert said.out.splitlines() == [
        "missing: A0, due on Mon 2 Mar 2026, EUR 100.00",
        "missing: A1, due on Mon 2 Mar 2026, EUR 100.00",
        "2 missing, EUR 200.00 together: they stay open; --yes closes them as paid",
        "19 invoices, 1 new, 0 opened, 2 changed, 2 missing, 0 closed",
    ]
    left = balances(tmp_path)
    assert (left["A0"], left["A2"], left["A99"]) == (10000, 8000, 10000)
    assert store(tmp_path, "select due_on from invoices where id = 'A3'") == [("2026-03-09",)]
    told = json.loads(files("invoices", HEADER, *whole, more=("--sync", "--yes", "--json")).out)
    assert (told["changed"], told["missing"], told["closed"], told["missing_sum"]) == (0, 2, 2, {"EUR": "200.00"})
    assert [balances(tmp_path)[name] for name in ("A0", "A1")] == [0, 0]
    again = files("invoices", HEADER, *whole, invoice(1), more=("--sync",))
    assert again.out == "20 invoices, 0 new, 0 opened, 0 changed, 0 missing, 0 closed\n"
    assert again.err == "in the file, and closed here: A1\n"


def test_a_list_that_lacks_more_than_a_tenth_is_probably_cut_off(files: Import, tmp_path: Path) -> None:
    files("invoices", HEADER, *(invoice(number) for number in range(20)))
    rows = [invoice(number) for number in range(3, 21)]
    said = files("invoices", HEADER, *rows, more=("--sync", "--yes"))
    assert said.code == 2
    assert said.err.startswith(
        "error: f.csv: found 3 of 20 open invoices missing, EUR 300.00 together; allowed a tenth"
    )
    assert "--missing-are-paid" in said.err
    assert "A20" not in balances(tmp_path)
    said = files("invoices", HEADER, *rows, more=("--sync", "--yes", "--missing-are-paid"))
    assert said.out.endswith("18 invoices, 1 new, 0 opened, 0 changed, 3 missing, 3 closed\n")
    assert files("invoices", HEADER, *rows, more=("--yes",)).code == 2


def test_what_we_know_of_payments_is_no_change_of_a_list(files: Import, tmp_path: Path) -> None:
    files("invoices", HEADER, invoice(1), invoice(2))
    files("payments", "id,invoice_id,currency,amount", "p1,A1,EUR,30.00", "p2,A2,EUR,30.00")
    said = files("invoices", HEADER, invoice(1, "70.00"), invoice(2, "60.00"), more=("--sync",))
    assert said.out.endswith("0 new, 0 opened, 1 changed, 0 missing, 0 closed\n")
    assert balances(tmp_path) == {"A1": 7000, "A2": 6000}
    other = files("invoices", HEADER, invoice(1, customer="c2"), invoice(2, "60.00"), more=("--sync",))
    assert "f.csv:2: customer_id: found c2; allowed c1, as A1 is registered" in other.err


def test_a_group_may_stand_in_any_order_of_lines_and_in_no_circle(files: Import, tmp_path: Path) -> None:
    header = "id,name,parent"
    assert files("customers", header, "low,Low,mid", "mid,Mid,top", "top,Top,").out == "3 customers, 3 new\n"
    assert files("customers", header, "low,Low,mid").out == "1 customer, 0 new\n"
    known = [("low", "mid"), ("mid", "top"), ("top", None)]
    assert store(tmp_path, "select id, parent from customers order by id") == known

    circle = files("customers", header, "top,Top,low")
    assert "f.csv:2: parent: found low, who belongs to top; allowed a customer who does not" in circle.err
    unknown = files("customers", header, "new,New,nobody")
    assert "f.csv:2: parent: found nobody, who is not registered" in unknown.err
    other = files("customers", header, "low,Low,top")
    assert "f.csv:2: parent: found top; allowed mid, to whose group they belong already" in other.err
    assert store(tmp_path, "select id, parent from customers order by id") == known
    words = store(tmp_path, "select word from search_words where id = 'top'")
    assert words == [("top",)]
