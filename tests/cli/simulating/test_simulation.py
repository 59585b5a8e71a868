"""`dunning simulate`: what a policy would do with these invoices, before it does anything."""

import csv
import json
from pathlib import Path

from tests.cli.conftest import Dunning

HEADER = "id,amount,currency,due_on,customer_id,customer_country,customer_kind,paid_on\n"
ROWS = HEADER + "A1,1000.00,EUR,2026-03-02,c1,NL,business,\nA2,50000,JPY,2026-03-02,c2,JP,business,2026-03-20\n"


def test_a_table_tells_what_happens_in_order_of_time(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(ROWS)
    said = dunning("simulate", "b2b-net30", "i.csv", "--until", "2026-03-15")
    assert said.code == 0
    header, *rows = said.out.splitlines()
    assert header.split()[:4] == ["invoice", "customer", "at", "what"]
    assert rows[0].split()[:5] == ["A2", "c2", "2026-03-05T09:00+09:00", "notice", "friendly"]
    assert "1015.00" in said.out


def test_csv_and_json_say_the_same(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(ROWS)
    as_csv = list(csv.DictReader(dunning("simulate", "b2b-net30", "i.csv", "--format", "csv").out.splitlines()))
    as_json = json.loads(dunning("simulate", "b2b-net30", "i.csv", "--json").out)
    assert [{key: value or "" for key, value in row.items()} for row in as_json] == as_csv


def test_a_payment_of_the_file_lowers_what_is_demanded(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(HEADER + "A1,500.00,EUR,2026-03-02,c1,NL,business,2026-03-20\n")
    told = json.loads(dunning("simulate", "b2b-net30", "i.csv", "--json").out)
    demands = [row["demands"] for row in told if row["demands"]]
    assert demands == ["500.00", "515.00", "515.00", "15.00", "15.00"]  # then the fee, which the payment did not cover


def test_nobody_is_asked_for_an_answer_that_a_simulation_cannot_give(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(ROWS)
    told = json.loads(dunning("simulate", "b2b-net30", "i.csv", "--json").out)
    calls = [row for row in told if row["invoice"] == "A1" and row["value"] == "call"]
    assert len(calls) == 1


def test_a_policy_file_is_taken_like_a_name(dunning: Dunning, tmp_path: Path) -> None:
    policy = "name: mine\nsteps:\n  - {name: a, after: 1 day, do: [{notify: {message: friendly, by: [email]}}]}\n"
    (tmp_path / "mine.yaml").write_text(policy)
    (tmp_path / "i.csv").write_text(ROWS)
    assert dunning("simulate", "mine.yaml", "i.csv").code == 0
    assert "allowed a file, or one of agency" in dunning("simulate", "nobodys", "i.csv").err


def test_each_bad_row_is_named_and_nothing_is_simulated(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(ROWS + "A1,12.345,EUR,2026-13-02,bad id,Holland,firm,\nA4,5\n")
    said = dunning("simulate", "b2b-net30", "i.csv")
    assert (said.code, said.out) == (2, "")
    for found in (
        "i.csv:4: due_on: found 2026-13-02; allowed a day such as 2026-03-31",
        "i.csv:4: customer_id: found bad id; allowed letters",
        "i.csv:4: customer_country: found Holland; allowed two capitals, such as NL",
        "i.csv:4: customer_kind: found firm; allowed business, consumer, sole_trader or public_body",
        "i.csv:4: id: found A1, as in line 2; allowed each id once",
        "i.csv:5: found 2 cells; allowed 8, as many as the header",
    ):
        assert f"error: {found}" in said.err


def test_one_customer_is_described_in_one_way(dunning: Dunning, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(ROWS + "A3,10.00,EUR,2026-03-02,c1,BE,business,\n")
    said = dunning("simulate", "b2b-net30", "i.csv")
    assert said.code == 2
    assert "i.csv:4: customer_id: found c1, described otherwise in line 2" in said.err


def test_a_column_that_is_none_of_ours_is_named_and_a_credit_note_is_not_simulated(
    dunning: Dunning, tmp_path: Path
) -> None:
    row = "A1,12.00,EUR,2026-03-02,c1,NL,business,"
    (tmp_path / "i.csv").write_text(f"{HEADER.rstrip()},Remark\n{row},x\n")
    said = dunning("simulate", "b2b-net30", "i.csv")
    assert (said.code, said.err) == (0, "i.csv:1: passed over the columns Remark\n")
    (tmp_path / "i.csv").write_text(f"{HEADER}{row.replace('12.00', '-12.00')}\n")
    assert "i.csv:2: amount: found -12.00; allowed more than 0" in dunning("simulate", "b2b-net30", "i.csv").err
